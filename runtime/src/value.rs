/// What a series stands at.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A count of ours, exact beyond 2^53.
    Count(u64),
    Number(f64),
    Histogram {
        /// Upper bound and cumulative count, in the order given.
        buckets: Vec<(f64, u64)>,
        sum: f64,
        count: u64,
    },
    Summary {
        /// Quantile and value.
        quantiles: Vec<(f64, f64)>,
        sum: f64,
        count: u64,
    },
}

impl Value {
    /// Adds what another site counted for the same series.
    ///
    /// Of histograms with different buckets the common ones are kept: their counts are the exact
    /// ones of both together, which no others are.
    pub(crate) fn add(&mut self, other: Self) {
        match (self, other) {
            (Self::Count(mine), Self::Count(other)) => *mine = mine.wrapping_add(other),
            (
                Self::Histogram { buckets, sum, count },
                Self::Histogram { buckets: others, sum: other_sum, count: other_count },
            ) => {
                buckets.retain_mut(|(bound, mine)| {
                    let other = others.iter().find(|(other, _)| other.total_cmp(bound).is_eq());
                    *mine += other.map_or(0, |(_, other)| *other);
                    other.is_some()
                });
                *sum += other_sum;
                *count += other_count;
            }
            // Sites count and observe; numbers and summaries come from elsewhere, one by one.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histograms_add_up_in_their_common_buckets() {
        let histogram = |buckets, sum, count| Value::Histogram { buckets, sum, count };
        let mut value = histogram(vec![(0.1, 1), (0.5, 2), (1.0, 4)], 3.0, 5);
        value.add(histogram(vec![(0.1, 10), (0.7, 20), (1.0, 40)], 30.0, 50));
        assert_eq!(value, histogram(vec![(0.1, 11), (1.0, 44)], 33.0, 55));
    }
}
