//! The text format 0.0.4 (Prometheus documentation, "Exposition formats", "Text-based format").

use std::fmt::{self, Write};

use crate::sample::{Number, Sample};
use crate::snapshot::{Family, Series, Snapshot};

/// The `Content-Type` of the text format, as `GET /metrics` must answer it.
pub const TEXT_CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(crate) fn encode(snapshot: &Snapshot<'_>) -> String {
    let mut text = String::new();
    for family in snapshot.families() {
        write_family(&mut text, family).expect("a string takes all that is written to it");
    }
    text
}

fn write_family(text: &mut String, family: &Family<'_>) -> fmt::Result {
    let name = &*family.name;
    if !family.help.is_empty() {
        writeln!(text, "# HELP {name} {}", Escaped { text: &family.help, quoted: false })?;
    }
    writeln!(text, "# TYPE {name} {}", family.kind)?;
    for series in &family.series {
        series.value.for_each_sample(|(suffix, bound), sample| {
            write_sample(text, (name, suffix), series, bound, sample)
        })?;
    }
    Ok(())
}

fn write_sample(
    text: &mut String,
    (name, suffix): (&str, &str),
    series: &Series<'_>,
    bound: Option<(&str, f64)>,
    sample: Sample,
) -> fmt::Result {
    write!(text, "{name}{suffix}")?;
    let mut opening = '{';
    for (label, value) in &series.labels {
        write!(text, "{opening}{label}=\"{}\"", Escaped { text: value, quoted: true })?;
        opening = ',';
    }
    if let Some((label, bound)) = bound {
        write!(text, "{opening}{label}=\"{}\"", Number(bound))?;
        opening = ',';
    }
    if opening == ',' {
        text.push('}');
    }
    match sample {
        Sample::Count(count) => write!(text, " {count}")?,
        Sample::Integer(number) => write!(text, " {number}")?,
        Sample::Number(number) => write!(text, " {}", Number(number))?,
    }
    if let Some(timestamp_ms) = series.timestamp_ms {
        write!(text, " {timestamp_ms}")?;
    }
    text.push('\n');
    Ok(())
}

/// A text with the characters escaped that would end its line or its quotes.
struct Escaped<'a> {
    text: &'a str,
    quoted: bool,
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.text;
        while let Some(at) = rest.find(|c| matches!(c, '\\' | '\n') || (c == '"' && self.quoted)) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'\\' => r"\\",
                b'\n' => r"\n",
                _ => r#"\""#,
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::value::Value;

    fn family(
        kind: Kind,
        labels: &[(&'static str, &'static str)],
        value: Value,
    ) -> Family<'static> {
        let labels = labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let series = vec![Series { labels, value, timestamp_ms: None }];
        Family { name: "calls_total".into(), help: "Calls.".into(), kind, series }
    }

    fn encoded(family: Family<'static>) -> String {
        let mut snapshot = Snapshot::default();
        assert!(snapshot.add(family));
        encode(&snapshot)
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(encode(&Snapshot::default()), "");
    }

    #[test]
    fn a_count_is_exact_where_a_float_is_not() {
        let count = (1 << 53) + 1;
        assert_eq!(
            encoded(family(Kind::Counter, &[("interface", "/deploy")], Value::Count(count))),
            "# HELP calls_total Calls.\n# TYPE calls_total counter\n\
             calls_total{interface=\"/deploy\"} 9007199254740993\n"
        );
    }

    #[test]
    fn no_value_forges_a_line_or_a_label() {
        let mut hostile = family(
            Kind::Counter,
            &[("a", "x\"} 1\nforged 2\\"), ("b", "接口\u{1F600}")],
            Value::Count(1),
        );
        hostile.help = "line\n# TYPE \\ \"quoted\"".into();
        assert_eq!(
            encoded(hostile),
            "# HELP calls_total line\\n# TYPE \\\\ \"quoted\"\n# TYPE calls_total counter\n\
             calls_total{a=\"x\\\"} 1\\nforged 2\\\\\",b=\"接口\u{1F600}\"} 1\n"
        );
    }

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
    fn a_histogram_ends_in_the_infinite_bucket() {
        let value = Value::Histogram {
            buckets: vec![(0.5, 1), (1.0, 3)],
            sum: 6.5,
            count: 4,
            native: None,
        };
        assert_eq!(
            encoded(family(Kind::Histogram, &[("interface", "/")], value)),
            "# HELP calls_total Calls.\n# TYPE calls_total histogram\n\
             calls_total_bucket{interface=\"/\",le=\"0.5\"} 1\n\
             calls_total_bucket{interface=\"/\",le=\"1\"} 3\n\
             calls_total_bucket{interface=\"/\",le=\"+Inf\"} 4\n\
             calls_total_sum{interface=\"/\"} 6.5\n\
             calls_total_count{interface=\"/\"} 4\n"
        );
    }

    #[test]
    fn a_summary_has_its_quantiles() {
        let value = Value::Summary { quantiles: vec![(0.99, 0.25)], sum: 3.0, count: 12 };
        assert_eq!(
            encoded(family(Kind::Summary, &[], value)),
            "# HELP calls_total Calls.\n# TYPE calls_total summary\n\
             calls_total{quantile=\"0.99\"} 0.25\ncalls_total_sum 3\ncalls_total_count 12\n"
        );
    }

    #[test]
    fn a_time_of_the_collectors_own_is_kept() {
        let mut timed = family(Kind::Gauge, &[], Value::Number(1.5));
        timed.series[0].timestamp_ms = Some(1_700_000_000_123);
        timed.help = "".into();
        assert_eq!(encoded(timed), "# TYPE calls_total gauge\ncalls_total 1.5 1700000000123\n");
    }
}
