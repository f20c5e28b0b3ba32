use std::fmt;

/// The number of one sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Sample {
    Count(u64),
    Integer(i64),
    Number(f64),
}

impl Sample {
    /// The number as those formats and crates have it that know floats alone.
    #[expect(clippy::cast_precision_loss, reason = "they have no other number")]
    #[inline]
    pub(crate) fn as_float(self) -> f64 {
        match self {
            Self::Count(count) => count as f64,
            Self::Integer(number) => number as f64,
            Self::Number(number) => number,
        }
    }
}

/// What the 64 bits of a sample are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Form {
    Count,
    Integer,
    Number,
}

impl Form {
    #[inline]
    pub(crate) fn sample(self, bits: u64) -> Sample {
        match self {
            Self::Count => Sample::Count(bits),
            Self::Integer => Sample::Integer(bits.cast_signed()),
            Self::Number => Sample::Number(f64::from_bits(bits)),
        }
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => f.write_str(itoa::Buffer::new().format(*count)),
            Self::Integer(number) => f.write_str(itoa::Buffer::new().format(*number)),
            Self::Number(number) => Number(*number).fmt(f),
        }
    }
}

/// A float as the shortest text that reads back as the same float.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number(pub(crate) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number) = *self;
        if !number.is_finite() {
            f.write_str(not_finite(number))
        } else if number.fract() == 0.0 && number.abs() < 1e15 {
            write!(f, "{number}")
        } else {
            // Debug goes over to an exponent where that is shorter.
            write!(f, "{number:?}")
        }
    }
}

fn not_finite(number: f64) -> &'static str {
    if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    }
}

/// A bound of a bucket or a rank of a quantile, as it is a label's value.
///
/// It is written as Prometheus itself writes those that reach it as floats: shortest, with an
/// exponent from a million on and below a ten-thousandth, and else with a point (OpenMetrics 1.0,
/// "Canonical Numbers"). So a series has one name, by whatever format it came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound(pub(crate) f64);

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number) = *self;
        if !number.is_finite() {
            return f.write_str(not_finite(number));
        }
        let size = number.abs();
        if size == 0.0 || (1e-4..1e6).contains(&size) {
            return write!(f, "{number:?}");
        }
        let scientific = format!("{number:e}");
        let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        write!(f, "{digits}e{sign}{exponent:0>2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_the_shortest_that_read_back() {
        for (number, text) in [
            (0.0, "0"),
            (-1.0, "-1"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1_700_000_000.0, "1700000000"),
            (1e21, "1e21"),
            (1e-7, "1e-7"),
            (f64::MAX, "1.7976931348623157e308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(Number(number).to_string(), text);
        }
    }

    #[test]
    fn bounds_are_written_as_prometheus_does() {
        for (bound, text) in [
            (0.0, "0.0"),
            (0.005, "0.005"),
            (1.0, "1.0"),
            (-2.5, "-2.5"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (0.000_025, "2.5e-05"),
            (100_000.0, "100000.0"),
            (999_999.5, "999999.5"),
            (1e6, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (1e100, "1e+100"),
            (-1e-7, "-1e-07"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(Bound(bound).to_string(), text);
        }
    }
}
