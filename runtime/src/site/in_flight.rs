use super::at::At;
use super::part::{Layout, Part};
use crate::cells::{Begun, Place};

/// How many calls are under way: two counts that only rise.
#[derive(Debug)]
pub struct InFlight;

impl InFlight {
    #[allow(clippy::new_without_default, reason = "built in statics alone, where it is const")]
    pub const fn new() -> Self {
        Self
    }
}

impl<P: Place> At<InFlight, P> {
    /// A call begins; it ends when the guard is dropped, however that comes.
    #[inline]
    pub fn begin(self) -> InFlightGuard<P> {
        let begun = Begun::new(&self.place, 0);
        InFlightGuard { place: self.place, begun }
    }
}

/// A call that is under way.
#[derive(Debug)]
#[must_use]
pub struct InFlightGuard<P: Place> {
    place: P,
    begun: Begun,
}

impl<P: Place> Drop for InFlightGuard<P> {
    #[inline]
    fn drop(&mut self) {
        self.begun.end(&self.place, 0);
    }
}

impl Layout for InFlight {
    const PARTS: &'static [Part] = &[Part::InFlight];
    const SERIES: usize = 1;
    const CELLS: u32 = 2;

    fn place(_part: Part) -> u32 {
        0
    }
}
