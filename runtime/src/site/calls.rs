use super::at::At;
use super::part::{Layout, Part};
use crate::cells::Place;
use crate::traced;

/// How many calls began.
#[derive(Debug)]
pub struct Calls;

impl Calls {
    #[allow(clippy::new_without_default, reason = "built in statics alone, where it is const")]
    pub const fn new() -> Self {
        Self
    }
}

impl<P: Place> At<Calls, P> {
    /// Counts a call.
    #[inline]
    pub fn begin(self) {
        self.place.add(0, 1);
        traced::sample(&self.place, 0, 1.0);
    }
}

impl Layout for Calls {
    const PARTS: &'static [Part] = &[Part::Calls];
    const SERIES: usize = 1;
    const CELLS: u32 = 1;

    fn place(_part: Part) -> u32 {
        0
    }
}
