//! What the runtime's `cells/sync.rs` gives, of loom's atomics.

use std::cell::{Cell, RefCell};

use loom::sync::atomic::{self, AtomicUsize, Ordering};

/// More locks than any model has.
const LOCKS: usize = 24;

thread_local! {
    /// The states that no lock has taken yet. loom runs all threads of a model in one thread.
    static STATES: RefCell<Vec<&'static AtomicBool>> = const { RefCell::new(Vec::new()) };
    static TURN: Cell<Option<&'static AtomicUsize>> = const { Cell::new(None) };
}

/// To be called first in every run of a model.
///
/// An atomic of loom's cannot be made in a `const fn`, as the runtime makes its locks, nor by the
/// thread that uses it first: whoever uses it has to know that it was made. So they are made ahead.
/// They are all alike, and what a lock publishes is checked where that is read.
pub(super) fn begin() {
    let states = (0..LOCKS).map(|_| &*Box::leak(Box::new(AtomicBool::new(false)))).collect();
    STATES.replace(states);
    TURN.set(Some(Box::leak(Box::new(AtomicUsize::new(0)))));
}

/// Lets any other thread go first, to be called ahead of each access.
///
/// By itself loom tries another order only for the last access before a write, and that may hide
/// one of another thread: a reader's, where who writes has just read. These accesses all stand in
/// each other's way, and order nothing else.
fn turn() {
    if let Some(turn) = TURN.get() {
        turn.fetch_add(1, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub(super) struct AtomicU64(atomic::AtomicU64);

impl AtomicU64 {
    pub(super) fn new(value: u64) -> Self {
        Self(atomic::AtomicU64::new(value))
    }

    pub(super) fn load(&self, order: Ordering) -> u64 {
        turn();
        self.0.load(order)
    }

    pub(super) fn store(&self, value: u64, order: Ordering) {
        turn();
        self.0.store(value, order);
    }
}

#[derive(Debug)]
pub(super) struct AtomicBool(atomic::AtomicBool);

impl AtomicBool {
    pub(super) fn new(value: bool) -> Self {
        Self(atomic::AtomicBool::new(value))
    }

    pub(super) fn load(&self, order: Ordering) -> bool {
        turn();
        self.0.load(order)
    }

    pub(super) fn store(&self, value: bool, order: Ordering) {
        turn();
        self.0.store(value, order);
    }

    pub(super) fn compare_exchange(
        &self,
        current: bool,
        new: bool,
        success: Ordering,
        failure: Ordering,
    ) -> Result<bool, bool> {
        turn();
        self.0.compare_exchange(current, new, success, failure)
    }
}

/// As `std::sync::OnceLock` is, and no stronger: who finds a value has acquired what released it,
/// and nothing else is ordered.
#[derive(Debug)]
pub(super) struct OnceLock<T> {
    is_set: std::sync::OnceLock<&'static AtomicBool>,
    value: std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    pub(super) const fn new() -> Self {
        Self { is_set: std::sync::OnceLock::new(), value: std::sync::OnceLock::new() }
    }

    pub(super) fn get(&self) -> Option<&T> {
        let is_set = self.is_set().load(Ordering::Acquire);
        is_set.then(|| self.value.get().expect("set with its state"))
    }

    /// Sets it, unless another thread was first, whose value is there then.
    pub(super) fn set(&self, value: T) -> Result<(), T> {
        // Where std's claims it, sets the value and then releases that, this is one step: another
        // thread would find nothing in between, or wait. No thread of loom's runs before the value
        // is there, since this one goes on until its next atomic.
        let is_set = self.is_set();
        match is_set.compare_exchange(false, true, Ordering::Release, Ordering::Acquire) {
            Ok(_) => self.value.set(value),
            Err(_) => Err(value),
        }
    }

    fn is_set(&self) -> &'static AtomicBool {
        self.is_set.get_or_init(|| {
            STATES.with_borrow_mut(Vec::pop).expect("a model has no more than `LOCKS` locks")
        })
    }
}
