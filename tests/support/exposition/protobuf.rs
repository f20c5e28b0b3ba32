//! What the protobuf exposition says, as the samples of the text formats.

use prost::Message;

use super::bound::bound_text;
use super::family::{Family, Labels, Sample, Series};
use crate::protobuf::{Histogram, Metric, MetricFamily, MetricType};

/// Reads families that each have their length before them.
///
/// # Panics
///
/// If they are not so.
#[must_use]
pub fn decode(mut bytes: &[u8]) -> Vec<MetricFamily> {
    let mut families = Vec::new();
    while !bytes.is_empty() {
        families.push(MetricFamily::decode_length_delimited(&mut bytes).expect("a family"));
    }
    families
}

/// The native buckets of a histogram by their indices: negative ones, then positive ones.
///
/// # Panics
///
/// If there are not as many counts as the spans have room for, or one is below 0.
#[must_use]
pub fn native_buckets(histogram: &Histogram) -> [Vec<(i32, u64)>; 2] {
    [
        (&histogram.negative_span, &histogram.negative_delta),
        (&histogram.positive_span, &histogram.positive_delta),
    ]
    .map(|(spans, deltas)| {
        let mut next = 0;
        let mut indices = Vec::new();
        for span in spans {
            next += span.offset();
            for _ in 0..span.length() {
                indices.push(next);
                next += 1;
            }
        }
        assert_eq!(indices.len(), deltas.len(), "{histogram:?}");
        let counts = deltas.iter().scan(0, |count, delta| {
            *count += delta;
            Some(u64::try_from(*count).expect("a count"))
        });
        indices.into_iter().zip(counts).collect()
    })
}

/// The samples that the text formats have for these families.
///
/// # Panics
///
/// If a family lacks its name, a metric its value, or a label its text.
#[must_use]
pub fn samples(families: &[MetricFamily]) -> Vec<Family> {
    families.iter().map(read_family).collect()
}

fn read_family(family: &MetricFamily) -> Family {
    let name = family.name.as_deref().expect("a name");
    let kind = MetricType::try_from(family.r#type.expect("a type")).expect("a known type");
    let mut samples = Vec::new();
    for metric in &family.metric {
        read_metric(name, kind, metric, &mut samples);
    }
    Family {
        name: name.to_owned(),
        kind: format!("{kind:?}").to_ascii_lowercase(),
        help: family.help().to_owned(),
        samples,
    }
}

fn read_metric(name: &str, kind: MetricType, metric: &Metric, samples: &mut Vec<Sample>) {
    let mut labels = Labels::new();
    for label in &metric.label {
        let (name, value) = (label.name.clone().expect("a name"), label.value().to_owned());
        assert_eq!(labels.insert(name, value), None, "{metric:?}");
    }
    let time = metric.timestamp_ms.map(|time| precise(time.unsigned_abs()) / 1_000.0);
    let mut push = |suffix: &str, bound: Option<(&str, f64)>, value: f64| {
        let mut labels = labels.clone();
        if let Some((label, bound)) = bound {
            labels.insert(label.to_owned(), bound_text(bound));
        }
        let series = Series { name: format!("{name}{suffix}"), labels };
        samples.push(Sample { series, value, time });
    };
    match kind {
        MetricType::Counter => push("", None, metric.counter.as_ref().expect("one").value()),
        MetricType::Gauge => push("", None, metric.gauge.as_ref().expect("one").value()),
        MetricType::Untyped => push("", None, metric.untyped.as_ref().expect("one").value()),
        MetricType::Summary => {
            let summary = metric.summary.as_ref().expect("one");
            for quantile in &summary.quantile {
                push("", Some(("quantile", quantile.quantile())), quantile.value());
            }
            push("_sum", None, summary.sample_sum());
            push("_count", None, precise(summary.sample_count()));
        }
        MetricType::Histogram => {
            let histogram = metric.histogram.as_ref().expect("one");
            for bucket in &histogram.bucket {
                let bound = Some(("le", bucket.upper_bound()));
                push("_bucket", bound, precise(bucket.cumulative_count()));
            }
            // It may be left out, and is added by who reads.
            let last = histogram.bucket.last();
            if last.is_none_or(|last| last.upper_bound() != f64::INFINITY) {
                let count = precise(histogram.sample_count());
                push("_bucket", Some(("le", f64::INFINITY)), count);
            }
            push("_sum", None, histogram.sample_sum());
            push("_count", None, precise(histogram.sample_count()));
        }
        MetricType::GaugeHistogram => panic!("{name} is no kind of ours"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a scraper reads floats")]
fn precise(count: u64) -> f64 {
    count as f64
}
