//! Families of this library's own, whose numbers hardly ever change.

use std::sync::{Mutex, PoisonError};

use crate::joined::Joined;
use crate::offered::Offered;

/// A family that stays the same, listing and all, for as long as its numbers do: so that a scrape
/// need not write it anew.
#[derive(Debug, Default)]
pub(crate) struct Steady(Mutex<Option<Kept>>);

#[derive(Debug)]
struct Kept {
    worker: Option<u64>,
    numbers: Vec<Option<u64>>,
    joined: Joined,
}

impl Steady {
    /// The family of these numbers of a process, of which those that are there are its series.
    pub(crate) fn get(
        &self,
        worker: Option<u64>,
        numbers: impl Iterator<Item = Option<u64>> + Clone,
        make: impl FnOnce() -> Offered,
    ) -> Option<Joined> {
        numbers.clone().find(Option::is_some)?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = &*kept
            && kept.worker == worker
            && numbers.clone().eq(kept.numbers.iter().copied())
        {
            return Some(kept.joined.clone());
        }
        let joined = Joined::steady(make());
        let numbers = numbers.collect();
        *kept = Some(Kept { worker, numbers, joined: joined.clone() });
        Some(joined)
    }
}
