use std::borrow::Cow;
use std::hash::{Hash, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock};

use hashbrown::{Equivalent, HashMap};

use super::part::Cells;
use super::series_limit;

/// What stands for each label value beyond the limit.
pub(crate) const OVERFLOW: &str = "_overflow";

/// The cells of the label values seen so far. They are kept for the life of the process, as the
/// site is.
#[derive(Debug)]
pub(crate) struct Children<C: 'static> {
    /// By the values themselves: no two different ones are ever one child.
    cells: OnceLock<RwLock<ByValues<C>>>,
    /// Made when there is no room for another child.
    overflow: OnceLock<&'static C>,
    overflows: AtomicU64,
    /// The limit at which there was no room the last time, or one that cannot be set.
    full_at: AtomicUsize,
}

type ByValues<C> = HashMap<Box<[Box<str>]>, &'static C, RandomState>;

/// Label values as a call gives them.
struct Values<'a>(&'a [Cow<'a, str>]);

impl Hash for Values<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // As a boxed slice of boxed texts does.
        self.0.len().hash(state);
        for value in self.0 {
            value.hash(state);
        }
    }
}

impl Equivalent<Box<[Box<str>]>> for Values<'_> {
    fn equivalent(&self, key: &Box<[Box<str>]>) -> bool {
        self.0.len() == key.len() && self.0.iter().zip(key).all(|(value, key)| **value == **key)
    }
}

impl<C: Cells> Children<C> {
    pub(crate) const fn new() -> Self {
        Self {
            cells: OnceLock::new(),
            overflow: OnceLock::new(),
            overflows: AtomicU64::new(0),
            full_at: AtomicUsize::new(series_limit::NEVER),
        }
    }

    /// The cells of these values: new ones like `prototype` where they are seen first, and those of
    /// the overflow where there is no room in the metric.
    pub(crate) fn get(
        &self,
        metric: &'static str,
        prototype: &C,
        values: &[Cow<'_, str>],
    ) -> &'static C {
        if values.iter().all(|value| value == OVERFLOW) {
            return self.overflow(prototype);
        }
        let values = Values(values);
        let cells =
            self.cells.get_or_init(|| RwLock::new(HashMap::with_hasher(RandomState::new())));
        if let Some(child) = cells.read().unwrap_or_else(PoisonError::into_inner).get(&values) {
            return child;
        }
        // Once it is full, whoever invents values does not get to hold up the calls with known ones.
        let limit = series_limit::limit();
        if self.full_at.load(Ordering::Relaxed) == limit {
            self.overflows.fetch_add(1, Ordering::Relaxed);
            return self.overflow(prototype);
        }
        let mut cells = cells.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(child) = cells.get(&values) {
            // Another call was first.
            return child;
        }
        if !series_limit::take(metric, C::SERIES, limit) {
            drop(cells);
            self.full_at.store(limit, Ordering::Relaxed);
            self.overflows.fetch_add(1, Ordering::Relaxed);
            return self.overflow(prototype);
        }
        let child: &'static C = Box::leak(Box::new(prototype.fresh()));
        cells.insert(values.0.iter().map(|value| (**value).into()).collect(), child);
        child
    }

    fn overflow(&self, prototype: &C) -> &'static C {
        self.overflow.get_or_init(|| Box::leak(Box::new(prototype.fresh())))
    }

    pub(crate) fn overflows(&self) -> u64 {
        self.overflows.load(Ordering::Relaxed)
    }

    /// Each child with its values, of which there are `count`.
    pub(crate) fn for_each(&self, count: usize, mut each: impl FnMut(&[&str], &'static C)) {
        if let Some(cells) = self.cells.get() {
            for (values, child) in &*cells.read().unwrap_or_else(PoisonError::into_inner) {
                let values: Vec<&str> = values.iter().map(|value| &**value).collect();
                each(&values, child);
            }
        }
        if let Some(child) = self.overflow.get() {
            each(&vec![OVERFLOW; count], child);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher;

    use super::*;
    use crate::site::Calls;

    fn get(children: &Children<Calls>, metric: &'static str, values: &[&str]) -> *const Calls {
        let values: Vec<_> = values.iter().map(|value| Cow::Borrowed(*value)).collect();
        children.get(metric, &Calls::new(), &values)
    }

    #[test]
    fn no_two_different_label_sets_are_one_child() {
        let children = Children::new();
        let sets = [["ab", "c"], ["a", "bc"], ["", "abc"], ["abc", ""], ["a\0b", "c"], ["c", "ab"]];
        let mut cells: Vec<_> = sets.iter().map(|set| get(&children, "identity", set)).collect();
        for (set, cell) in sets.iter().zip(&cells) {
            assert_eq!(get(&children, "identity", set), *cell);
        }
        cells.sort();
        cells.dedup();
        assert_eq!(cells.len(), sets.len());
    }

    #[test]
    fn lookup_by_borrowed_values_hashes_as_the_keys_do() {
        let state = RandomState::new();
        let key: Box<[Box<str>]> = ["a".into(), "bc".into()].into();
        let values = [Cow::Borrowed("a"), Cow::Owned("bc".to_owned())];
        assert_eq!(state.hash_one(Values(&values)), state.hash_one(&key));
    }

    #[test]
    fn no_limit_that_can_be_set_counts_as_full_before_it_is() {
        series_limit::limit_series(usize::MAX);
        let children = Children::new();
        assert_ne!(get(&children, "no limit", &["a"]), get(&children, "no limit", &["b"]));
        assert_eq!(children.overflows(), 0);
    }

    #[test]
    fn a_value_of_the_users_that_reads_as_the_overflow_is_the_overflow() {
        let children = Children::new();
        let own = get(&children, "own overflow", &[OVERFLOW, OVERFLOW]);
        assert_ne!(own, get(&children, "own overflow", &[OVERFLOW, "a"]));
        assert_eq!(own, std::ptr::from_ref(*children.overflow.get().expect("made")));
        assert_eq!(children.overflows(), 0);
    }
}
