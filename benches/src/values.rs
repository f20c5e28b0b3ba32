//! Gauges, histograms and summaries.

use std::hint::black_box;

use prometheus_client::metrics::histogram::Histogram as ClientHistogram;
use tallymark::{Gauge, Histogram, Summary};

use crate::contest::{Contest, repeat};

static GAUGE: Gauge = Gauge::new("bench_gauge", "Set.", []);
static WHOLE: Gauge<0, i64> = Gauge::new("bench_whole", "Counted.", []);
static HISTOGRAM: Histogram = Histogram::new("bench_seconds", "Observed.", []);
static NATIVE: Histogram = Histogram::new("bench_native_seconds", "Observed.", []).native();
static SUMMARY: Summary = Summary::new("bench_summary", "Observed.", []);

pub(crate) fn contest() -> Contest {
    let gauge = prometheus::Gauge::new("bench_gauge", "Set.").expect("a valid metric");
    let whole = prometheus::IntGauge::new("bench_whole", "Counted.").expect("a valid metric");
    let opts = prometheus::HistogramOpts::new("bench_seconds", "Observed.");
    let histogram = prometheus::Histogram::with_opts(opts).expect("a valid metric");
    let client = ClientHistogram::new(prometheus::DEFAULT_BUCKETS.iter().copied());
    let also = gauge.clone();
    Contest::new("gauges, histograms and summaries")
        .with("tallymark, gauge, `set`", repeat!(GAUGE.set(black_box(0.3))))
        .with("tallymark, gauge, `inc`", repeat!(GAUGE.inc()))
        .with("tallymark, `i64` gauge, `inc`", repeat!(WHOLE.inc()))
        .with("tallymark, histogram, `observe`", repeat!(HISTOGRAM.observe(black_box(0.3))))
        .with("tallymark, native histogram, `observe`", repeat!(NATIVE.observe(black_box(0.3))))
        .with("tallymark, summary, `observe`", repeat!(SUMMARY.observe(black_box(0.3))))
        .with("prometheus, gauge, `set`", repeat!(gauge.set(black_box(0.3))))
        .with("prometheus, gauge, `inc`", repeat!(also.inc()))
        .with("prometheus, `IntGauge`, `inc`", repeat!(whole.inc()))
        .with("prometheus, histogram, `observe`", repeat!(histogram.observe(black_box(0.3))))
        .with("prometheus-client, histogram, `observe`", repeat!(client.observe(black_box(0.3))))
}
