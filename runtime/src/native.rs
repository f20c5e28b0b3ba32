//! Native histograms (Prometheus documentation, "Native Histograms"): exponential buckets of one
//! resolution for all values, of which only those count that something was observed in.

use crate::cells::Reader;

/// Buckets for each doubling, as a power of two: eight, so that each is 9 % wide.
pub(crate) const SCHEMA: i32 = 3;

/// What is not farther from 0 is in the zero bucket.
pub(crate) const ZERO_THRESHOLD: f64 = 5.421_010_862_427_522e-20;

/// Doublings below 1 and above it: to 2^-64 and 2^64.
const DOUBLINGS: i32 = 64;

const PER_DOUBLING: i32 = 1 << SCHEMA;

/// The index of the last bucket that is not for what is beyond.
#[cfg(feature = "otlp")]
pub(crate) const LAST: i32 = DOUBLINGS * PER_DOUBLING;

/// The index of the bucket for what is beyond the others: that of the infinite values.
const BEYOND: i32 = (1024 << SCHEMA) + 1;

/// The buckets of one sign, the one beyond among them.
const OF_ONE_SIGN: u32 = (2 * DOUBLINGS * PER_DOUBLING) as u32 + 1;

/// The zero bucket, and those of both signs. No thread has memory for those that it never wrote.
pub(crate) const CELLS: u32 = 1 + 2 * OF_ONE_SIGN;

/// The upper bounds of the buckets between 0.5 and 1: powers of the eighth root of 2.
const BOUNDS: [f64; 8] = [
    0.5,
    0.545_253_866_332_628_8,
    0.594_603_557_501_360_5,
    0.648_419_777_325_504_8,
    std::f64::consts::FRAC_1_SQRT_2,
    0.771_105_412_703_970_4,
    0.840_896_415_253_714_4,
    0.917_004_043_204_671_1,
];

/// The cell of a value, counted from the zero bucket's.
#[expect(clippy::cast_sign_loss, reason = "an exponent has 11 bits")]
pub(crate) fn cell(value: f64) -> u32 {
    let size = value.abs();
    if size <= ZERO_THRESHOLD {
        return 0;
    }
    let of_sign = if value > 0.0 { 1 } else { 1 + OF_ONE_SIGN };
    // Not subnormal, since those are below the threshold: 1 <= fraction / 0.5 < 2.
    let exponent = (size.to_bits() >> 52) as i32 - 1022;
    let fraction = f64::from_bits(size.to_bits() & ((1 << 52) - 1) | (1022 << 52));
    let in_doubling: i32 = BOUNDS.iter().map(|bound| i32::from(*bound < fraction)).sum();
    let index = (exponent - 1) * PER_DOUBLING + in_doubling;
    // From the first index above the threshold on.
    let at = index + DOUBLINGS * PER_DOUBLING - 1;
    of_sign + (at as u32).min(OF_ONE_SIGN - 1)
}

/// The native buckets that begin at that slot.
pub(crate) fn read(first: u32, reader: &Reader) -> Native {
    of_cells(|cell| reader.count(first + cell))
}

/// The native buckets of these cells.
pub(crate) fn of_cells(count: impl Fn(u32) -> u64) -> Native {
    let of_sign = |first: u32| {
        let buckets = (0..OF_ONE_SIGN).filter_map(|at| {
            let count = count(first + at);
            (count > 0).then(|| (index(at), count))
        });
        buckets.collect()
    };
    Native { zero: count(0), positive: of_sign(1), negative: of_sign(1 + OF_ONE_SIGN) }
}

#[expect(clippy::cast_possible_wrap, reason = "below 1025")]
fn index(at: u32) -> i32 {
    if at == OF_ONE_SIGN - 1 { BEYOND } else { at as i32 - DOUBLINGS * PER_DOUBLING + 1 }
}

/// The native buckets as they stood when they were read, without those that are empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Native {
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

    fn bucket(value: f64) -> i32 {
        index(cell(value) - 1)
    }

    #[test]
    fn a_value_is_in_the_bucket_whose_bounds_are_around_it() {
        assert_eq!(ZERO_THRESHOLD.to_bits(), 2_f64.powi(-64).to_bits());
        for (at, bound) in BOUNDS.iter().enumerate() {
            let exact = 2_f64.powf(f64::from(u32::try_from(at).expect("small")) / 8.0 - 1.0);
            assert!((bound - exact).abs() < 1e-15, "{bound} and {exact}");
        }
        let mut value = 2_f64.powi(-63);
        while value < 2_f64.powi(63) {
            let index = bucket(value);
            let upper = |index: i32| 2_f64.powf(f64::from(index) / 8.0);
            let slack = 1.0 + 1e-12;
            assert!(value <= upper(index) * slack, "{value} in {index}");
            assert!(value * slack > upper(index - 1), "{value} in {index}");
            value *= 1.001;
        }
    }

    #[test]
    fn bounds_belong_to_the_bucket_below() {
        assert_eq!((bucket(1.0), bucket(1.0_f64.next_up())), (0, 1));
        assert_eq!((bucket(2.0), bucket(0.5), bucket(4.0)), (8, -8, 16));
        assert_eq!(bucket(ZERO_THRESHOLD.next_up()), -511);
        assert_eq!(bucket(2_f64.powi(64)), 512);
    }

    #[test]
    fn what_is_beyond_is_with_the_infinite() {
        assert_eq!((bucket(f64::INFINITY), bucket(2_f64.powi(65))), (BEYOND, BEYOND));
        for value in [0.0, -0.0, 1e-300, -1e-20] {
            assert_eq!(cell(value), 0);
        }
        assert_eq!(cell(-1.0), cell(1.0) + OF_ONE_SIGN);
        assert_eq!(cell(f64::NEG_INFINITY), CELLS - 1);
    }

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
