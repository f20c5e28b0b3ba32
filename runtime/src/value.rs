use crate::native::Native;

/// What a series stands at.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A count of ours, exact beyond 2^53.
    Count(u64),
    Number(f64),
    /// A gauge of ours, exact beyond 2^53.
    Integer(i64),
    Histogram {
        /// Upper bound and cumulative count, in the order given.
        buckets: Vec<(f64, u64)>,
        sum: f64,
        count: u64,
        /// Its exponential buckets, if it has such.
        native: Option<Box<Native>>,
    },
    Summary {
        /// Quantile and value.
        quantiles: Vec<(f64, f64)>,
        sum: f64,
        count: u64,
    },
}

impl Value {
    /// A histogram by what was counted for each bucket and beyond the last, not cumulative.
    ///
    /// The count of all is taken from these, so that it is never at odds with them.
    pub(crate) fn histogram(
        bounds: &[f64],
        counts: impl IntoIterator<Item = u64>,
        sum: f64,
    ) -> Self {
        let mut count = 0_u64;
        let mut cumulative = counts.into_iter().map(|in_bucket| {
            count = count.wrapping_add(in_bucket);
            count
        });
        let buckets = bounds.iter().copied().zip(&mut cumulative).collect();
        cumulative.for_each(drop);
        Self::Histogram { buckets, sum, count, native: None }
    }

    /// Adds what another counted for the same series.
    ///
    /// Of histograms with different buckets the common ones are kept: their counts are the exact
    /// ones of both together, which no others are.
    pub(crate) fn add(&mut self, other: Self) {
        match (self, other) {
            (Self::Count(mine), Self::Count(other)) => *mine = mine.wrapping_add(other),
            (Self::Number(mine), Self::Number(other)) => *mine += other,
            (Self::Integer(mine), Self::Integer(other)) => *mine = mine.wrapping_add(other),
            (
                Self::Histogram { buckets, sum, count, native },
                Self::Histogram {
                    buckets: others,
                    sum: other_sum,
                    count: other_count,
                    native: other_native,
                },
            ) => {
                buckets.retain_mut(|(bound, mine)| {
                    let other = others.iter().find(|(other, _)| other.total_cmp(bound).is_eq());
                    *mine = mine.wrapping_add(other.map_or(0, |(_, other)| *other));
                    other.is_some()
                });
                *sum += other_sum;
                *count = count.wrapping_add(other_count);
                // Where one of them has none, its observations are in no native bucket, and those
                // of the other would not come to the count.
                *native = native.take().zip(other_native).map(|(mut mine, other)| {
                    mine.add(&other);
                    mine
                });
            }
            (
                Self::Summary { sum, count, .. },
                Self::Summary { sum: other_sum, count: other_count, .. },
            ) => {
                *sum += other_sum;
                *count = count.wrapping_add(other_count);
            }
            // Of two kinds, which one family does not have.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histograms_add_up_in_their_common_buckets() {
        let histogram =
            |buckets, sum, count| Value::Histogram { buckets, sum, count, native: None };
        let mut value = histogram(vec![(0.1, 1), (0.5, 2), (1.0, 4)], 3.0, 5);
        value.add(histogram(vec![(0.1, 10), (0.7, 20), (1.0, 40)], 30.0, 50));
        assert_eq!(value, histogram(vec![(0.1, 11), (1.0, 44)], 33.0, 55));
    }
}
