//! Work that takes much memory for a while, on a thread that lasts no longer.
//!
//! What is freed an allocator keeps for the thread, or for those that share an arena with it (glibc, "The
//! GNU Allocator"). In a server each scrape may come to another thread of a pool, and all of them would
//! come to have what one needs. A thread that begins is given the arena that was left last, which is that
//! of the scrape before.

use std::panic;
use std::thread;

use tracing::dispatcher;

/// Does it on a thread of its own, or on this one where none is to be had.
pub(super) fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    // What is logged goes where it would have gone.
    let dispatch = dispatcher::get_default(Clone::clone);
    let (mut work, mut done) = (Some(work), None);
    thread::scope(|scope| {
        let work = || done = work.take().map(|work| dispatcher::with_default(&dispatch, work));
        let named = thread::Builder::new().name("tallymark-scrape".to_owned());
        if let Ok(thread) = named.spawn_scoped(scope, work)
            && let Err(cause) = thread.join()
        {
            panic::resume_unwind(cause);
        }
    });
    match (done, work) {
        (Some(done), _) => done,
        (None, Some(work)) => work(),
        (None, None) => unreachable!("a thread that has ended without a panic has done it"),
    }
}

#[cfg(test)]
mod tests {
    use tracing::Dispatch;

    use super::*;

    #[test]
    fn it_is_done_elsewhere_and_comes_back() {
        let here = thread::current().id();
        let text = String::from("borrowed");
        let (there, length) = apart(|| (thread::current().id(), text.len()));
        assert_ne!(there, here);
        assert_eq!(length, 8);
    }

    #[test]
    fn a_panic_comes_back_as_it_was() {
        let caught = panic::catch_unwind(|| apart(|| panic::panic_any(7_u8)));
        assert_eq!(caught.expect_err("it panics").downcast_ref(), Some(&7_u8));
    }

    #[test]
    fn what_is_logged_goes_where_it_would_have_gone() {
        let is_ours = || dispatcher::get_default(Dispatch::is::<tracing_subscriber::Registry>);
        assert!(!apart(is_ours));
        let there =
            tracing::subscriber::with_default(tracing_subscriber::registry(), || apart(is_ours));
        assert!(there);
    }
}
