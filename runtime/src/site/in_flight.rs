use super::at::At;
use super::part::{Layout, Part, slot};
use crate::cells::{Begun, Place, Reader};
use crate::outcome::Outcome;
use crate::value::Value;

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

/// The calls under way, of which the two counts begin at that slot.
pub(super) fn read(first: Option<u32>, reader: &Reader) -> Value {
    let Some(first) = first else { return Value::Count(0) };
    // The ended first: every end seen has its beginning in the later sum, so that the difference is
    // never below 0.
    let ended = reader.count_ended(first + 1);
    let begun = reader.count_begun(first);
    Value::Count(begun.wrapping_sub(ended))
}

impl Layout for InFlight {
    const PARTS: &'static [Part] = &[Part::InFlight];
    const SERIES: usize = 1;
    const CELLS: u32 = 2;

    fn read(
        &self,
        _part: Part,
        first: Option<u32>,
        reader: &Reader,
        push: &mut dyn FnMut(Option<Outcome>, Value),
    ) {
        push(None, read(slot(first, 0), reader));
    }
}
