//! The live page in a real browser.

mod drawn;
mod hostile;
mod itself;
mod logic;
mod pace;
mod page;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// One browser at a time: with several, there is little left of the processor for what they show.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
