use std::borrow::Cow;

use super::native;
use crate::cells::{Place, Reader};
use crate::value::Value;

/// Which buckets a histogram has, and what its cells are: a count for each classic bucket, not
/// cumulative, and one for what is beyond the last; the sum; and behind it the native buckets, if
/// there are any.
#[derive(Clone, Debug)]
pub(super) struct Buckets {
    pub(super) bounds: Cow<'static, [f64]>,
    pub(super) native: bool,
}

#[expect(clippy::cast_possible_truncation, reason = "as many as somebody wrote down")]
pub(super) const fn cells(bounds: &[f64], native: bool) -> u32 {
    bounds.len() as u32 + 2 + if native { native::CELLS } else { 0 }
}

impl Buckets {
    #[expect(clippy::cast_possible_truncation, reason = "as many as somebody wrote down")]
    fn sum(&self) -> u32 {
        self.bounds.len() as u32 + 1
    }

    /// Counts a value that is a number.
    #[inline]
    pub(super) fn observe(&self, place: &impl Place, value: f64) {
        // From the first on, as where durations are observed.
        let bucket = self.bounds.iter().zip(0..).find(|(bound, _)| value <= **bound);
        place.add(bucket.map_or(self.sum() - 1, |(_, bucket)| bucket), 1);
        place.add_float(self.sum(), value);
        if self.native {
            place.add(self.sum() + 1 + native::cell(value), 1);
        }
    }

    pub(super) fn read(&self, first: u32, reader: &Reader) -> Value {
        let counts = (first..first + self.sum()).map(|slot| reader.count(slot));
        let sum = reader.float(first + self.sum());
        let mut value = Value::histogram(&self.bounds, counts, sum);
        if let Value::Histogram { native, .. } = &mut value {
            let read = || native::read(first + self.sum() + 1, reader);
            *native = self.native.then(read).map(Box::new);
        }
        value
    }
}
