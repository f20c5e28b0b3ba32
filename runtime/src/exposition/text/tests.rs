use std::sync::Arc;

use super::*;
use crate::cells::{Reader, Store};
use crate::exposition::kept::Kept;
use crate::listing::Given;
use crate::shape::Shape;

/// A family by its name and help, and its series by their labels.
struct Sketch(Kind, &'static str, &'static str, Vec<Given>);

fn given(labels: &[(&'static str, &'static str)], shape: Shape, samples: &[u64]) -> Given {
    let labels = labels.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    Given { labels, timestamp_ms: None, created_ms: None, shape, samples: samples.to_vec() }
}

fn counter(name: &'static str) -> Sketch {
    Sketch(Kind::Counter, name, "Calls.", vec![given(&[], Shape::Count, &[1])])
}

fn encoded(text: Text, sketches: Vec<Sketch>) -> String {
    let reader = Reader::new(Store::process());
    let families = sketches.into_iter().map(|Sketch(kind, name, help, series)| {
        let series = Arc::new(Listing::given(series));
        Family { name, help, kind, series, more: Vec::new() }
    });
    let snapshot = Snapshot::new(families.collect(), &reader);
    let pieces = Kept::default().expose(&text, &snapshot, |_| true).concat();
    String::from_utf8(pieces).expect("text")
}

#[test]
fn nothing_is_nothing() {
    assert_eq!(encoded(Text::Prometheus, Vec::new()), "");
}

#[test]
fn a_count_is_exact_where_a_float_is_not() {
    let count = (1 << 53) + 1;
    let series = given(&[("interface", "/deploy")], Shape::Count, &[count]);
    assert_eq!(
        encoded(
            Text::Prometheus,
            vec![Sketch(Kind::Counter, "calls_total", "Calls.", vec![series])]
        ),
        "# HELP calls_total Calls.\n# TYPE calls_total counter\n\
         calls_total{interface=\"/deploy\"} 9007199254740993\n"
    );
}

#[test]
fn no_value_forges_a_line_or_a_label() {
    let sketch = || {
        let labels = [("a", "x\"} 1\nforged 2\\"), ("b", "接口\u{1F600}")];
        let series = given(&labels, Shape::Count, &[1]);
        Sketch(Kind::Counter, "calls_total", "line\n# TYPE \\ \"quoted\"", vec![series])
    };
    let sample = "calls_total{a=\"x\\\"} 1\\nforged 2\\\\\",b=\"接口\u{1F600}\"} 1\n";
    assert_eq!(
        encoded(Text::Prometheus, vec![sketch()]),
        format!(
            "# HELP calls_total line\\n# TYPE \\\\ \"quoted\"\n# TYPE calls_total counter\n{sample}"
        )
    );
    // Quotes are escaped in help too there.
    assert_eq!(
        encoded(Text::OpenMetrics, vec![sketch()]),
        format!("# HELP calls line\\n# TYPE \\\\ \\\"quoted\\\"\n# TYPE calls counter\n{sample}")
    );
}

#[test]
fn a_sample_has_the_same_name_in_every_format() {
    let sketches = || {
        let untyped = Sketch(Kind::Untyped, "c", "", vec![given(&[], Shape::Count, &[1])]);
        vec![counter("a"), counter("b_total"), untyped]
    };
    assert_eq!(
        encoded(Text::Prometheus, sketches()),
        "# HELP a Calls.\n# TYPE a counter\na 1\n\
         # HELP b_total Calls.\n# TYPE b_total counter\nb_total 1\n# TYPE c untyped\nc 1\n"
    );
    assert_eq!(
        encoded(Text::OpenMetrics, sketches()),
        "# HELP a Calls.\n# TYPE a unknown\na 1\n\
         # HELP b Calls.\n# TYPE b counter\nb_total 1\n# TYPE c unknown\nc 1\n"
    );
}

#[test]
fn a_counter_that_would_be_called_as_another_family_keeps_its_name() {
    let gauge = Sketch(Kind::Gauge, "jobs", "", vec![given(&[], Shape::Count, &[1])]);
    assert_eq!(
        encoded(Text::OpenMetrics, vec![gauge, counter("jobs_total")]),
        "# TYPE jobs gauge\njobs 1\n# HELP jobs_total Calls.\n# TYPE jobs_total unknown\njobs_total 1\n"
    );
}

#[test]
fn a_histogram_ends_in_the_infinite_bucket() {
    let samples = [1, 3, 4, 6.5_f64.to_bits(), 4];
    let series = given(&[("interface", "/")], Shape::Histogram([0.5, 1.0].into()), &samples);
    assert_eq!(
        encoded(Text::Prometheus, vec![Sketch(Kind::Histogram, "t_seconds", "", vec![series])]),
        "# TYPE t_seconds histogram\n\
         t_seconds_bucket{interface=\"/\",le=\"0.5\"} 1\n\
         t_seconds_bucket{interface=\"/\",le=\"1.0\"} 3\n\
         t_seconds_bucket{interface=\"/\",le=\"+Inf\"} 4\n\
         t_seconds_sum{interface=\"/\"} 6.5\n\
         t_seconds_count{interface=\"/\"} 4\n"
    );
}

#[test]
fn a_summary_has_its_quantiles() {
    let samples = [0.25_f64.to_bits(), 3.0_f64.to_bits(), 12];
    let series = given(&[], Shape::Summary([0.99].into()), &samples);
    assert_eq!(
        encoded(Text::Prometheus, vec![Sketch(Kind::Summary, "calls", "", vec![series])]),
        "# TYPE calls summary\ncalls{quantile=\"0.99\"} 0.25\ncalls_sum 3\ncalls_count 12\n"
    );
}

#[test]
fn a_time_of_the_collectors_own_is_kept() {
    for (text, time, written) in [
        (Text::Prometheus, 1_700_000_000_123, "1700000000123"),
        (Text::OpenMetrics, 1_700_000_000_123, "1700000000.123"),
        (Text::OpenMetrics, -5, "-0.005"),
    ] {
        let mut series = given(&[], Shape::Number, &[1.5_f64.to_bits()]);
        series.timestamp_ms = Some(time);
        assert_eq!(
            encoded(text, vec![Sketch(Kind::Gauge, "now", "", vec![series])]),
            format!("# TYPE now gauge\nnow 1.5 {written}\n")
        );
    }
}
