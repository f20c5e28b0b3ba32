use std::sync::atomic::{AtomicU64, Ordering};

use super::part::{Cells, Part};
use crate::outcome::Outcome;
use crate::value::Value;

/// How many calls ended, by how they did.
#[derive(Debug)]
pub struct Outcomes([AtomicU64; Outcome::ALL.len()]);

impl Outcomes {
    #[allow(clippy::new_without_default, reason = "built in statics alone, where it is const")]
    pub const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; Outcome::ALL.len()])
    }

    /// A call begins.
    #[inline]
    pub fn begin(&'static self) -> OutcomeGuard<()> {
        self.guard(())
    }

    pub(super) fn guard<R>(&'static self, rest: R) -> OutcomeGuard<R> {
        OutcomeGuard { _rest: rest, pending: Pending { cells: self, outcome: Outcome::Panicked } }
    }
}

/// A call that has not ended; however it ends, it is counted once.
///
/// Left to itself it counts what it was last told: at first that the call panicked, which is how
/// a function ends that does not return.
#[derive(Debug)]
#[must_use]
pub struct OutcomeGuard<R> {
    /// The guards that end with the call.
    _rest: R,
    pending: Pending,
}

impl<R> OutcomeGuard<R> {
    /// The call has ended.
    #[inline]
    pub fn end(mut self, outcome: Outcome) {
        self.expect(outcome);
    }

    /// What it means if nothing more is heard of the call.
    #[inline]
    pub(crate) fn expect(&mut self, outcome: Outcome) {
        self.pending.outcome = outcome;
    }

    /// The call is one of a function whose value is not looked at: it ends when this is dropped.
    ///
    /// Only for a call that runs on one stack from its beginning to its end. Of such a one the
    /// thread's unwinding does tell: if it began in between, it is this call's.
    #[inline]
    pub fn returning(self) -> Returning<R> {
        Returning { guard: self, unwinding: std::thread::panicking() }
    }

    /// The call has returned, but what it returned has yet to tell how it ended.
    #[cfg_attr(not(feature = "actix"), expect(dead_code, reason = "no responders to wait for"))]
    pub(crate) fn returned(self) -> Pending {
        self.pending
    }
}

/// A call that ends well unless it unwinds.
#[derive(Debug)]
#[must_use]
pub struct Returning<R> {
    guard: OutcomeGuard<R>,
    /// Whether the thread was unwinding when the call began.
    unwinding: bool,
}

impl<R> Drop for Returning<R> {
    #[inline]
    fn drop(&mut self) {
        if self.unwinding || !std::thread::panicking() {
            self.guard.expect(Outcome::Success);
        }
    }
}

/// An outcome that is counted when this is dropped.
#[derive(Debug)]
pub(crate) struct Pending {
    cells: &'static Outcomes,
    pub(crate) outcome: Outcome,
}

impl Drop for Pending {
    #[inline]
    fn drop(&mut self) {
        // The outcomes are numbered in the order of `ALL`.
        self.cells.0[self.outcome as usize].fetch_add(1, Ordering::Relaxed);
    }
}

impl Cells for Outcomes {
    const PARTS: &'static [Part] = &[Part::Outcomes];
    const SERIES: usize = Outcome::ALL.len();

    fn fresh(&self) -> Self {
        Self::new()
    }

    fn read(&self, _part: Part, push: &mut dyn FnMut(Option<Outcome>, Value)) {
        for (outcome, cell) in Outcome::ALL.into_iter().zip(&self.0) {
            push(Some(outcome), Value::Count(cell.load(Ordering::Relaxed)));
        }
    }
}
