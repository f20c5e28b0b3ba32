//! A series as a point of OTLP.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint, NumberDataPoint, SummaryDataPoint,
    exemplar, number_data_point,
};

use super::resource::attribute;
use crate::cells::Reader;
use crate::exemplar::Exemplar as Remembered;
use crate::kind::Kind;
use crate::listing::Listing;
use crate::native::{Native, SCHEMA, ZERO_THRESHOLD};
use crate::sample::Sample;
use crate::shape::Shape;

const NS_PER_MS: u64 = 1_000_000;

#[derive(Debug)]
pub(super) enum Point {
    Number(NumberDataPoint),
    Explicit(HistogramDataPoint),
    Exponential(ExponentialHistogramDataPoint),
    Summary(SummaryDataPoint),
}

/// What all points have.
struct Base {
    attributes: Vec<KeyValue>,
    start: u64,
    time: u64,
    exemplars: Vec<Exemplar>,
}

pub(super) fn of(
    kind: Kind,
    (listing, series): (&Listing, usize),
    samples: &[u64],
    reader: &Reader,
    now: u64,
) -> Point {
    let shape = listing.shape(series);
    let base = Base::of((listing, series), reader, now);
    match shape {
        Shape::Count | Shape::Integer | Shape::Number => {
            Point::Number(number(kind, base, shape.sample(0, samples[0])))
        }
        Shape::Summary(ranks) => Point::Summary(summary(base, ranks, samples)),
        Shape::Histogram(bounds) => match listing.native(series, reader) {
            Some(native) => Point::Exponential(exponential(base, &native, bounds, samples)),
            None => Point::Explicit(explicit(base, bounds, samples)),
        },
    }
}

impl Base {
    fn of((listing, series): (&Listing, usize), reader: &Reader, now: u64) -> Self {
        let shape = listing.shape(series);
        let labels = listing.labels(series).filter(|(_, value)| !value.is_empty());
        let exemplars =
            (0..shape.exemplified()).filter_map(|at| listing.exemplar(series, at, reader));
        let given = listing.timestamp_ms(series).and_then(|ms| u64::try_from(ms).ok());
        Self {
            // An empty label is none, for Prometheus.
            attributes: labels.map(|(name, value)| attribute(name, value)).collect(),
            start: listing.created_ms(series).map_or(0, |ms| ms.saturating_mul(NS_PER_MS)),
            time: given.map_or(now, |ms| ms.saturating_mul(NS_PER_MS)),
            exemplars: exemplars.map(remembered).collect(),
        }
    }
}

fn number(kind: Kind, base: Base, sample: Sample) -> NumberDataPoint {
    let counts = kind == Kind::Counter;
    let whole = match sample {
        Sample::Count(count) => i64::try_from(count).ok(),
        Sample::Integer(number) => Some(number),
        Sample::Number(_) => None,
    };
    let value = whole.map_or_else(
        || number_data_point::Value::AsDouble(sample.as_float()),
        number_data_point::Value::AsInt,
    );
    NumberDataPoint {
        attributes: base.attributes,
        start_time_unix_nano: if counts { base.start } else { 0 },
        time_unix_nano: base.time,
        exemplars: if counts { base.exemplars } else { Vec::new() },
        value: Some(value),
        ..NumberDataPoint::default()
    }
}

fn explicit(base: Base, bounds: &[f64], samples: &[u64]) -> HistogramDataPoint {
    let mut before = 0;
    let counts = samples[..=bounds.len()].iter().map(|count| {
        let own = count.wrapping_sub(before);
        before = *count;
        own
    });
    HistogramDataPoint {
        attributes: base.attributes,
        start_time_unix_nano: base.start,
        time_unix_nano: base.time,
        count: samples[bounds.len()],
        sum: Some(f64::from_bits(samples[bounds.len() + 1])),
        bucket_counts: counts.collect(),
        explicit_bounds: bounds.to_vec(),
        exemplars: base.exemplars,
        ..HistogramDataPoint::default()
    }
}

fn exponential(
    base: Base,
    native: &Native,
    bounds: &[f64],
    samples: &[u64],
) -> ExponentialHistogramDataPoint {
    ExponentialHistogramDataPoint {
        attributes: base.attributes,
        start_time_unix_nano: base.start,
        time_unix_nano: base.time,
        count: samples[bounds.len()],
        sum: Some(f64::from_bits(samples[bounds.len() + 1])),
        scale: SCHEMA,
        zero_count: native.zero,
        zero_threshold: ZERO_THRESHOLD,
        positive: buckets(&native.positive),
        negative: buckets(&native.negative),
        exemplars: base.exemplars,
        ..ExponentialHistogramDataPoint::default()
    }
}

/// The buckets from the first to the last, those between that are empty too.
fn buckets(sparse: &[(i32, u64)]) -> Option<Buckets> {
    // What is beyond the others stands right behind them: OTLP has no bucket for the infinite, and
    // thousands of empty ones would lie between.
    let index = |index: i32| index.min(crate::native::LAST + 1);
    let (first, last) = (index(sparse.first()?.0), index(sparse.last()?.0));
    let mut bucket_counts = vec![0; usize::try_from(last - first).ok()? + 1];
    for (at, count) in sparse {
        let place = usize::try_from(index(*at) - first).ok()?;
        bucket_counts[place] = *count;
    }
    // An index is there that of the upper bound, and here that of the lower one.
    Some(Buckets { offset: first - 1, bucket_counts })
}

fn summary(base: Base, ranks: &[f64], samples: &[u64]) -> SummaryDataPoint {
    let quantiles = ranks.iter().zip(samples);
    SummaryDataPoint {
        attributes: base.attributes,
        start_time_unix_nano: base.start,
        time_unix_nano: base.time,
        count: samples[ranks.len() + 1],
        sum: f64::from_bits(samples[ranks.len()]),
        quantile_values: quantiles
            .map(|(rank, value)| ValueAtQuantile { quantile: *rank, value: f64::from_bits(*value) })
            .collect(),
        ..SummaryDataPoint::default()
    }
}

fn remembered(exemplar: &Remembered) -> Exemplar {
    let (mut trace_id, mut span_id, mut filtered_attributes) = (vec![], vec![], vec![]);
    for (name, value) in &exemplar.labels {
        match (&**name, id(value)) {
            ("trace_id", Some(id)) if id.len() == 16 => trace_id = id,
            ("span_id", Some(id)) if id.len() == 8 => span_id = id,
            _ => filtered_attributes.push(attribute(name, value)),
        }
    }
    Exemplar {
        filtered_attributes,
        time_unix_nano: exemplar.at_ms.saturating_mul(NS_PER_MS),
        span_id,
        trace_id,
        value: Some(exemplar::Value::AsDouble(exemplar.value)),
    }
}

/// The bytes of an id that is written in hexadecimal digits.
fn id(text: &str) -> Option<Vec<u8>> {
    let digit =
        |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|pair| Some(digit(&pair[0])? << 4 | digit(&pair[1])?)).collect()
}
