//! How many series a metric may have whose label values come at run time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::file::own;

/// A limit that is never in force.
pub(super) const NEVER: usize = usize::MAX;

static LIMIT: AtomicUsize = AtomicUsize::new(2_000);

/// The series so far, by the name of the metric, over all of its sites.
static TAKEN: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

/// How long the label values of a metric may be together, for each series that it may have.
pub(super) const BYTES: usize = 4_096;

/// Sets how many series each metric may have whose label values come at run time: 2,000 unless set.
///
/// What comes beyond it is counted all the same, in one series with `_overflow` for each of these
/// values, and in `tallymark_series_overflow_total{metric}`: whoever can choose a label's value
/// cannot make more series than that. Nor can they make long ones: of text there may be 4 KiB for
/// each series of the limit, together, in each metric of your own and in each annotated function. Series that are there already stay. A metric of
/// your own can have a limit of its own, as [`Counter::max_series`](crate::Counter::max_series) sets
/// it.
///
/// ```
/// tallymark::limit_series(500);
/// ```
pub fn limit_series(per_metric: usize) {
    LIMIT.store(per_metric.min(NEVER - 1), Ordering::Relaxed);
    tell();
}

/// Tells those who keep what this process counts when it is gone.
pub(crate) fn tell() {
    if let Some(own) = own() {
        own.limit_series(limit() as u64);
    }
}

pub(crate) fn limit() -> usize {
    LIMIT.load(Ordering::Relaxed)
}

/// Whether the metric may have that many series more; if so, they are taken.
pub(super) fn take(metric: &str, series: usize, limit: usize) -> bool {
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    let taken = taken.entry(metric.to_owned()).or_default();
    let fits = *taken + series <= limit;
    if fits {
        *taken += series;
    }
    fits
}

/// The metric may have those series again.
pub(super) fn give_back(metric: &str, series: usize) {
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(taken) = taken.get_mut(metric) {
        *taken -= series;
    }
}
