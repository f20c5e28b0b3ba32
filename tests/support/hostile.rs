use tallymark::prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Opts};
use tallymark::{Counter, Gauge, Histogram, Summary, counted, observed};

#[tallymark::metric]
static PLAIN: Counter<1> = Counter::new("hostile", "Without a suffix.", ["value"]);
#[tallymark::metric]
static TOTAL: Counter<1> =
    Counter::new("hostile_calls_total", "Back\\slash, \"quote\"\nand line feed.", ["value"]);
#[tallymark::metric]
static LARGE: Counter = Counter::new("hostile_large_total", "Beyond 2^53.", []);
#[tallymark::metric]
static COST: Counter<0, f64> = Counter::new("hostile_cost_total", "In parts.", []);
#[tallymark::metric]
static HEAT: Gauge<1> = Gauge::new("hostile_heat", "Any float.", ["of"]);
#[tallymark::metric]
static DEBT: Gauge<0, i64> = Gauge::new("hostile_debt", "Below 0.", []);
#[tallymark::metric]
static SIZES: Histogram<1> =
    Histogram::new("hostile_size_bytes", "Sizes.", ["value"]).buckets(&[0.005, 1.0, 10.0, 1e6]);
#[tallymark::metric]
static NATIVE: Histogram =
    Histogram::new("hostile_native_seconds", "Both.", []).buckets(&[0.1, 1.0]).native();
#[tallymark::metric]
static BARE: Histogram = Histogram::new("hostile_bare_seconds", "Alone.", []).buckets(&[]).native();
#[tallymark::metric]
static ROWS: Summary = Summary::new("hostile_rows", "Rows.", []);

#[counted(interface = "/\"hostile\"\\\n")]
fn call() {}

#[observed(interface = "/observed")]
fn observe() {}

/// Label values that no exposition may stumble over.
#[must_use]
pub fn hostile_values() -> Vec<String> {
    let plain = [
        "plain",
        "\"",
        "\\",
        "\n",
        "\\n",
        "\\\"",
        "a\"} 1\nforged 2",
        "\u{1F600} 接口 é\u{301}",
        "{a=\"b\"} # {c=\"d\"} 1",
        " leading and trailing ",
        "\t\r\u{7f}\u{1}",
        "# EOF",
    ];
    let long = "0123456789abcdef".repeat(4_096);
    plain.into_iter().map(str::to_owned).chain([long]).collect()
}

/// Counts in metrics of every kind, with every value; call it once in a process.
///
/// # Panics
///
/// If it is called twice.
pub fn count_hostile() {
    for (count, value) in (1..).zip(hostile_values()) {
        PLAIN.with([&value]).inc_by(count);
        // Without a quote: there the Python client loses its way in what is escaped.
        TOTAL.with([&value]).with_exemplar([("trace_id", "4bf92f35\\\n")]).inc_by(count);
        SIZES.with([&value]).observe(2.5);
    }
    SIZES.with(["plain"]).with_exemplar([("trace_id", "接口")]).observe(1e9);
    LARGE.inc_by((1 << 53) + 1);
    COST.inc_by(0.1 + 0.2);
    for (of, heat) in [
        ("nan", f64::NAN),
        ("inf", f64::INFINITY),
        ("-inf", f64::NEG_INFINITY),
        ("small", 1e-9),
        ("large", f64::MAX),
    ] {
        HEAT.with([of]).set(heat);
    }
    DEBT.set(-7);
    for value in [0.0, 0.05, 0.3, 0.3, 2.0, -1.0] {
        NATIVE.observe(value);
        BARE.observe(value);
    }
    ROWS.observe(40.0);
    call();
    observe();
    let of_theirs = Opts::new("hostile_of_prometheus_total", "Theirs.");
    let counter = IntCounterVec::new(of_theirs, &["value"]).expect("valid");
    let opts = HistogramOpts::new("hostile_of_prometheus_seconds", "Theirs.");
    let histogram = HistogramVec::new(opts, &["value"]).expect("valid");
    for value in hostile_values() {
        counter.with_label_values(&[&value]).inc();
        histogram.with_label_values(&[&value]).observe(0.3);
    }
    let registry = tallymark::prometheus::default_registry();
    registry.register(Box::new(counter)).expect("registered once");
    registry.register(Box::new(histogram)).expect("registered once");
}
