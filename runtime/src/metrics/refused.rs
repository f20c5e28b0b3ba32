//! Values that cannot be counted: they are left out, said once, and counted for each metric.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

static REFUSED: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

#[cold]
pub(super) fn refuse(metric: &str, value: f64, wanted: &str) {
    let mut refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
    let count = refused.entry(metric.to_owned()).or_default();
    *count += 1;
    let first = *count == 1;
    drop(refused);
    if first {
        tracing::error!(metric, value, "left out of the metric, which takes {wanted}");
    }
}

/// How many values each metric has refused, in this process.
pub(crate) fn refused(metric: &str) -> Option<u64> {
    REFUSED.lock().unwrap_or_else(PoisonError::into_inner).get(metric).copied()
}
