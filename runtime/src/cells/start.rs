//! The moment before the first slot is given out, at which it is decided where cells are.

use std::sync::{Once, OnceLock};

use super::{store, thread};
use crate::file::{own, say};

static STARTED: Once = Once::new();

/// What there is to be done then.
static FIRST: OnceLock<fn()> = OnceLock::new();

/// Has something done before the first slot is given out.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "nothing is"))]
pub(crate) fn before_counting(first: fn()) {
    // The second time it is the same.
    let _ = FIRST.set(first);
}

/// It has come, unless it is past.
#[inline]
pub(crate) fn start() {
    if !STARTED.is_completed() {
        if let Some(first) = FIRST.get() {
            start_with(first);
        } else {
            start_with(|| ());
        }
    }
}

/// Has the cells that are there from the start be in the file from now on, if there is one.
pub(crate) fn move_early() {
    if let Some(own) = own() {
        store::move_early(own.early());
    }
}

/// It has come, and this is to be done in place of all else; whether it was, or it is past.
#[cold]
pub(crate) fn start_with(first: impl FnOnce()) -> bool {
    let mut done = false;
    // What an allocator counts meanwhile does not wait for itself.
    thread::unless_busy(|| {
        STARTED.call_once(|| {
            first();
            done = true;
        });
    });
    if done {
        say();
    }
    done
}
