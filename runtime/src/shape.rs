//! The samples that a series is exposed as.

use std::sync::Arc;

use crate::sample::{Form, Sample};

/// Which samples a series has. Each of them is 64 bits, and they stand one behind the other.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// A count, exact beyond 2^53.
    Count,
    /// A whole number, exact beyond 2^53.
    Integer,
    Number,
    /// A cumulative count for each of these upper bounds and for the infinite one, the sum, and the
    /// count.
    Histogram(Arc<[f64]>),
    /// A value for each of these quantiles, the sum, and the count.
    Summary(Arc<[f64]>),
}

/// What tells a sample of a series from the others: what is behind the family's name, and a label of
/// its own with a number for its value.
pub(crate) type Suffix = (&'static str, Option<(&'static str, f64)>);

impl Shape {
    /// How many samples they are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Count | Self::Integer | Self::Number => 1,
            Self::Histogram(bounds) => bounds.len() + 3,
            Self::Summary(quantiles) => quantiles.len() + 2,
        }
    }

    /// How many of its first samples can have exemplars: counts, and buckets.
    pub(crate) fn exemplified(&self) -> usize {
        match self {
            Self::Count | Self::Number => 1,
            Self::Histogram(bounds) => bounds.len() + 1,
            Self::Integer | Self::Summary(_) => 0,
        }
    }

    /// The suffix of a sample.
    pub(crate) fn suffix(&self, at: usize) -> Suffix {
        let last = |behind: usize| match behind {
            0 => ("_sum", None),
            _ => ("_count", None),
        };
        match self {
            Self::Count | Self::Integer | Self::Number => ("", None),
            Self::Histogram(bounds) => match bounds.get(at) {
                Some(bound) => ("_bucket", Some(("le", *bound))),
                None if at == bounds.len() => ("_bucket", Some(("le", f64::INFINITY))),
                None => last(at - bounds.len() - 1),
            },
            Self::Summary(quantiles) => match quantiles.get(at) {
                Some(rank) => ("", Some(("quantile", *rank))),
                None => last(at - quantiles.len()),
            },
        }
    }

    /// Keeps of a histogram's bounds those that others have too: there the counts are the exact ones
    /// of both together, which no others are.
    pub(crate) fn keep_common(&mut self, others: &[f64]) {
        if let Self::Histogram(bounds) = self {
            let is_common =
                |bound: &&f64| others.iter().any(|other| other.total_cmp(bound).is_eq());
            if !bounds.iter().all(|bound| is_common(&bound)) {
                *bounds = bounds.iter().filter(is_common).copied().collect();
            }
        }
    }

    /// What a sample's bits are.
    #[inline]
    pub(crate) fn form(&self, at: usize) -> Form {
        let float = match self {
            Self::Count => false,
            Self::Integer => return Form::Integer,
            Self::Number => true,
            Self::Histogram(bounds) => at == bounds.len() + 1,
            Self::Summary(quantiles) => at <= quantiles.len(),
        };
        if float { Form::Number } else { Form::Count }
    }

    /// A sample, by its bits.
    #[inline]
    pub(crate) fn sample(&self, at: usize, bits: u64) -> Sample {
        self.form(at).sample(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_ends_in_the_infinite_bucket() {
        let shape = Shape::Histogram([0.5].into());
        let samples: Vec<_> = (0..shape.len()).map(|at| (shape.suffix(at), at)).collect();
        assert_eq!(
            samples,
            [
                (("_bucket", Some(("le", 0.5))), 0),
                (("_bucket", Some(("le", f64::INFINITY))), 1),
                (("_sum", None), 2),
                (("_count", None), 3),
            ]
        );
        assert_eq!(shape.sample(2, 1.5_f64.to_bits()), Sample::Number(1.5));
        assert_eq!(shape.sample(3, 7), Sample::Count(7));
    }

    #[test]
    fn a_summary_has_its_quantiles_first() {
        let shape = Shape::Summary([0.99].into());
        assert_eq!(shape.suffix(0), ("", Some(("quantile", 0.99))));
        assert_eq!((shape.suffix(1).0, shape.suffix(2).0), ("_sum", "_count"));
        assert_eq!(shape.sample(1, 3.0_f64.to_bits()), Sample::Number(3.0));
        assert_eq!(shape.sample(2, 3), Sample::Count(3));
    }
}
