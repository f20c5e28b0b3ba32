//! Native histograms as they are exposed (Prometheus documentation, "Native Histograms").

/// Buckets for each doubling, as a power of two: eight, so that each is 9 % wide.
pub(crate) const SCHEMA: i32 = 3;

/// What is not farther from 0 is in the zero bucket.
pub(crate) const ZERO_THRESHOLD: f64 = 5.421_010_862_427_522e-20;

/// The native buckets as they stood when they were read, without those that are empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Native {
    /// How many values were not farther from 0 than the threshold.
    pub(crate) zero: u64,
    /// Index and count; a bucket's upper bound is 2 to the power of an eighth of its index.
    pub(crate) positive: Vec<(i32, u64)>,
    pub(crate) negative: Vec<(i32, u64)>,
}

impl Native {
    /// Adds what another counted for the same series.
    pub(crate) fn add(&mut self, other: &Self) {
        self.zero = self.zero.wrapping_add(other.zero);
        for (mine, others) in
            [(&mut self.positive, &other.positive), (&mut self.negative, &other.negative)]
        {
            for (index, count) in others {
                match mine.binary_search_by_key(index, |(index, _)| *index) {
                    Ok(at) => mine[at].1 = mine[at].1.wrapping_add(*count),
                    Err(at) => mine.insert(at, (*index, *count)),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_of_two_add_up() {
        let native = |zero, positive: &[(i32, u64)]| Native {
            zero,
            positive: positive.to_vec(),
            negative: Vec::new(),
        };
        let mut sum = native(1, &[(-3, 1), (4, 2)]);
        sum.add(&native(2, &[(-4, 5), (4, 1), (9, 1)]));
        assert_eq!(sum, native(3, &[(-4, 5), (-3, 1), (4, 3), (9, 1)]));
    }
}
