use std::borrow::Cow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::room::Room;
use super::values::Values;
use crate::cells::{Place, Slots, Space, Store, here};
use crate::clock;
use crate::file::{self, Series, own};

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
    /// Whether it is to be exposed though nothing may be counted in it: in the process. Other stores
    /// know it themselves.
    named: AtomicBool,
    removed: AtomicBool,
    /// Where others read what it is.
    shared: OnceLock<file::Place>,
    unshared: AtomicBool,
    /// When it was made, in milliseconds since the Unix epoch.
    pub(crate) created_ms: u64,
}

/// What all children of a family are alike in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sort<'a> {
    pub(crate) room: Room<'a>,
    pub(crate) cells: u32,
}

impl Child {
    pub(super) fn new(family: u64, hash: u64, values: Values, sort: Sort<'_>) -> Self {
        let slots = Slots::allocate(Space::Paged, sort.cells);
        let [named, removed, unshared] = [const { AtomicBool::new(false) }; 3];
        let created_ms = clock::unix_ms();
        let shared = OnceLock::new();
        Self { family, hash, values, slots, named, removed, shared, unshared, created_ms }
    }

    /// From now on the series is there, in the store that this thread counts in, though it may stand
    /// at 0. Returns whether that was new, in the process.
    #[inline]
    pub(crate) fn name(&self) -> bool {
        let store = here();
        if !store.is_process() {
            store.name(self.first());
            return false;
        }
        // Written once, so that threads can go on to share the line.
        if self.named.load(Ordering::Relaxed) {
            return false;
        }
        let new = !self.named.swap(true, Ordering::Relaxed);
        if new {
            self.share();
        }
        new
    }

    /// Has those read it too who share a file with this process.
    #[cold]
    fn share(&self) {
        // Where its cells are this process's own, so is the series.
        let Some(own) = own().filter(|_| self.slots.are_kept()) else { return };
        let series = Series {
            group: self.family,
            first: self.first(),
            created_ms: self.created_ms,
            values: self.values.iter().map(Cow::Borrowed).collect(),
        };
        if let Some(shared) = own.series(&series) {
            let _ = self.shared.set(shared);
            // It may have been removed meanwhile, by who did not see this.
            if self.is_removed() {
                self.unshare();
            }
        }
    }

    fn unshare(&self) {
        if let (Some(own), Some(shared)) = (own(), self.shared.get())
            && !self.unshared.swap(true, Ordering::Relaxed)
        {
            own.remove(*shared);
        }
    }

    /// Whether it was named in the store that this thread counts in.
    #[inline]
    pub(super) fn is_named_here(&self) -> bool {
        let store = here();
        if store.is_process() {
            self.named.load(Ordering::Relaxed)
        } else {
            store.is_named(self.first())
        }
    }

    /// Whether the series is there, in a store: whether it was named in it, perhaps to stand at 0, or
    /// counted in by who had named it elsewhere.
    pub(crate) fn is_there(&self, store: &'static Store) -> bool {
        let named = if store.is_process() {
            self.named.load(Ordering::Relaxed)
        } else {
            store.is_named(self.first())
        };
        named || self.slots.iter().any(|slot| !store.is_zero(slot))
    }

    /// The first of its slots.
    pub(crate) fn first(&self) -> u32 {
        self.slots.first()
    }

    #[inline]
    pub(super) fn is(&self, family: u64, values: &[impl AsRef<str>]) -> bool {
        self.family == family && self.values.are(values)
    }

    pub(super) fn is_removed(&self) -> bool {
        self.removed.load(Ordering::Acquire)
    }

    pub(super) fn remove(&self) {
        self.removed.store(true, Ordering::Release);
        self.unshare();
    }
}

impl Place for Child {
    #[inline]
    fn add(&self, place: u32, count: u64) {
        self.slots.add(place, count);
    }

    #[inline]
    fn end(&self, place: u32) {
        self.slots.end(place);
    }

    #[inline]
    fn add_float(&self, place: u32, number: f64) {
        self.slots.add_float(place, number);
    }

    #[inline]
    fn slot(&self, place: u32) -> u32 {
        self.first() + place
    }

    #[inline]
    fn count(&self) -> u32 {
        self.slots.count()
    }
}
