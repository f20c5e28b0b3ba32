//! How the sums of one file's slots are added to those of all.

use super::sum::Sum;
use super::table::{NOWHERE, Sums};
use crate::combine::Combine;
use crate::content::Content;

/// What is done with the sum at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// A whole number is added.
    Add,
    /// A float is added.
    AddFloat,
    /// A count is added to a float.
    AddCount,
    /// A whole number with a sign is added to a float.
    AddInteger,
    /// Whole nanoseconds are added to a float of seconds.
    AddNanoseconds,
    /// What began and has not ended: the second is at this place.
    UnderWay {
        ended: u32,
    },
    UnderWayFloat {
        ended: u32,
    },
    /// The larger one of two floats; the sum may be a whole number.
    Max {
        whole: bool,
    },
    Min {
        whole: bool,
    },
    MaxInteger,
    MinInteger,
    /// A number that was set at the time at this place, which stands behind it in the total too.
    MostRecent {
        stamp: u32,
        whole: bool,
    },
}

/// What an empty total stands at.
impl Step {
    pub(super) fn empty(self) -> u64 {
        match self {
            Self::Max { .. } | Self::Min { .. } => f64::NAN.to_bits(),
            Self::MaxInteger => i64::MIN.cast_unsigned(),
            Self::MinInteger => i64::MAX.cast_unsigned(),
            _ => 0,
        }
    }

    /// Does it, with the sum at a place and the total, of which is known what it has no room for.
    #[inline]
    #[expect(clippy::cast_precision_loss, reason = "a float is what they become")]
    pub(super) fn take(self, sums: &Sums, place: u32, totals: &mut [u64], low: &mut f64) {
        let number = sums.word(place);
        let total = &mut totals[0];
        let mut add = |number: Sum| {
            let mut sum = Sum { high: f64::from_bits(*total), low: *low };
            sum.add_all(number);
            (*total, *low) = (sum.high.to_bits(), sum.low);
        };
        let whole_float = |number: f64| Sum { high: number, low: 0.0 };
        let as_float = |whole| {
            if whole { number.cast_signed() as f64 } else { f64::from_bits(number) }
        };
        // Of two that were read one after the other the second may be further on.
        let under_way = |ended: u32| number.wrapping_sub(sums.word(ended)).cast_signed().max(0);
        match self {
            Self::Add => *total = total.wrapping_add(number),
            Self::AddFloat => add(sums.float(place)),
            Self::AddCount => add(whole_float(number as f64)),
            Self::AddInteger => add(whole_float(number.cast_signed() as f64)),
            Self::AddNanoseconds => add(seconds(number)),
            Self::UnderWay { ended } => {
                *total = total.wrapping_add(under_way(ended).cast_unsigned());
            }
            Self::UnderWayFloat { ended } => add(whole_float(under_way(ended) as f64)),
            // What is no number yields to what is one.
            Self::Max { whole } => {
                *total = f64::from_bits(*total).max(as_float(whole)).to_bits();
            }
            Self::Min { whole } => {
                *total = f64::from_bits(*total).min(as_float(whole)).to_bits();
            }
            Self::MaxInteger => {
                *total = total.cast_signed().max(number.cast_signed()).cast_unsigned();
            }
            Self::MinInteger => {
                *total = total.cast_signed().min(number.cast_signed()).cast_unsigned();
            }
            Self::MostRecent { stamp, whole } => {
                let stamp = sums.word(stamp);
                if stamp >= totals[1] {
                    let number = if whole { as_float(true).to_bits() } else { number };
                    (totals[0], totals[1]) = (number, stamp);
                }
            }
        }
    }
}

/// How a gauge's number is added to that of others; its second cell, if it has one, is at that place.
pub(super) fn gauge_step(combine: Combine, counted: Content, total: Content, second: u32) -> Step {
    let float = total == Content::Number;
    let whole = counted != Content::Number;
    match (combine, counted) {
        (Combine::MostRecent, Content::UnderWay) => {
            Step::MostRecent { stamp: NOWHERE, whole: float }
        }
        (Combine::MostRecent, _) => Step::MostRecent { stamp: second, whole: float && whole },
        (Combine::Max, _) if float => Step::Max { whole },
        (Combine::Min, _) if float => Step::Min { whole },
        (Combine::Max, _) => Step::MaxInteger,
        (Combine::Min, _) => Step::MinInteger,
        (_, Content::UnderWay) if float => Step::UnderWayFloat { ended: second },
        (_, Content::UnderWay) => Step::UnderWay { ended: second },
        (_, Content::Integer) if float => Step::AddInteger,
        (_, Content::Integer) => Step::Add,
        _ => Step::AddFloat,
    }
}

/// Nanoseconds in seconds, with what a float has no room for: so those of several processes come to the
/// same whether they are added as nanoseconds, in the archive, or as this.
#[expect(clippy::cast_precision_loss, reason = "neither has more than 35 bits")]
fn seconds(nanoseconds: u64) -> Sum {
    const SECOND: u64 = 1_000_000_000;
    let (whole, rest) = ((nanoseconds / SECOND) as f64, (nanoseconds % SECOND) as f64);
    let high = rest / 1e9;
    // What is left of a division has room in a float.
    let low = (-high).mul_add(1e9, rest) / 1e9;
    let mut sum = Sum { high, low };
    sum.add(whole);
    sum
}
