//! Sums of floats that are the same in whichever order they are added.

/// What floats come to, and beside it what a float has no room for: with that, the order in which
/// processes are added, and come to be in the archive, is not to be seen in the sum, which must not fall.
///
/// The second is what the first loses, exactly (D. E. Knuth, "The Art of Computer Programming", volume 2,
/// section 4.2.2, theorem B).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sum {
    pub(super) high: f64,
    pub(super) low: f64,
}

impl Sum {
    /// Adds a float.
    #[inline]
    pub(super) fn add(&mut self, number: f64) {
        let (high, lost) = two_sum(self.high, number);
        if high.is_finite() {
            (self.high, self.low) = two_sum(high, self.low + lost);
        } else {
            // Nothing is lost of what has no end.
            (self.high, self.low) = (high, 0.0);
        }
    }

    #[inline]
    pub(super) fn add_all(&mut self, other: Self) {
        self.add(other.high);
        self.add(other.low);
    }
}

/// The sum, and by how much it misses.
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(numbers: impl IntoIterator<Item = f64>) -> Sum {
        let mut sum = Sum::default();
        numbers.into_iter().for_each(|number| sum.add(number));
        sum
    }

    #[test]
    fn the_order_makes_no_difference() {
        let plain: f64 = 0.4 + 0.1 + 0.2;
        assert!((0.1 + 0.2 + 0.4) > plain, "which it does without");
        assert_eq!(sum([0.1, 0.2, 0.4]), sum([0.4, 0.1, 0.2]));
        let numbers: Vec<f64> = (1..2_000).map(|at| 1.0 / f64::from(at)).collect();
        let forth = sum(numbers.iter().copied());
        let back = sum(numbers.iter().rev().copied());
        assert_eq!(forth.high.to_bits(), back.high.to_bits());
        // By halves, as those in the archive are before the others.
        let mut halves = sum(numbers.iter().skip(700).copied());
        halves.add_all(sum(numbers.iter().take(700).copied()));
        assert_eq!(halves.high.to_bits(), forth.high.to_bits());
    }

    #[test]
    fn what_has_no_end_stays_so() {
        assert_eq!(sum([1.0, f64::INFINITY, 2.0]), Sum { high: f64::INFINITY, low: 0.0 });
        assert!(sum([f64::INFINITY, f64::NEG_INFINITY]).high.is_nan());
        assert!(sum([f64::MAX, f64::MAX]).high.is_infinite());
    }
}
