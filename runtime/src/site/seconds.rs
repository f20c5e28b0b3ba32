use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::part::{Cells, Part};
use crate::outcome::Outcome;
use crate::value::Value;

/// How long calls took.
#[derive(Debug)]
pub struct Seconds<const N: usize> {
    /// Upper bounds, rising.
    bounds: [f64; N],
    /// Calls by the first bound that they did not pass, not cumulative.
    counts: [AtomicU64; N],
    /// Calls that passed every bound.
    beyond: AtomicU64,
    /// In whole nanoseconds, which add up without rounding for 584 years.
    nanoseconds: AtomicU64,
}

/// The buckets of Prometheus's client libraries, made for the latency of web services.
const STANDARD: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

impl Seconds<11> {
    pub const fn standard() -> Self {
        Self::new(STANDARD)
    }
}

impl<const N: usize> Seconds<N> {
    pub const fn new(bounds: [f64; N]) -> Self {
        Self {
            bounds,
            counts: [const { AtomicU64::new(0) }; N],
            beyond: AtomicU64::new(0),
            nanoseconds: AtomicU64::new(0),
        }
    }

    /// A call begins; it takes until the guard is dropped, however that comes.
    #[inline]
    pub fn begin(&'static self) -> SecondsGuard<N> {
        SecondsGuard { cells: self, start: Instant::now() }
    }

    fn observe(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        let bucket = self.bounds.iter().position(|bound| seconds <= *bound);
        let count = bucket.map_or(&self.beyond, |bucket| &self.counts[bucket]);
        count.fetch_add(1, Ordering::Relaxed);
        let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }
}

/// A call that is being timed.
#[derive(Debug)]
#[must_use]
pub struct SecondsGuard<const N: usize> {
    cells: &'static Seconds<N>,
    start: Instant,
}

impl<const N: usize> Drop for SecondsGuard<N> {
    #[inline]
    fn drop(&mut self) {
        self.cells.observe(self.start.elapsed());
    }
}

impl<const N: usize> Cells for Seconds<N> {
    const PARTS: &'static [Part] = &[Part::Seconds];
    const SERIES: usize = 1;

    fn fresh(&self) -> Self {
        Self::new(self.bounds)
    }

    fn bounds(&self) -> &[f64] {
        &self.bounds
    }

    fn read(&self, _part: Part, push: &mut dyn FnMut(Option<Outcome>, Value)) {
        let mut count = 0;
        let mut cumulate = |cell: &AtomicU64| {
            count += cell.load(Ordering::Relaxed);
            count
        };
        let buckets = self.bounds.iter().zip(&self.counts);
        let buckets = buckets.map(|(bound, cell)| (*bound, cumulate(cell))).collect();
        // Taken from the buckets, so that it is never at odds with them.
        let count = cumulate(&self.beyond);
        let sum = Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed)).as_secs_f64();
        push(None, Value::Histogram { buckets, sum, count });
    }
}
