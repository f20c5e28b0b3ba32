//! The live page in a real browser.

mod drawn;
mod hostile;
mod logic;
mod pace;
mod page;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// One browser at a time: a load is sent at its rate where nothing else takes the processor.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
