use std::borrow::Cow;

use crate::cells::Place;
use crate::{bounds, native};

/// Which buckets a histogram has, and what its cells are: a count for each classic bucket, not
/// cumulative, and one for what is beyond the last; the sum; and behind it the native buckets, if
/// there are any.
#[derive(Clone, Debug)]
pub(super) struct Buckets {
    pub(super) bounds: Cow<'static, [f64]>,
    pub(super) native: bool,
}

impl Buckets {
    /// Counts a value that is a number; returns the place of its bucket.
    #[inline]
    pub(super) fn observe(&self, place: &impl Place, value: f64) -> u32 {
        let sum = bounds::sum(&self.bounds);
        // From the first on, as where durations are observed.
        let bucket = self.bounds.iter().zip(0..).find(|(bound, _)| value <= **bound);
        let bucket = bucket.map_or(sum - 1, |(_, bucket)| bucket);
        place.add(bucket, 1);
        place.add_float(sum, value);
        if self.native {
            place.add(sum + 1 + native::cell(value), 1);
        }
        bucket
    }
}
