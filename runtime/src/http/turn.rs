//! Whose turn it is to read and encode a registry.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;

/// The scrapes of a registry, by whichever endpoints.
#[derive(Debug, Default)]
pub(super) struct Turns {
    /// How many readings have begun.
    begun: AtomicU64,
    waiting: AtomicUsize,
    state: Mutex<State>,
    free: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Whether somebody reads and encodes.
    busy: bool,
    /// What was encoded last, while others wait who may want the same.
    last: Option<Encoded>,
}

/// What was encoded, of what, and in which of all readings.
#[derive(Clone, Debug)]
struct Encoded {
    key: String,
    reading: u64,
    pieces: Vec<Bytes>,
}

impl Turns {
    /// Encodes what has that key, or takes what another scrape encodes: of those that want the same at
    /// the same moment one does it for all. Nobody gets what was read before they came. Returns nothing
    /// if the time is over first.
    pub(super) fn encode(
        &self,
        key: &str,
        until: Option<Instant>,
        encode: impl FnOnce() -> Vec<Bytes>,
    ) -> Option<Vec<Bytes>> {
        let came = self.begun.load(Ordering::SeqCst);
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let turn = self.wait(until);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let mut state = turn?;
        if let Some(last) = &state.last
            && last.key == key
            && last.reading > came
        {
            let pieces = last.pieces.clone();
            self.forget_unless_wanted(&mut state);
            drop(state);
            self.free.notify_one();
            return Some(pieces);
        }
        state.busy = true;
        state.last = None;
        drop(state);
        // Ends also if a panic does.
        let busy = Busy(self);
        let reading = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let pieces = encode();
        let mut state = self.lock();
        state.last = Some(Encoded { key: key.to_owned(), reading, pieces: pieces.clone() });
        self.forget_unless_wanted(&mut state);
        drop(state);
        drop(busy);
        Some(pieces)
    }

    /// Waits until nobody encodes.
    fn wait(&self, until: Option<Instant>) -> Option<MutexGuard<'_, State>> {
        let mut state = self.lock();
        while state.busy {
            state = match until.map(|until| until.checked_duration_since(Instant::now())) {
                None => self.free.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(None) => {
                    // It may have been this one that was told; others wait too.
                    drop(state);
                    self.free.notify_one();
                    return None;
                }
                Some(Some(left)) => {
                    self.free.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        Some(state)
    }

    /// What is held here cannot be written over at the next scrape.
    fn forget_unless_wanted(&self, state: &mut State) {
        if self.waiting.load(Ordering::SeqCst) == 0 {
            state.last = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody encodes, until this is dropped.
struct Busy<'a>(&'a Turns);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.lock().busy = false;
        self.0.free.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::*;

    fn piece(text: &str) -> Vec<Bytes> {
        vec![Bytes::copy_from_slice(text.as_bytes())]
    }

    #[test]
    fn who_comes_meanwhile_waits_and_shares_what_is_read_then() {
        let turns = Turns::default();
        let encodings = AtomicUsize::new(0);
        let encode = |key: &str| {
            turns.encode(key, None, || {
                encodings.fetch_add(1, Ordering::Relaxed);
                piece(key)
            })
        };
        let (begun, wait) = mpsc::channel();
        let (go_on, proceed) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(|| {
                turns.encode("a", None, move || {
                    begun.send(()).expect("somebody waits");
                    proceed.recv().expect("somebody says so");
                    piece("old")
                })
            });
            wait.recv().expect("it has begun");
            let same: Vec<_> = (0..5).map(|_| scope.spawn(|| encode("a"))).collect();
            let other = scope.spawn(|| encode("b"));
            while turns.waiting.load(Ordering::SeqCst) < 6 {
                thread::yield_now();
            }
            go_on.send(()).expect("it waits");
            for thread in same {
                assert_eq!(thread.join().expect("no panic"), Some(piece("a")));
            }
            assert_eq!(other.join().expect("no panic"), Some(piece("b")));
        });
        // Each key once, or once more where the other came in between.
        assert!((2..=3).contains(&encodings.load(Ordering::Relaxed)), "{encodings:?}");
        assert!(turns.lock().last.is_none());
    }

    #[test]
    fn who_has_no_time_does_not_wait() {
        let turns = Turns::default();
        let (begun, wait) = mpsc::channel();
        let (go_on, proceed) = mpsc::channel::<()>();
        thread::scope(|scope| {
            let first = scope.spawn(|| {
                turns.encode("a", None, move || {
                    begun.send(()).expect("somebody waits");
                    proceed.recv().expect("somebody says so");
                    piece("a")
                })
            });
            wait.recv().expect("it has begun");
            let until = Instant::now() + Duration::from_millis(20);
            assert_eq!(turns.encode("a", Some(until), || piece("b")), None);
            go_on.send(()).expect("it waits");
            assert_eq!(first.join().expect("no panic"), Some(piece("a")));
        });
    }

    #[test]
    fn a_panic_holds_up_nobody() {
        let turns = Turns::default();
        thread::scope(|scope| {
            let panics = scope.spawn(|| turns.encode("a", None, || panic!("of a test")));
            panics.join().expect_err("it panics");
        });
        assert_eq!(turns.encode("a", None, || piece("a")), Some(piece("a")));
    }
}
