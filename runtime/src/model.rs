//! Families in the data model of the `prometheus` crate, which is that of the protobuf exposition.

use std::collections::HashSet;

use prometheus::proto;

use crate::cells::Reader;
use crate::kind::Kind;
use crate::listing::{Given, Listing};
use crate::name;
use crate::offered::{Head, Offered};
use crate::shape::Shape;
use crate::snapshot::Family;

/// A family as the `prometheus` crate gathered it.
///
/// # Errors
///
/// What is wrong with it, where it cannot be exposed as it is: formats would break, or scrapers refuse
/// everything that is scraped with it.
pub(crate) fn read(family: &proto::MetricFamily) -> Result<Offered, &'static str> {
    let kind = match family.type_() {
        proto::MetricType::COUNTER => Kind::Counter,
        proto::MetricType::GAUGE => Kind::Gauge,
        proto::MetricType::HISTOGRAM => Kind::Histogram,
        proto::MetricType::SUMMARY => Kind::Summary,
        proto::MetricType::UNTYPED => Kind::Untyped,
    };
    if !name::is_metric_name(family.name()) {
        return Err("its name is not `[a-zA-Z_:][a-zA-Z0-9_:]*`");
    }
    let series: Result<Vec<_>, _> =
        family.get_metric().iter().map(|metric| read_series(kind, metric)).collect();
    let series = series?;
    let mut known = HashSet::new();
    for given in &series {
        if !known.insert(given.identity()) {
            return Err("two of its series have the same labels");
        }
    }
    let name = family.name().to_owned().into();
    let head = Head { name, help: family.help().to_owned().into(), kind };
    Ok(Offered { head, series })
}

fn read_series(kind: Kind, metric: &proto::Metric) -> Result<Given, &'static str> {
    let (shape, samples) = read_samples(kind, metric)?;
    let labels = metric.get_label().iter();
    let labels: Vec<_> = labels
        .map(|label| (label.name().to_owned().into(), label.value().to_owned().into()))
        .collect();
    check_labels(kind, metric.get_label())?;
    let timestamp_ms = Some(metric.timestamp_ms()).filter(|time| *time != 0);
    Ok(Given { labels, timestamp_ms, created_ms: None, shape, samples })
}

fn check_labels(kind: Kind, labels: &[proto::LabelPair]) -> Result<(), &'static str> {
    for (at, label) in labels.iter().enumerate() {
        let name = label.name();
        let taken = match kind {
            Kind::Histogram => name == "le",
            Kind::Summary => name == "quantile",
            Kind::Counter | Kind::Gauge | Kind::Untyped => false,
        };
        // `__name__` is the metric's own.
        if !name::is_label_syntax(name) || taken || name == "__name__" {
            return Err("the name of a label is not allowed");
        }
        if labels[..at].iter().any(|before| before.name() == name) {
            return Err("a series has a label twice");
        }
    }
    Ok(())
}

const WRONG_TYPE: &str = "a series is of another type than the family";

fn read_samples(kind: Kind, metric: &proto::Metric) -> Result<(Shape, Vec<u64>), &'static str> {
    let number = |number: Option<f64>| {
        number.map(|number| (Shape::Number, vec![number.to_bits()])).ok_or(WRONG_TYPE)
    };
    match kind {
        Kind::Counter => number(metric.counter.as_ref().map(proto::Counter::value)),
        Kind::Gauge => number(metric.gauge.as_ref().map(proto::Gauge::value)),
        Kind::Untyped => number(metric.untyped.as_ref().map(proto::Untyped::value)),
        Kind::Histogram => read_histogram(metric.histogram.as_ref().ok_or(WRONG_TYPE)?),
        Kind::Summary => {
            let summary = metric.summary.as_ref().ok_or(WRONG_TYPE)?;
            let ranks = summary.quantile.iter().map(proto::Quantile::quantile).collect();
            let values = summary.quantile.iter().map(|quantile| quantile.value().to_bits());
            let sum = [summary.sample_sum().to_bits(), summary.sample_count()];
            Ok((Shape::Summary(ranks), values.chain(sum).collect()))
        }
    }
}

fn read_histogram(histogram: &proto::Histogram) -> Result<(Shape, Vec<u64>), &'static str> {
    let count = histogram.sample_count();
    // The infinite one is there by itself, and left out by the `prometheus` crate.
    let buckets = histogram.bucket.iter().filter(|bucket| bucket.upper_bound() != f64::INFINITY);
    let (bounds, mut samples): (Vec<_>, Vec<_>) =
        buckets.map(|bucket| (bucket.upper_bound(), bucket.cumulative_count())).unzip();
    if !bounds.is_sorted_by(|before, after| before < after) || bounds.iter().any(|b| b.is_nan()) {
        return Err("the bounds of a histogram's buckets do not rise");
    }
    samples.push(count);
    if !samples.is_sorted() {
        return Err("the counts of a histogram's buckets fall");
    }
    samples.extend([histogram.sample_sum().to_bits(), count]);
    Ok((Shape::Histogram(bounds.into()), samples))
}

/// A family as the `prometheus` crate wants it collected.
pub(crate) fn write(family: &Family<'_>, reader: &Reader) -> proto::MetricFamily {
    let mut written = proto::MetricFamily::new();
    written.set_name(family.name.to_owned());
    written.set_help(family.help.to_owned());
    written.set_field_type(match family.kind {
        Kind::Counter => proto::MetricType::COUNTER,
        Kind::Gauge => proto::MetricType::GAUGE,
        Kind::Histogram => proto::MetricType::HISTOGRAM,
        Kind::Summary => proto::MetricType::SUMMARY,
        Kind::Untyped => proto::MetricType::UNTYPED,
    });
    let mut metrics = Vec::new();
    family.for_each_series(reader, |listing, series, samples| {
        metrics.push(write_series(family.kind, listing, series, samples));
    });
    written.set_metric(metrics);
    written
}

fn write_series(kind: Kind, listing: &Listing, series: usize, bits: &[u64]) -> proto::Metric {
    let labels = listing.labels(series).map(|(name, value)| {
        let mut label = proto::LabelPair::new();
        label.set_name(name.to_owned());
        label.set_value(value.to_owned());
        label
    });
    let mut metric = proto::Metric::from_label(labels.collect());
    let shape = listing.shape(series);
    let float = |at: usize| shape.sample(at, bits[at]).as_float();
    match shape {
        Shape::Count | Shape::Integer | Shape::Number => set_number(&mut metric, kind, float(0)),
        Shape::Histogram(bounds) => {
            let buckets = bounds.iter().zip(bits).map(|(upper_bound, cumulative_count)| {
                let mut bucket = proto::Bucket::new();
                bucket.set_upper_bound(*upper_bound);
                bucket.set_cumulative_count(*cumulative_count);
                bucket
            });
            let mut histogram = proto::Histogram::new();
            histogram.set_bucket(buckets.collect());
            histogram.set_sample_sum(float(bounds.len() + 1));
            histogram.set_sample_count(bits[bounds.len()]);
            metric.set_histogram(histogram);
        }
        Shape::Summary(ranks) => {
            let quantiles = ranks.iter().enumerate().map(|(at, rank)| {
                let mut quantile = proto::Quantile::new();
                quantile.set_quantile(*rank);
                quantile.set_value(float(at));
                quantile
            });
            let mut summary = proto::Summary::new();
            summary.set_quantile(quantiles.collect());
            summary.set_sample_sum(float(ranks.len()));
            summary.set_sample_count(bits[ranks.len() + 1]);
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
mod tests;
