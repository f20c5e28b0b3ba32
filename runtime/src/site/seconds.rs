use super::at::At;
use super::part::{Layout, Part};
use crate::bounds::{self, STANDARD};
use crate::cells::Place;
use crate::clock::{Moment, seconds};
use crate::traced;

/// How long calls took: their number for each bucket, not cumulative, and for what is beyond the
/// last; and the sum in whole nanoseconds, which add up without rounding for 584 years.
#[derive(Debug)]
pub struct Seconds<const N: usize> {
    /// Upper bounds, rising.
    bounds: [f64; N],
    /// The most whole nanoseconds within each bound.
    most: [i64; N],
}

impl Seconds<11> {
    pub const fn standard() -> Self {
        Self::new(STANDARD)
    }
}

impl<const N: usize> Seconds<N> {
    #[expect(clippy::cast_possible_truncation, reason = "as many as somebody wrote down")]
    const SUM: u32 = N as u32 + 1;

    pub const fn new(bounds: [f64; N]) -> Self {
        let mut most = [0; N];
        let mut at = 0;
        while at < N {
            most[at] = most_nanoseconds(bounds[at]);
            at += 1;
        }
        Self { bounds, most }
    }

    /// Those with the bounds and one more in its place, unless it is one of them.
    pub const fn with(bounds: &[f64], bound: f64) -> Self {
        Self::new(bounds::with(bounds, bound))
    }

    /// Counts a duration in the cells that begin at a place.
    #[inline]
    pub(super) fn observe(&self, nanoseconds: u64, row: &impl Place, place: u32) {
        // From the first on, up to the one that fits: where calls take about as long as the one
        // before, the processor knows which it is, and goes on before it is found.
        let bucket =
            self.most.iter().zip(0..).find(|(most, _)| nanoseconds.cast_signed() <= **most);
        let bucket = bucket.map_or(Self::SUM - 1, |(_, bucket)| bucket);
        row.add(place + bucket, 1);
        row.add(place + Self::SUM, nanoseconds);
        traced::sample(row, place + bucket, seconds(nanoseconds));
    }
}

/// The most whole nanoseconds that are not more than so many seconds; -1, which no duration is
/// within, where the bound is negative.
const fn most_nanoseconds(seconds: f64) -> i64 {
    #[expect(clippy::cast_precision_loss, reason = "as near as a float comes")]
    const fn are_within(nanoseconds: i64, seconds: f64) -> bool {
        nanoseconds as f64 / 1e9 <= seconds
    }
    if seconds < 0.0 {
        return -1;
    }
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    let mut most = (seconds * 1e9) as i64;
    // Beyond, a nanosecond is less than the distance between two floats.
    if most >= 9_000_000_000_000_000 {
        return most;
    }
    while most > 0 && !are_within(most, seconds) {
        most -= 1;
    }
    while are_within(most + 1, seconds) {
        most += 1;
    }
    most
}

impl<const N: usize, P: Place> At<Seconds<N>, P> {
    /// A call begins; it takes until the guard is dropped, however that comes.
    #[inline]
    pub fn begin(self) -> SecondsGuard<N, P> {
        SecondsGuard { at: self, start: Moment::now() }
    }
}

/// A call that is being timed.
#[derive(Debug)]
#[must_use]
pub struct SecondsGuard<const N: usize, P: Place> {
    at: At<Seconds<N>, P>,
    start: Moment,
}

impl<const N: usize, P: Place> Drop for SecondsGuard<N, P> {
    #[inline]
    fn drop(&mut self) {
        self.at.layout.observe(self.start.nanoseconds(), &self.at.place, 0);
    }
}

impl<const N: usize> Layout for Seconds<N> {
    const PARTS: &'static [Part] = &[Part::Seconds];
    const SERIES: usize = 1;
    const CELLS: u32 = Self::SUM + 1;

    fn bounds(&self) -> &[f64] {
        &self.bounds
    }

    fn place(_part: Part) -> u32 {
        0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_duration_of_just_a_bound_is_within_it() {
        for bound in STANDARD.into_iter().chain([1e-9, 0.1 + 0.2, 1.0 / 3.0, 0.0, 1e6]) {
            let seconds = |ns: i64| Duration::from_nanos(ns.cast_unsigned()).as_secs_f64();
            let most = most_nanoseconds(bound);
            assert!(seconds(most) <= bound && seconds(most + 1) > bound, "{bound}");
        }
        let milliseconds = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000];
        assert_eq!(STANDARD.map(most_nanoseconds), milliseconds.map(|ms| ms * 1_000_000));
        assert_eq!((most_nanoseconds(1e300), most_nanoseconds(-0.1)), (i64::MAX, -1));
    }
}
