//! What happens to a process when somebody else makes its file shorter: the memory that was mapped there
//! is none any more, and who counts in it would be killed (`SIGBUS`, mmap(2)). Memory of the process's
//! own is put in its place, and counting goes on; the next scrape makes the file again.

#![allow(unsafe_code, reason = "the handler of a signal, and what it is told")]

use std::ffi::{c_int, c_void};
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;

use super::mapped::Mapped;

/// Who had the signal before.
static BEFORE: OnceLock<libc::sigaction> = OnceLock::new();

/// The addresses to be looked after. They are set before the handler is.
static MAPPED: OnceLock<&'static Mapped> = OnceLock::new();

/// From now on the process survives that.
pub(super) fn survive(mapped: &'static Mapped) {
    if MAPPED.set(mapped).is_err() {
        return;
    }
    if let Err(error) = handle() {
        tracing::error!("whoever truncates the file of this process would end it: {error}");
    }
}

fn handle() -> io::Result<()> {
    let mut before = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action it only writes to where it is told the old one, which is long enough.
    let asked = unsafe { libc::sigaction(libc::SIGBUS, ptr::null(), before.as_mut_ptr()) };
    if asked != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all its fields are integers, or `None` where they are pointers, for which zeros are valid;
    // and it has been written to.
    let _ = BEFORE.set(unsafe { before.assume_init() });
    // SAFETY: as above.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = on_fault as *const () as usize;
    // On the stack that the thread has for signals, if it has one: its own may be what is used up.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: the function is of the type that goes with `SA_SIGINFO`, and does only what a handler may:
    // it reads what was set before it was one, and calls the system (signal-safety(7)).
    let set = unsafe { libc::sigaction(libc::SIGBUS, &raw const action, ptr::null_mut()) };
    if set == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

extern "C" fn on_fault(signal: c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel gives the handler of an action with `SA_SIGINFO` a valid pointer.
    let (address, code) = unsafe { ((*info).si_addr().addr(), (*info).si_code) };
    // A file that ended; another code is memory that is broken, or a signal that somebody sent.
    let is_end = code == libc::BUS_ADRERR;
    if is_end && MAPPED.get().is_some_and(|mapped| mapped.replace(address)) {
        // It is tried again.
        return;
    }
    let Some(before) = BEFORE.get() else { return };
    match before.sa_sigaction {
        libc::SIG_DFL | libc::SIG_IGN => {
            // SAFETY: it is what the system said the action was.
            unsafe { libc::sigaction(signal, before, ptr::null_mut()) };
            // What faulted does so again, and what was sent is sent again: it ends as without this.
            if code <= 0 {
                // SAFETY: it takes a number.
                unsafe { libc::raise(signal) };
            }
        }
        handler if before.sa_flags & libc::SA_SIGINFO != 0 => {
            // SAFETY: who set it with `SA_SIGINFO` gave a function of this type.
            let handler: extern "C" fn(c_int, *mut libc::siginfo_t, *mut c_void) =
                unsafe { std::mem::transmute(handler) };
            handler(signal, info, context);
        }
        handler => {
            // SAFETY: who set it without `SA_SIGINFO` gave a function of this type.
            let handler: extern "C" fn(c_int) = unsafe { std::mem::transmute(handler) };
            handler(signal);
        }
    }
}
