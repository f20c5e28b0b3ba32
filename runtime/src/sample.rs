use std::fmt;

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

/// A float as the shortest text that reads back as the same float.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number) = *self;
        if number.is_nan() {
            f.write_str("NaN")
        } else if number.is_infinite() {
            f.write_str(if number > 0.0 { "+Inf" } else { "-Inf" })
        } else if number.fract() == 0.0 && number.abs() < 1e15 {
            write!(f, "{number}")
        } else {
            // Debug goes over to an exponent where that is shorter.
            write!(f, "{number:?}")
        }
    }
}
