//! What several processes count that share a directory, and what may come between.

#![cfg(target_os = "linux")]

mod any;
mod damaged;
mod disagreeing;
mod exemplars;
mod forked;
mod gauges;
mod jobs;
mod joined;
mod limited;
mod lives;
mod overwritten;
mod program;
mod totals;
mod unusable;
mod usage;
