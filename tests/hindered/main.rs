//! The same where something is in their way that takes a program, or rights, to arrange: calls of the system
//! that fail or never return, full disks, namespaces, and other users.

#![cfg(target_os = "linux")]

mod crashes;
mod folders;
mod full;
mod namespaces;
mod strangers;
