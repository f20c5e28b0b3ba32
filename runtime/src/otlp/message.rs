//! A snapshot as a request of OTLP (opentelemetry-proto, `metrics.proto`).

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, ExponentialHistogram, Gauge, Histogram, Metric, ResourceMetrics,
    ScopeMetrics, Sum, Summary,
};

use super::point::{self, Point};
use super::resource::Resource;
use crate::cells::Reader;
use crate::clock;
use crate::kind::Kind;
use crate::registry::Registry;
use crate::snapshot::Family;

const CUMULATIVE: i32 = AggregationTemporality::Cumulative as i32;

/// All that a registry exposes, if there is anything.
pub(super) fn of(registry: &Registry, resource: &Resource) -> Option<ExportMetricsServiceRequest> {
    let metrics: Vec<_> = registry.gather(|snapshot| {
        let now = clock::unix_ns();
        let families = snapshot.families().iter();
        families.flat_map(|family| metrics(family, snapshot.reader, now)).collect()
    });
    if metrics.is_empty() {
        return None;
    }
    let scope = InstrumentationScope {
        name: "tallymark".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..InstrumentationScope::default()
    };
    let scope_metrics =
        vec![ScopeMetrics { scope: Some(scope), metrics, ..ScopeMetrics::default() }];
    let resource = Some(resource.message());
    let all = ResourceMetrics { resource, scope_metrics, ..ResourceMetrics::default() };
    Some(ExportMetricsServiceRequest { resource_metrics: vec![all] })
}

/// The points of a family: one metric, or two if some of its histograms have native buckets.
fn metrics(family: &Family<'_>, reader: &Reader, now: u64) -> Vec<Metric> {
    let (mut numbers, mut explicit) = (Vec::new(), Vec::new());
    let (mut exponential, mut summaries) = (Vec::new(), Vec::new());
    family.for_each_series(reader, |listing, series, samples| {
        match point::of(family.kind, (listing, series), samples, reader, now) {
            Point::Number(point) => numbers.push(point),
            Point::Explicit(point) => explicit.push(point),
            Point::Exponential(point) => exponential.push(point),
            Point::Summary(point) => summaries.push(point),
        }
    });
    let mut data = Vec::new();
    if !numbers.is_empty() {
        data.push(match family.kind {
            Kind::Counter => Data::Sum(Sum {
                data_points: numbers,
                aggregation_temporality: CUMULATIVE,
                is_monotonic: true,
            }),
            _ => Data::Gauge(Gauge { data_points: numbers }),
        });
    }
    if !explicit.is_empty() {
        let aggregation_temporality = CUMULATIVE;
        data.push(Data::Histogram(Histogram { data_points: explicit, aggregation_temporality }));
    }
    if !exponential.is_empty() {
        data.push(Data::ExponentialHistogram(ExponentialHistogram {
            data_points: exponential,
            aggregation_temporality: CUMULATIVE,
        }));
    }
    if !summaries.is_empty() {
        data.push(Data::Summary(Summary { data_points: summaries }));
    }
    let metric = |data| Metric {
        name: family.name.to_owned(),
        description: family.help.to_owned(),
        data: Some(data),
        ..Metric::default()
    };
    data.into_iter().map(metric).collect()
}
