//! Gauges, histograms and summaries.

use std::hint::black_box;

use measured::metric::histogram::Thresholds;
use prometheus_client::metrics::histogram::Histogram as ClientHistogram;
use tallymark::{Gauge, Histogram, Summary};

use crate::contest::{Contest, repeat};
use crate::otel;

static GAUGE: Gauge = Gauge::new("bench_gauge", "Set.", []);
static WHOLE: Gauge<0, i64> = Gauge::new("bench_whole", "Counted.", []);
static HISTOGRAM: Histogram = Histogram::new("bench_seconds", "Observed.", []);
static NATIVE: Histogram = Histogram::new("bench_native_seconds", "Observed.", []).native();
static SUMMARY: Summary = Summary::new("bench_summary", "Observed.", []);

pub(crate) fn gauges() -> Contest {
    let gauge = prometheus::Gauge::new("bench_gauge", "Set.").expect("a valid metric");
    let also = gauge.clone();
    let whole = prometheus::IntGauge::new("bench_whole", "Counted.").expect("a valid metric");
    let client = prometheus_client::metrics::gauge::Gauge::<i64>::default();
    let (metrics, again) = (metrics::gauge!("bench_gauge"), metrics::gauge!("bench_gauge_inc"));
    let measured = measured::Gauge::new();
    Contest::new("gauges")
        .with("tallymark, `set`", repeat!(GAUGE.set(black_box(0.3))))
        .with("prometheus, `set`", repeat!(gauge.set(black_box(0.3))))
        .with("metrics with its exporter, `set`", repeat!(metrics.set(black_box(0.3))))
        .with("tallymark, `inc`", repeat!(GAUGE.inc()))
        .with("prometheus, `inc`", repeat!(also.inc()))
        .with("metrics with its exporter, `inc`", repeat!(again.increment(1.0)))
        .with("tallymark, `i64`, `inc`", repeat!(WHOLE.inc()))
        .with("prometheus, `IntGauge`, `inc`", repeat!(whole.inc()))
        .with("prometheus-client, `i64`, `inc`", repeat!(client.inc()))
        .with("measured, `i64`, `inc`", repeat!(measured.inc()))
}

pub(crate) fn observations() -> Contest {
    let opts = prometheus::HistogramOpts::new("bench_seconds", "Observed.");
    let prometheus = prometheus::Histogram::with_opts(opts).expect("a valid metric");
    let client = ClientHistogram::new(prometheus::DEFAULT_BUCKETS.iter().copied());
    let metrics = metrics::histogram!("bench_summary");
    let thresholds = Thresholds::with_buckets(*prometheus::DEFAULT_BUCKETS);
    let measured = measured::Histogram::with_metadata(thresholds);
    let otel = otel::meter().f64_histogram("bench_seconds").build();
    Contest::new("histograms and summaries, `observe`")
        .with("tallymark, histogram", repeat!(HISTOGRAM.observe(black_box(0.3))))
        .with("tallymark, native histogram", repeat!(NATIVE.observe(black_box(0.3))))
        .with("tallymark, summary", repeat!(SUMMARY.observe(black_box(0.3))))
        .with("prometheus, histogram", repeat!(prometheus.observe(black_box(0.3))))
        .with("prometheus-client, histogram", repeat!(client.observe(black_box(0.3))))
        .with("measured, histogram", repeat!(measured.observe(black_box(0.3))))
        .with("metrics with its exporter, summary", repeat!(metrics.record(black_box(0.3))))
        .with("opentelemetry, histogram", repeat!(otel.record(black_box(0.3), &[])))
}
