//! The upper bounds of classic histogram buckets.

/// The buckets of Prometheus's client libraries, made for the latency of web services.
pub const STANDARD: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How many bounds there are with one more, unless it is one of them.
#[must_use]
pub const fn count_with(bounds: &[f64], bound: f64) -> usize {
    let mut at = 0;
    while at < bounds.len() {
        if bounds[at].to_bits() == bound.to_bits() {
            return bounds.len();
        }
        at += 1;
    }
    bounds.len() + 1
}

/// The bounds with one more in its place, [as many](count_with) as there are then.
pub(crate) const fn with<const N: usize>(bounds: &[f64], bound: f64) -> [f64; N] {
    assert!(N == count_with(bounds, bound), "as many as there are");
    let mut all = [bound; N];
    let mut at = 0;
    while at < bounds.len() {
        let behind = if bounds[at] > bound { N - bounds.len() } else { 0 };
        all[at + behind] = bounds[at];
        at += 1;
    }
    all
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_more_bound_has_its_place_among_the_others() {
        const BELOW: [f64; count_with(&[0.1, 1.0], 0.05)] = with(&[0.1, 1.0], 0.05);
        const BETWEEN: [f64; count_with(&[0.1, 1.0], 0.25)] = with(&[0.1, 1.0], 0.25);
        const ABOVE: [f64; count_with(&[0.1, 1.0], 2.0)] = with(&[0.1, 1.0], 2.0);
        const THERE: [f64; count_with(&[0.1, 1.0], 0.1)] = with(&[0.1, 1.0], 0.1);
        const NEGATIVE: [f64; count_with(&[-1.0], 0.1)] = with(&[-1.0], 0.1);
        for (all, wanted) in [
            (&BELOW[..], &[0.05, 0.1, 1.0][..]),
            (&BETWEEN, &[0.1, 0.25, 1.0]),
            (&ABOVE, &[0.1, 1.0, 2.0]),
            (&THERE, &[0.1, 1.0]),
            (&NEGATIVE, &[-1.0, 0.1]),
        ] {
            assert_eq!(all, wanted);
        }
    }
}
