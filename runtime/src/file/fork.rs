//! A process that is the copy of another writes a file of its own from its first moment on.

#![allow(unsafe_code, reason = "the C library tells of a copy to functions of C")]

use std::cell::RefCell;
use std::sync::MutexGuard;

use super::own::{Own, own};
use super::writer::Writer;

thread_local! {
    /// Held from before the copy is made, so that no other thread is in the midst of writing then.
    static HELD: RefCell<Option<MutexGuard<'static, Writer>>> = const { RefCell::new(None) };
}

/// From now on copies are told apart (`pthread_atfork(3)`).
pub(super) fn follow() {
    // SAFETY: the three are functions that take nothing, return nothing and do not unwind: what they
    // call returns its errors. They stay where they are for as long as the program is loaded.
    let refused = unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
    if refused != 0 {
        tracing::error!("a copy of this process (fork) would count in its file: no memory");
    }
}

extern "C" fn before() {
    if let Some(own) = own() {
        // A thread that is ending has none of its locals any more, and goes without.
        let _ = HELD.try_with(|held| held.replace(Some(own.lock())));
        Own::pause(true);
    }
}

extern "C" fn in_parent() {
    let _ = HELD.try_with(RefCell::take);
    Own::pause(false);
}

extern "C" fn in_child() {
    let held = HELD.try_with(RefCell::take).ok().flatten();
    if let (Some(own), Some(writer)) = (own(), held) {
        own.divide(writer);
    }
    Own::pause(false);
}
