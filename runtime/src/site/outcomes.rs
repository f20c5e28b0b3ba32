use super::at::At;
use super::part::{Layout, Part};
use crate::cells::{Pass, Place};
use crate::outcome::Outcome;
use crate::traced;

/// How many calls ended, by how they did.
#[derive(Debug)]
pub struct Outcomes;

impl Outcomes {
    #[allow(clippy::new_without_default, reason = "built in statics alone, where it is const")]
    pub const fn new() -> Self {
        Self
    }
}

impl<P: Place> At<Outcomes, P> {
    /// A call begins.
    #[inline]
    pub fn begin(self) -> OutcomeGuard<P, ()> {
        OutcomeGuard::new(self.place, ())
    }
}

/// What else ends with a call whose outcome is counted.
pub trait Ending {
    /// The place of the outcomes' cells.
    const OUTCOMES: u32;

    /// The call has ended.
    fn end(self, place: &impl Place);
}

impl Ending for () {
    const OUTCOMES: u32 = 0;

    #[inline]
    fn end(self, _place: &impl Place) {}
}

/// A call that has not ended; however it ends, it is counted once.
///
/// Left to itself it counts what it was last told: at first that the call panicked, which is how
/// a function ends that does not return.
#[derive(Debug)]
#[must_use]
pub struct OutcomeGuard<P: Place, R: Ending> {
    place: P,
    /// What ends with the call, and before its outcome is known if that comes later.
    rest: Option<R>,
    /// None once somebody else is to count it.
    outcome: Option<Outcome>,
}

impl<P: Place, R: Ending> OutcomeGuard<P, R> {
    #[inline]
    pub(super) fn new(place: P, rest: R) -> Self {
        Self { place, rest: Some(rest), outcome: Some(Outcome::Panicked) }
    }

    /// The call has ended.
    #[inline]
    pub fn end(mut self, outcome: Outcome) {
        self.expect(outcome);
    }

    /// What it means if nothing more is heard of the call.
    #[inline]
    pub(crate) fn expect(&mut self, outcome: Outcome) {
        self.outcome = Some(outcome);
    }

    /// The call is one of a function whose value is not looked at: it ends when this is dropped.
    ///
    /// Only for a call that runs on one stack from its beginning to its end. Of such a one the
    /// thread's unwinding does tell: if it began in between, it is this call's.
    #[inline]
    pub fn returning(self) -> Returning<P, R> {
        Returning { guard: self, unwinding: std::thread::panicking() }
    }

    /// The call has returned, but what it returned has yet to tell how it ended.
    #[cfg_attr(not(feature = "actix"), expect(dead_code, reason = "no responders to wait for"))]
    #[inline]
    pub(crate) fn returned(mut self, outcome: Outcome) -> Pending<P>
    where
        P: Pass,
    {
        self.end_rest();
        self.outcome = None;
        Pending { place: self.place.pass(), outcomes: R::OUTCOMES, outcome }
    }

    #[inline]
    fn end_rest(&mut self) {
        if let Some(rest) = self.rest.take() {
            rest.end(&self.place);
        }
    }
}

impl<P: Place, R: Ending> Drop for OutcomeGuard<P, R> {
    #[inline]
    fn drop(&mut self) {
        self.end_rest();
        if let Some(outcome) = self.outcome {
            count(&self.place, R::OUTCOMES, outcome);
        }
    }
}

/// An outcome that is counted when this is dropped.
#[derive(Debug)]
pub(crate) struct Pending<P: Place> {
    place: P,
    /// The place of the outcomes' cells.
    outcomes: u32,
    pub(crate) outcome: Outcome,
}

impl<P: Place> Drop for Pending<P> {
    #[inline]
    fn drop(&mut self) {
        count(&self.place, self.outcomes, self.outcome);
    }
}

#[inline]
fn count(place: &impl Place, outcomes: u32, outcome: Outcome) {
    // They are numbered in the order of `ALL`.
    let at = outcomes + outcome as u32;
    place.add(at, 1);
    traced::sample(place, at, 1.0);
}

/// A call that ends well unless it unwinds.
#[derive(Debug)]
#[must_use]
pub struct Returning<P: Place, R: Ending> {
    guard: OutcomeGuard<P, R>,
    /// Whether the thread was unwinding when the call began.
    unwinding: bool,
}

impl<P: Place, R: Ending> Drop for Returning<P, R> {
    #[inline]
    fn drop(&mut self) {
        if self.unwinding || !std::thread::panicking() {
            self.guard.expect(Outcome::Success);
        }
    }
}

impl Layout for Outcomes {
    const PARTS: &'static [Part] = &[Part::Outcomes];
    const SERIES: usize = Outcome::ALL.len();
    #[expect(clippy::cast_possible_truncation, reason = "there are seven")]
    const CELLS: u32 = Outcome::ALL.len() as u32;

    fn place(_part: Part) -> u32 {
        0
    }
}
