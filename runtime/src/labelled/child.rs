use std::sync::atomic::{AtomicBool, Ordering};

use super::room::Room;
use super::values::Values;
use crate::cells::{Place, Reader, Slots, Space};

/// One series of a family, or the series that a call counts in together.
///
/// Its slots are its own until nobody can count in them: it is dropped by the last who holds it.
#[derive(Debug)]
pub(crate) struct Child {
    /// The children that it is one of.
    pub(super) family: u64,
    pub(super) hash: u64,
    pub(crate) values: Values,
    slots: Slots,
    removed: AtomicBool,
}

/// What all children of a family are alike in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sort<'a> {
    pub(crate) room: Room<'a>,
    pub(crate) cells: u32,
}

/// How often the child was named, ahead of what is counted in it.
const NAMED: u32 = 0;

impl Child {
    pub(super) fn new(family: u64, hash: u64, values: Values, sort: Sort<'_>) -> Self {
        let slots = Slots::allocate(Space::Paged, sort.cells + 1);
        Self { family, hash, values, slots, removed: AtomicBool::new(false) }
    }

    /// From now on the series is there, in the store that this thread counts in, though it may stand
    /// at 0.
    #[inline]
    pub(crate) fn name(&self) {
        self.slots.add(NAMED, 1);
    }

    /// Whether the series is there, in the reader's store: whether it was named in it, perhaps to
    /// stand at 0, or counted in by who had named it elsewhere.
    pub(super) fn is_there(&self, reader: &Reader) -> bool {
        self.slots.iter().any(|slot| !reader.is_zero(slot))
    }

    /// The first of the slots that are counted in.
    pub(crate) fn first(&self) -> u32 {
        self.slots.first() + NAMED + 1
    }

    #[inline]
    pub(super) fn is(&self, family: u64, hash: u64, values: &[impl AsRef<str>]) -> bool {
        self.hash == hash && self.family == family && self.values.are(values)
    }

    pub(super) fn is_removed(&self) -> bool {
        self.removed.load(Ordering::Acquire)
    }

    pub(super) fn remove(&self) {
        self.removed.store(true, Ordering::Release);
    }
}

impl Place for Child {
    #[inline]
    fn add(&self, place: u32, count: u64) {
        self.slots.add(NAMED + 1 + place, count);
    }

    #[inline]
    fn end(&self, place: u32) {
        self.slots.end(NAMED + 1 + place);
    }

    #[inline]
    fn add_float(&self, place: u32, number: f64) {
        self.slots.add_float(NAMED + 1 + place, number);
    }

    #[inline]
    fn slot(&self, place: u32) -> u32 {
        self.first() + place
    }
}
