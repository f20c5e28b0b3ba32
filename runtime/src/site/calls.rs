use super::at::At;
use super::part::{Layout, Part, slot};
use crate::cells::{Place, Reader};
use crate::outcome::Outcome;
use crate::value::Value;

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
    }
}

impl Layout for Calls {
    const PARTS: &'static [Part] = &[Part::Calls];
    const SERIES: usize = 1;
    const CELLS: u32 = 1;

    fn read(
        &self,
        _part: Part,
        first: Option<u32>,
        reader: &Reader,
        push: &mut dyn FnMut(Option<Outcome>, Value),
    ) {
        push(None, Value::Count(slot(first, 0).map_or(0, |slot| reader.count(slot))));
    }
}
