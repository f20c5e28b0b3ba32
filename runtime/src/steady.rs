//! Families of this library's own, whose numbers hardly ever change.

use std::sync::{Mutex, PoisonError};

use crate::joined::Joined;
use crate::offered::Offered;

/// A family that stays the same, listing and all, for as long as its numbers do: so that a scrape
/// need not write it anew.
#[derive(Debug, Default)]
pub(crate) struct Steady(Mutex<Option<(Vec<Option<u64>>, Joined)>>);

impl Steady {
    /// The family of these numbers, of which those that are there are its series.
    pub(crate) fn get(
        &self,
        numbers: impl Iterator<Item = Option<u64>> + Clone,
        make: impl FnOnce() -> Offered,
    ) -> Option<Joined> {
        numbers.clone().find(Option::is_some)?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((before, joined)) = &*kept
            && numbers.clone().eq(before.iter().copied())
        {
            return Some(joined.clone());
        }
        let joined = Joined::steady(make());
        *kept = Some((numbers.collect(), joined.clone()));
        Some(joined)
    }
}
