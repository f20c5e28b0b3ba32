use std::sync::atomic::{AtomicU64, Ordering};

use super::part::{Cells, Part};
use crate::outcome::Outcome;
use crate::value::Value;

/// How many calls began.
#[derive(Debug)]
pub struct Calls(AtomicU64);

impl Calls {
    #[allow(clippy::new_without_default, reason = "built in statics alone, where it is const")]
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Counts a call.
    #[inline]
    pub fn begin(&self) {
        // Relaxed: the count publishes no other memory, and only its own total order matters.
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Cells for Calls {
    const PARTS: &'static [Part] = &[Part::Calls];
    const SERIES: usize = 1;

    fn fresh(&self) -> Self {
        Self::new()
    }

    fn read(&self, _part: Part, push: &mut dyn FnMut(Option<Outcome>, Value)) {
        push(None, Value::Count(self.0.load(Ordering::Relaxed)));
    }
}
