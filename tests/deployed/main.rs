//! The files to deploy the example with, each tried with the program that it is for.

#![cfg(target_os = "linux")]

mod container;
mod logs;
mod proxy;
mod units;
