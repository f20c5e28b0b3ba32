use crate::value::Value;

/// The number of one sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sample {
    Count(u64),
    Integer(i64),
    Number(f64),
}

/// What tells a sample of a series from the others: what is behind the family's name, and a label of
/// its own with a number for its value.
pub(crate) type Suffix = (&'static str, Option<(&'static str, f64)>);

impl Value {
    /// The samples that it is exposed as, in the order of the formats.
    pub(crate) fn for_each_sample<E>(
        &self,
        mut each: impl FnMut(Suffix, Sample) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::Count(count) => each(("", None), Sample::Count(*count)),
            Self::Number(number) => each(("", None), Sample::Number(*number)),
            Self::Integer(number) => each(("", None), Sample::Integer(*number)),
            // The text formats have no native buckets.
            Self::Histogram { buckets, sum, count, native: _ } => {
                for (upper_bound, cumulative_count) in buckets {
                    let bound = Some(("le", *upper_bound));
                    each(("_bucket", bound), Sample::Count(*cumulative_count))?;
                }
                // Required last, and left out by the `prometheus` crate.
                if buckets.last().is_none_or(|(upper_bound, _)| *upper_bound != f64::INFINITY) {
                    each(("_bucket", Some(("le", f64::INFINITY))), Sample::Count(*count))?;
                }
                each(("_sum", None), Sample::Number(*sum))?;
                each(("_count", None), Sample::Count(*count))
            }
            Self::Summary { quantiles, sum, count } => {
                for (quantile, value) in quantiles {
                    each(("", Some(("quantile", *quantile))), Sample::Number(*value))?;
                }
                each(("_sum", None), Sample::Number(*sum))?;
                each(("_count", None), Sample::Count(*count))
            }
        }
    }
}
