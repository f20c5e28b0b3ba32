//! Families in the data model of the `prometheus` crate, which is that of the protobuf exposition.

use std::borrow::Cow;

use prometheus::proto;

use crate::kind::Kind;
use crate::snapshot::{Family, Series};
use crate::value::Value;

/// A family as the `prometheus` crate gathered it.
pub(crate) fn read(family: &proto::MetricFamily) -> Family<'static> {
    let kind = match family.type_() {
        proto::MetricType::COUNTER => Kind::Counter,
        proto::MetricType::GAUGE => Kind::Gauge,
        proto::MetricType::HISTOGRAM => Kind::Histogram,
        proto::MetricType::SUMMARY => Kind::Summary,
        proto::MetricType::UNTYPED => Kind::Untyped,
    };
    Family {
        name: Cow::Owned(family.name().to_owned()),
        help: Cow::Owned(family.help().to_owned()),
        kind,
        series: family.get_metric().iter().map(|metric| read_series(kind, metric)).collect(),
    }
}

fn read_series(kind: Kind, metric: &proto::Metric) -> Series<'static> {
    let value = match kind {
        Kind::Counter => Value::Number(metric.counter.value()),
        Kind::Gauge => Value::Number(metric.gauge.value()),
        Kind::Untyped => Value::Number(metric.untyped.value()),
        Kind::Histogram => {
            let histogram = &metric.histogram;
            let buckets = histogram.bucket.iter();
            Value::Histogram {
                buckets: buckets.map(|b| (b.upper_bound(), b.cumulative_count())).collect(),
                sum: histogram.sample_sum(),
                count: histogram.sample_count(),
                native: None,
            }
        }
        Kind::Summary => {
            let summary = &metric.summary;
            let quantiles = summary.quantile.iter();
            Value::Summary {
                quantiles: quantiles.map(|q| (q.quantile(), q.value())).collect(),
                sum: summary.sample_sum(),
                count: summary.sample_count(),
            }
        }
    };
    let labels = metric.get_label().iter();
    Series {
        labels: labels
            .map(|label| (label.name().to_owned().into(), label.value().to_owned().into()))
            .collect(),
        value,
        timestamp_ms: Some(metric.timestamp_ms()).filter(|time| *time != 0),
    }
}

/// A family as the `prometheus` crate wants it collected.
pub(crate) fn write(family: &Family<'_>) -> proto::MetricFamily {
    let mut written = proto::MetricFamily::new();
    written.set_name(family.name.to_string());
    written.set_help(family.help.to_string());
    written.set_field_type(match family.kind {
        Kind::Counter => proto::MetricType::COUNTER,
        Kind::Gauge => proto::MetricType::GAUGE,
        Kind::Histogram => proto::MetricType::HISTOGRAM,
        Kind::Summary => proto::MetricType::SUMMARY,
        Kind::Untyped => proto::MetricType::UNTYPED,
    });
    let series = family.series.iter();
    written.set_metric(series.map(|series| write_series(family.kind, series)).collect());
    written
}

fn write_series(kind: Kind, series: &Series<'_>) -> proto::Metric {
    let labels = series.labels.iter().map(|(name, value)| {
        let mut label = proto::LabelPair::new();
        label.set_name(name.to_string());
        label.set_value(value.to_string());
        label
    });
    let mut metric = proto::Metric::from_label(labels.collect());
    match &series.value {
        #[expect(clippy::cast_precision_loss, reason = "the prometheus crate has no other number")]
        Value::Count(count) => set_number(&mut metric, kind, *count as f64),
        #[expect(clippy::cast_precision_loss, reason = "the prometheus crate has no other number")]
        Value::Integer(number) => set_number(&mut metric, kind, *number as f64),
        Value::Number(number) => set_number(&mut metric, kind, *number),
        // That crate's model has no native buckets.
        Value::Histogram { buckets, sum, count, native: _ } => {
            let buckets = buckets.iter().map(|(upper_bound, cumulative_count)| {
                let mut bucket = proto::Bucket::new();
                bucket.set_upper_bound(*upper_bound);
                bucket.set_cumulative_count(*cumulative_count);
                bucket
            });
            let mut histogram = proto::Histogram::new();
            histogram.set_bucket(buckets.collect());
            histogram.set_sample_sum(*sum);
            histogram.set_sample_count(*count);
            metric.set_histogram(histogram);
        }
        Value::Summary { quantiles, sum, count } => {
            let quantiles = quantiles.iter().map(|(rank, value)| {
                let mut quantile = proto::Quantile::new();
                quantile.set_quantile(*rank);
                quantile.set_value(*value);
                quantile
            });
            let mut summary = proto::Summary::new();
            summary.set_quantile(quantiles.collect());
            summary.set_sample_sum(*sum);
            summary.set_sample_count(*count);
            metric.set_summary(summary);
        }
    }
    metric
}

fn set_number(metric: &mut proto::Metric, kind: Kind, number: f64) {
    match kind {
        Kind::Counter => metric.counter.mut_or_insert_default().set_value(number),
        Kind::Untyped => metric.untyped.mut_or_insert_default().set_value(number),
        _ => metric.gauge.mut_or_insert_default().set_value(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_the_way_there_and_back() {
        let values = [
            (Kind::Counter, Value::Number(21.0)),
            (Kind::Gauge, Value::Number(-0.5)),
            (Kind::Untyped, Value::Number(f64::INFINITY)),
            (
                Kind::Histogram,
                Value::Histogram {
                    buckets: vec![(0.1, 1), (2.0, 3)],
                    sum: 2.25,
                    count: 4,
                    native: None,
                },
            ),
            (Kind::Summary, Value::Summary { quantiles: vec![(0.5, 7.0)], sum: 14.0, count: 2 }),
        ];
        for (kind, value) in values {
            let labels =
                vec![("interface".into(), "/deploy\n\"".into()), ("zone".into(), "".into())];
            let series = Series { labels, value, timestamp_ms: None };
            let family =
                Family { name: "f".into(), help: "接口".into(), kind, series: vec![series] };
            let back = read(&write(&family));
            assert_eq!(format!("{back:?}"), format!("{family:?}"));
        }
    }

    #[test]
    fn counts_become_the_numbers_of_the_prometheus_crate() {
        let series = Series { labels: vec![], value: Value::Count(36), timestamp_ms: None };
        let family = Family {
            name: "f".into(),
            help: "h".into(),
            kind: Kind::Counter,
            series: vec![series],
        };
        assert_eq!(read(&write(&family)).series[0].value, Value::Number(36.0));
    }
}
