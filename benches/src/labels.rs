//! Finding a series by a label value that comes at run time, and adding one to it.

use std::hint::black_box;
use std::sync::LazyLock;

use opentelemetry::KeyValue;
use opentelemetry::metrics::Counter as OtelCounter;
use tallymark::{Counter, counted};

use crate::contest::{Contest, repeat};
use crate::{floors, otel};

static COUNTER: Counter<1> = Counter::new("bench_dynamic_total", "Counted.", ["app"]);
static MANY: Counter<1> = Counter::new("bench_many_total", "Counted.", ["app"]);

#[counted(interface = "/deploy", name = "bench_site_total", labels(app = app))]
#[inline(always)]
#[allow(clippy::inline_always, reason = "the increment is measured, not a call")]
fn site(app: &str) {}

#[counted(interface = "/deploy", name = "bench_many_sites_total", labels(app = app))]
#[inline(always)]
#[allow(clippy::inline_always, reason = "as above")]
fn many_site(app: &str) {}

static PROMETHEUS: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
    prometheus::register_int_counter_vec!("bench_prometheus_app_total", "Counted.", &["app"])
        .expect("a valid metric")
});

/// What the peers ask for that look a value up by the key which they keep: one that is owned.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct App {
    app: String,
}

impl App {
    fn new(app: &str) -> Self {
        Self { app: app.to_owned() }
    }
}

type Client =
    prometheus_client::metrics::family::Family<App, prometheus_client::metrics::counter::Counter>;

type Fast = fastmetrics::metrics::family::Family<App, fastmetrics::metrics::counter::Counter<u64>>;

#[derive(measured::LabelGroup)]
#[label(set = MeasuredSet)]
struct Measured<'a> {
    #[label(dynamic_with = measured::lasso::ThreadedRodeo, default)]
    app: &'a str,
}

/// Those who count by a value, and what they count in.
struct Peers {
    client: Client,
    fast: Fast,
    measured: measured::CounterVec<MeasuredSet>,
    otel: OtelCounter<u64>,
}

static PEERS: LazyLock<Peers> = LazyLock::new(|| Peers {
    client: Client::default(),
    fast: Fast::default(),
    measured: measured::CounterVec::new(),
    otel: otel::meter().u64_counter("bench_otel_app").build(),
});

fn prometheus(app: &str) {
    PROMETHEUS.with_label_values(&[app]).inc();
}

fn client(app: &str) {
    PEERS.client.get_or_create(&App::new(app)).inc();
}

fn metrics(app: &str) {
    metrics::counter!("bench_metrics_app_total", "app" => app.to_owned()).increment(1);
}

fn measured(app: &str) {
    PEERS.measured.inc(Measured { app });
}

fn fast(app: &str) {
    PEERS.fast.with_or_new(&App::new(app), fastmetrics::metrics::counter::Counter::inc);
}

fn otel(app: &str) {
    PEERS.otel.add(1, &[KeyValue::new("app", app.to_owned())]);
}

/// One value, over and over.
pub(crate) fn one() -> Contest {
    let app = || black_box("web-frontend");
    Contest::new("one dynamic label")
        .with("floor: thread-local array of atomics", repeat!(floors::array()))
        .with("tallymark `with`", repeat!(COUNTER.with([app()]).inc()))
        .with("tallymark `#[counted(labels(…))]`", repeat!(site(app())))
        .with("prometheus, `with_label_values`", repeat!(prometheus(app())))
        .with("prometheus-client", repeat!(client(app())))
        .with("metrics with its exporter", repeat!(metrics(app())))
        .with("measured", repeat!(measured(app())))
        .with("fastmetrics", repeat!(fast(app())))
        .with("opentelemetry", repeat!(otel(app())))
}

/// A thousand values in turn.
pub(crate) fn many() -> Contest {
    Contest::new("a thousand values of a dynamic label in turn")
        .with("tallymark `with`", in_turn(|app| MANY.with([app]).inc()))
        .with("tallymark `#[counted(labels(…))]`", in_turn(many_site))
        .with("prometheus, `with_label_values`", in_turn(prometheus))
        .with("prometheus-client", in_turn(client))
        .with("metrics with its exporter", in_turn(metrics))
        .with("measured", in_turn(measured))
        .with("fastmetrics", in_turn(fast))
        .with("opentelemetry", in_turn(otel))
}

fn in_turn(count: impl Fn(&str) + Sync) -> impl Fn(u64) + Sync {
    let apps: Vec<String> = (0..1_000).map(|number| format!("app-{number}")).collect();
    move |times| {
        let mut left = times;
        while left > 0 {
            for app in apps.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
                count(app);
            }
            left = left.saturating_sub(1_000);
        }
    }
}
