use std::sync::atomic::{AtomicU64, Ordering};

use super::part::{Cells, Part};
use crate::outcome::Outcome;
use crate::value::Value;

/// How many calls are under way: two counts that only rise.
#[derive(Debug)]
pub struct InFlight {
    begun: AtomicU64,
    ended: AtomicU64,
}

impl InFlight {
    #[allow(clippy::new_without_default, reason = "built in statics alone, where it is const")]
    pub const fn new() -> Self {
        Self { begun: AtomicU64::new(0), ended: AtomicU64::new(0) }
    }

    /// A call begins; it ends when the guard is dropped, however that comes.
    #[inline]
    pub fn begin(&'static self) -> InFlightGuard {
        self.begun.fetch_add(1, Ordering::Relaxed);
        InFlightGuard(self)
    }
}

/// A call that is under way.
#[derive(Debug)]
#[must_use]
pub struct InFlightGuard(&'static InFlight);

impl Drop for InFlightGuard {
    #[inline]
    fn drop(&mut self) {
        // Release, with the acquire below: who sees the end sees the beginning too.
        self.0.ended.fetch_add(1, Ordering::Release);
    }
}

impl Cells for InFlight {
    const PARTS: &'static [Part] = &[Part::InFlight];
    const SERIES: usize = 1;

    fn fresh(&self) -> Self {
        Self::new()
    }

    fn read(&self, _part: Part, push: &mut dyn FnMut(Option<Outcome>, Value)) {
        // The ended first: every end seen has its beginning in the later sum, so that the
        // difference is never below 0.
        let ended = self.ended.load(Ordering::Acquire);
        let begun = self.begun.load(Ordering::Relaxed);
        push(None, Value::Count(begun.wrapping_sub(ended)));
    }
}
