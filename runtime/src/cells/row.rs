//! The slots of one label set, and counting in them.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::numbering::{self, Space, UNBOUND};
use super::slots::Slots;
use super::start::start;
use super::store;
use super::thread::{self, Change};

/// Slots in a row, that are counted in by their place in it.
pub trait Place {
    /// Adds to the count at a place.
    fn add(&self, place: u32, count: u64);

    /// Adds one to the count at a place; who sees it sees what this thread saw before.
    fn end(&self, place: u32);

    /// Adds to the sum at a place.
    fn add_float(&self, place: u32, number: f64);

    /// The slot at a place.
    fn slot(&self, place: u32) -> u32;

    /// How many places there are.
    fn count(&self) -> u32;
}

/// A place that can be handed on.
#[cfg_attr(not(feature = "actix"), expect(unreachable_pub, reason = "no responders to wait for"))]
pub trait Pass: Place {
    /// Hands it on; nothing is counted in what is left.
    fn pass(&mut self) -> Self;
}

impl<P: Place> Pass for &P {
    #[inline]
    fn pass(&mut self) -> Self {
        self
    }
}

impl<P: Place> Place for &P {
    #[inline]
    fn add(&self, place: u32, count: u64) {
        (**self).add(place, count);
    }

    #[inline]
    fn end(&self, place: u32) {
        (**self).end(place);
    }

    #[inline]
    fn add_float(&self, place: u32, number: f64) {
        (**self).add_float(place, number);
    }

    #[inline]
    fn slot(&self, place: u32) -> u32 {
        (**self).slot(place)
    }

    #[inline]
    fn count(&self) -> u32 {
        (**self).count()
    }
}

/// The slots of what stands in a static; they are given out when they are first used.
#[derive(Debug)]
pub struct Row {
    first: AtomicU32,
    count: u32,
}

/// More cells than this in a row are in pages, of which a thread has those that it writes.
const WIDEST: u32 = 256;

impl Row {
    pub const fn new(count: u32) -> Self {
        Self { first: AtomicU32::new(UNBOUND), count }
    }

    /// The first slot, if anything was ever counted here.
    pub(crate) fn bound(&self) -> Option<u32> {
        Some(self.first.load(Ordering::Relaxed)).filter(|first| *first != UNBOUND)
    }

    /// The row of slots that somebody else gives back.
    pub(crate) const fn of(slots: &Slots) -> Self {
        Self { first: AtomicU32::new(slots.first()), count: slots.count() }
    }

    pub(crate) fn bind(&self) -> u32 {
        if let Some(first) = self.bound() {
            return first;
        }
        start();
        let space = if self.count <= WIDEST { Space::Flat } else { Space::Paged };
        // Never one that was given back: who zeroed its cells would have to be seen by every thread
        // that reads the slot here.
        let first = numbering::fresh(space, self.count);
        store::keep(first, self.count);
        // Relaxed: the slot publishes nothing, since its cells are found through the store.
        match self.first.compare_exchange(UNBOUND, first, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => first,
            Err(bound) => {
                numbering::free(first, self.count);
                bound
            }
        }
    }

    /// Changes the cell at a place in the common case; whether it was.
    #[inline]
    fn change(&self, place: u32, change: Change, order: Ordering) -> bool {
        thread::change_flat(self.first.load(Ordering::Relaxed).wrapping_add(place), change, order)
    }

    /// Adds in the common case; whether it was.
    #[inline]
    pub(crate) fn try_add(&self, place: u32, count: u64) -> bool {
        self.change(place, Change::Add(count), Ordering::Relaxed)
    }

    /// Adds in the common case; whether it was.
    #[inline]
    pub(crate) fn try_add_float(&self, place: u32, number: f64) -> bool {
        self.change(place, Change::AddFloat(number), Ordering::Relaxed)
    }

    /// Whether the cells are in pages.
    pub(crate) fn is_wide(&self) -> bool {
        self.count > WIDEST
    }

    /// Changes the cell at a place of a wide row in the common case; whether it was.
    #[inline]
    pub(crate) fn try_add_wide(&self, place: u32, count: u64) -> bool {
        let slot = self.first.load(Ordering::Relaxed).wrapping_add(place);
        thread::change_paged(slot, Change::Add(count), Ordering::Relaxed)
    }

    /// Changes the cell at a place of a wide row in the common case; whether it was.
    #[inline]
    pub(crate) fn try_add_float_wide(&self, place: u32, number: f64) -> bool {
        let slot = self.first.load(Ordering::Relaxed).wrapping_add(place);
        thread::change_paged(slot, Change::AddFloat(number), Ordering::Relaxed)
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn add_cold(&self, place: u32, count: u64) {
        thread::change(self.bind() + place, Change::Add(count));
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn add_float_cold(&self, place: u32, number: f64) {
        thread::change(self.bind() + place, Change::AddFloat(number));
    }
}

impl Place for Row {
    #[inline]
    fn add(&self, place: u32, count: u64) {
        if !self.try_add(place, count) {
            self.add_cold(place, count);
        }
    }

    #[inline]
    fn end(&self, place: u32) {
        if !self.change(place, Change::Add(1), Ordering::Release) {
            self.add_cold(place, 1);
        }
    }

    #[inline]
    fn add_float(&self, place: u32, number: f64) {
        if !self.try_add_float(place, number) {
            self.add_float_cold(place, number);
        }
    }

    fn slot(&self, place: u32) -> u32 {
        self.bind() + place
    }

    #[inline]
    fn count(&self) -> u32 {
        self.count
    }
}

impl Slots {
    #[inline]
    fn change(&self, place: u32, change: Change, order: Ordering) -> bool {
        thread::change_paged(self.first() + place, change, order)
    }
}

impl Place for Slots {
    #[inline]
    fn add(&self, place: u32, count: u64) {
        if !self.change(place, Change::Add(count), Ordering::Relaxed) {
            add_cold(self.first() + place, count);
        }
    }

    #[inline]
    fn end(&self, place: u32) {
        if !self.change(place, Change::Add(1), Ordering::Release) {
            add_cold(self.first() + place, 1);
        }
    }

    #[inline]
    fn add_float(&self, place: u32, number: f64) {
        if !self.change(place, Change::AddFloat(number), Ordering::Relaxed) {
            add_float_cold(self.first() + place, number);
        }
    }

    #[inline]
    fn slot(&self, place: u32) -> u32 {
        self.first() + place
    }

    #[inline]
    fn count(&self) -> u32 {
        self.count()
    }
}

// One for each sort of change: handed over as it is, it would be put together ahead of every add.
#[cold]
#[inline(never)]
fn add_cold(slot: u32, count: u64) {
    thread::change(slot, Change::Add(count));
}

#[cold]
#[inline(never)]
fn add_float_cold(slot: u32, number: f64) {
    thread::change(slot, Change::AddFloat(number));
}

/// The cell at a place that all threads write, in the store that this one counts in.
pub(crate) fn shared(row: &impl Place, place: u32) -> &'static AtomicU64 {
    thread::shared(row.slot(place)).1
}
