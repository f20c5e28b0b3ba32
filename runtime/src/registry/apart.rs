//! Work that takes much memory for a while, on one thread.
//!
//! What is freed an allocator keeps for the thread, or for those that share an arena with it (glibc, "The
//! GNU Allocator"). In a server each scrape may come to another thread of a pool, and all of them would
//! come to have what one needs.

use std::panic::{self, AssertUnwindSafe};
use std::process;
use std::sync::mpsc::{self, Receiver, SendError, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tracing::dispatcher;

type Work = Box<dyn FnOnce() + Send>;

/// Where it is done, once there was something to do.
static THREAD: Mutex<Option<Thread>> = Mutex::new(None);

#[derive(Debug)]
struct Thread {
    /// A copy of the process (`fork`) has none of its threads.
    process: u32,
    work: Sender<Work>,
}

/// Does it there, or on this thread where that one is not to be had.
pub(super) fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let Some(thread) = Thread::of_process() else { return work() };
    // What is logged goes where it would have gone.
    let dispatch = dispatcher::get_default(Clone::clone);
    let (give, take) = mpsc::sync_channel(1);
    let work = move || {
        // Asserted: who waits for it goes on unwinding, as if it had been here.
        let work = AssertUnwindSafe(|| dispatcher::with_default(&dispatch, work));
        let _ = give.send(panic::catch_unwind(work));
    };
    if let Err(SendError(work)) = thread.send(Box::new(work)) {
        work();
    }
    match take.recv() {
        Ok(Ok(done)) => done,
        Ok(Err(cause)) => panic::resume_unwind(cause),
        Err(_) => unreachable!("the thread does all that it is sent"),
    }
}

impl Thread {
    fn of_process() -> Option<Sender<Work>> {
        let mut thread = THREAD.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.as_ref().is_none_or(|thread| thread.process != process::id()) {
            *thread = Self::start();
        }
        thread.as_ref().map(|thread| thread.work.clone())
    }

    fn start() -> Option<Self> {
        let (work, all): (_, Receiver<Work>) = mpsc::channel();
        let named = thread::Builder::new().name("tallymark-scrape".to_owned());
        named.spawn(move || all.into_iter().for_each(|work| work())).ok()?;
        Some(Self { process: process::id(), work })
    }
}

#[cfg(test)]
mod tests {
    use tracing::Dispatch;

    use super::*;

    #[test]
    fn it_is_done_on_one_thread_and_comes_back() {
        let there = || apart(|| thread::current().id());
        assert_ne!(there(), thread::current().id());
        assert_eq!(there(), there());
        assert_eq!(there(), thread::spawn(there).join().expect("no panic"));
    }

    #[test]
    fn a_panic_comes_back_as_it_was_and_holds_up_nobody() {
        let caught = panic::catch_unwind(|| apart(|| panic::panic_any(7_u8)));
        assert_eq!(caught.expect_err("it panics").downcast_ref(), Some(&7_u8));
        assert_eq!(apart(|| 8), 8);
    }

    #[test]
    fn what_is_logged_goes_where_it_would_have_gone() {
        let is_ours = || dispatcher::get_default(Dispatch::is::<tracing_subscriber::Registry>);
        assert!(!apart(is_ours));
        let subscriber = tracing_subscriber::registry();
        assert!(tracing::subscriber::with_default(subscriber, || apart(is_ours)));
    }
}
