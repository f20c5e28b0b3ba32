use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use hashbrown::HashTable;

use super::child::{Child, Sort};
use super::handle::Handle;
use super::hash::hash;
use super::values::Values;
use super::{cache, series_limit};
use crate::cells::{Place, Row, Slots, Store};

/// What stands for each label value beyond the limit.
pub(crate) const OVERFLOW: &str = "_overflow";

/// The children of one family, or of one annotated place, by the label values seen so far.
#[derive(Debug)]
pub struct Children {
    /// Told from all others, in this process; 0 until there is a child.
    id: AtomicU64,
    /// By the values themselves: no two different ones are ever one child.
    by_values: RwLock<HashTable<Arc<Child>>>,
    /// Made when there is no room for another child.
    overflow: OnceLock<Arc<Child>>,
    overflows: Row,
    /// The limit at which there was no room the last time, or one that cannot be set.
    full_at: AtomicUsize,
    /// How long the values of all children are together.
    bytes: AtomicUsize,
    /// How often what is there changed.
    version: AtomicU64,
}

impl Children {
    pub(crate) const fn new() -> Self {
        Self {
            id: AtomicU64::new(0),
            by_values: RwLock::new(HashTable::new()),
            overflow: OnceLock::new(),
            overflows: Row::new(1),
            full_at: AtomicUsize::new(series_limit::NEVER),
            bytes: AtomicUsize::new(0),
            version: AtomicU64::new(0),
        }
    }

    /// The child of these values: a new one with so many cells where they are seen first, and that
    /// of the overflow where there is no room.
    #[inline]
    pub(crate) fn get(&self, sort: Sort<'_>, values: &[impl AsRef<str>]) -> Handle {
        let family = self.id.load(Ordering::Relaxed);
        let hash = hash(family, values);
        match cache::take(family, hash, values) {
            Some(child) => Handle::new(child),
            None => self.find(sort, values),
        }
    }

    /// Counts in the child of these values, which nobody has to keep.
    #[inline]
    pub(crate) fn count<R>(
        &self,
        sort: Sort<'_>,
        values: &[impl AsRef<str>],
        count: impl Fn(&Child) -> R,
    ) -> R {
        let family = self.id.load(Ordering::Relaxed);
        match cache::visit(family, hash(family, values), values, &count) {
            Some(counted) => counted,
            None => count(self.find(sort, values).child()),
        }
    }

    #[cold]
    #[inline(never)]
    fn find(&self, sort: Sort<'_>, values: &[impl AsRef<str>]) -> Handle {
        let child = self.find_or_make(sort, values);
        if child.name() {
            self.changed();
        }
        Handle::new(child)
    }

    fn find_or_make(&self, sort: Sort<'_>, values: &[impl AsRef<str>]) -> Arc<Child> {
        let family = self.family();
        if !values.is_empty() && values.iter().all(|value| value.as_ref() == OVERFLOW) {
            return self.overflow(family, sort, values.len());
        }
        let hash = hash(family, values);
        let is = |child: &Arc<Child>| child.hash == hash && child.is(family, values);
        let children = self.by_values.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(child) = children.find(hash, is) {
            return Arc::clone(child);
        }
        drop(children);
        let limit = sort.room.limit();
        // Once it is full, whoever invents values does not get to hold up the calls with known ones.
        let bytes: usize = values.iter().map(|value| value.as_ref().len()).sum();
        let long = self.bytes.load(Ordering::Relaxed).saturating_add(bytes)
            > limit.saturating_mul(series_limit::BYTES);
        if long || self.full_at.load(Ordering::Relaxed) == limit {
            return self.overflowing(family, sort, values.len());
        }
        let child = Arc::new(Child::new(family, hash, Values::new(values), sort));
        let mut children = self.by_values.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = children.find(hash, is) {
            // Another call was first.
            return Arc::clone(first);
        }
        if !sort.room.take(children.len(), limit) {
            // Under the lock, as where a child that is removed makes room.
            self.full_at.store(limit, Ordering::Relaxed);
            drop(children);
            return self.overflowing(family, sort, values.len());
        }
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        children.insert_unique(hash, Arc::clone(&child), |child| child.hash);
        self.changed();
        child
    }

    /// Removes the child of these values; whether there was one.
    pub(crate) fn remove(&self, sort: Sort<'_>, values: &[impl AsRef<str>]) -> bool {
        let family = self.family();
        let hash = hash(family, values);
        let mut children = self.by_values.write().unwrap_or_else(PoisonError::into_inner);
        let entry =
            children.find_entry(hash, |child| child.hash == hash && child.is(family, values));
        let Some((child, _)) = entry.ok().map(hashbrown::hash_table::OccupiedEntry::remove) else {
            return false;
        };
        child.remove();
        self.changed();
        self.bytes.fetch_sub(child.values.bytes(), Ordering::Relaxed);
        sort.room.give_back();
        self.full_at.store(series_limit::NEVER, Ordering::Relaxed);
        drop(children);
        cache::removed();
        true
    }

    /// What tells them from all others of this process.
    pub(crate) fn family(&self) -> u64 {
        let id = self.id.load(Ordering::Relaxed);
        if id != 0 {
            return id;
        }
        let new = new_family();
        match self.id.compare_exchange(0, new, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => new,
            Err(first) => first,
        }
    }

    fn overflowing(&self, family: u64, sort: Sort<'_>, values: usize) -> Arc<Child> {
        self.overflows.add(0, 1);
        self.overflow(family, sort, values)
    }

    fn overflow(&self, family: u64, sort: Sort<'_>, values: usize) -> Arc<Child> {
        let child = self.overflow.get_or_init(|| {
            let values = vec![OVERFLOW; values];
            let hash = hash(family, &values);
            // Before it is there, but then it is to be named, which is a change too.
            Arc::new(Child::new(family, hash, Values::new(&values), sort))
        });
        Arc::clone(child)
    }

    pub(crate) fn overflows(&self, store: &'static Store) -> u64 {
        self.overflows.bound().map_or(0, |slot| store.count(slot))
    }

    /// Rises when children come and go, or are named.
    pub(crate) fn version(&self) -> u64 {
        // Acquire, with the release below: who reads the children afterwards sees them as they were
        // then, or later.
        self.version.load(Ordering::Acquire)
    }

    fn changed(&self) {
        self.version.fetch_add(1, Ordering::Release);
    }

    /// Every child, those with it whose series is not there yet.
    pub(crate) fn all(&self) -> Vec<Arc<Child>> {
        let children = self.by_values.read().unwrap_or_else(PoisonError::into_inner);
        children.iter().chain(self.overflow.get()).cloned().collect()
    }
}

/// A number that no other family of this process has.
pub(crate) fn new_family() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Drop for Children {
    fn drop(&mut self) {
        if let Some(slot) = self.overflows.bound() {
            drop(Slots::adopt(slot, 1));
        }
        let children = self.by_values.get_mut().unwrap_or_else(PoisonError::into_inner);
        if children.is_empty() && self.overflow.get().is_none() {
            return;
        }
        for child in children.iter().chain(self.overflow.get()) {
            child.remove();
        }
        cache::removed();
    }
}

#[cfg(test)]
mod tests {
    use super::super::room::Room;
    use super::*;

    fn sort(room: Room<'_>) -> Sort<'_> {
        Sort { room, cells: 1 }
    }

    fn get(children: &Children, values: &[&str]) -> u32 {
        children.get(sort(Room::Own(None)), values).slot(0)
    }

    #[test]
    fn no_two_different_label_sets_are_one_child() {
        let children = Children::new();
        let sets = [["ab", "c"], ["a", "bc"], ["", "abc"], ["abc", ""], ["a\0b", "c"], ["c", "ab"]];
        let mut slots: Vec<_> = sets.iter().map(|set| get(&children, set)).collect();
        for _ in 0..2 {
            for (set, slot) in sets.iter().zip(&slots) {
                assert_eq!(get(&children, set), *slot);
            }
        }
        slots.sort_unstable();
        slots.dedup();
        assert_eq!(slots.len(), sets.len());
    }

    #[test]
    fn threads_find_the_same_child() {
        let children = Children::new();
        let slots = std::thread::scope(|scope| {
            let threads = [(); 4].map(|()| scope.spawn(|| get(&children, &["a", "b"])));
            threads.map(|thread| thread.join().expect("no panic"))
        });
        assert!(slots.iter().all(|slot| *slot == slots[0]), "{slots:?}");
    }

    #[test]
    fn a_value_of_the_users_that_reads_as_the_overflow_is_the_overflow() {
        let children = Children::new();
        let room = Room::Own(Some(1));
        let own = children.get(sort(room), &[OVERFLOW, OVERFLOW]).slot(0);
        assert_ne!(own, children.get(sort(room), &[OVERFLOW, "a"]).slot(0));
        assert_eq!(children.overflows(Store::process()), 0);
        assert_eq!(own, children.get(sort(room), &[OVERFLOW, "b"]).slot(0));
        assert_eq!(children.overflows(Store::process()), 1);
    }

    #[test]
    fn a_removed_childs_slot_waits_for_who_still_counts_in_it() {
        let children = Children::new();
        // As many cells as no other test has, which might take the slots when they are free.
        let sort = Sort { cells: 41, ..sort(Room::Own(Some(1))) };
        let kept = children.get(sort, &["a"]);
        kept.add(0, 7);
        assert!(children.remove(sort, &["a"]));
        assert!(!children.remove(sort, &["a"]));
        let again = children.get(sort, &["a"]);
        assert_ne!(again.slot(0), kept.slot(0));
        kept.add(0, 1);
        let count = |slot| Store::process().count(slot);
        assert_eq!((count(kept.slot(0)), count(again.slot(0))), (8, 0));
        let slot = kept.slot(0);
        drop(kept);
        assert_eq!(count(slot), 0);
    }

    #[test]
    fn values_are_limited_in_length_together() {
        let children = Children::new();
        let room = Room::Own(Some(4));
        let long = "x".repeat(2 * series_limit::BYTES);
        let get = |value: &str| children.get(sort(room), &[value]).slot(0);
        let [first, second] = [get(&long), get(&format!("{}y", &long[1..]))];
        assert_ne!(first, second);
        let overflow = get(&format!("{}z", &long[1..]));
        assert_eq!(overflow, get(OVERFLOW));
        assert_eq!(overflow, get("short"));
        assert!(children.remove(sort(room), &[&long]));
        assert_ne!(overflow, get("short"));
    }

    #[test]
    fn there_is_room_again_where_a_child_was_removed() {
        let children = Children::new();
        let room = Room::Own(Some(2));
        let [a, b, c] = ["a", "b", "c"].map(|value| children.get(sort(room), &[value]).slot(0));
        assert_eq!(children.get(sort(room), &["d"]).slot(0), c);
        assert!(children.remove(sort(room), &["a"]));
        let d = children.get(sort(room), &["d"]).slot(0);
        assert!(d != c && d != b);
        assert_ne!(a, b);
    }
}
