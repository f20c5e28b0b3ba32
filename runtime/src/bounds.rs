//! The upper bounds of classic histogram buckets.

/// The buckets of Prometheus's client libraries, made for the latency of web services.
pub(crate) const STANDARD: [f64; 11] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Whether bounds are finite and rise.
pub(crate) const fn are_valid(bounds: &[f64]) -> bool {
    let mut at = 0;
    while at < bounds.len() {
        if !bounds[at].is_finite() || (at > 0 && bounds[at] <= bounds[at - 1]) {
            return false;
        }
        at += 1;
    }
    true
}

/// The place of a histogram's sum, behind a cell for each bucket and one for what is beyond the last.
#[expect(clippy::cast_possible_truncation, reason = "as many as somebody wrote down")]
pub(crate) const fn sum(bounds: &[f64]) -> u32 {
    bounds.len() as u32 + 1
}
