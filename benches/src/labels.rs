//! Finding a series by a label value that comes at run time, and adding one to it.

use std::hint::black_box;
use std::sync::LazyLock;

use tallymark::{Counter, counted};

use crate::contest::{Contest, repeat};
use crate::otel;

static COUNTER: Counter<1> = Counter::new("bench_dynamic_total", "Counted.", ["app"]);
static MANY: Counter<1> = Counter::new("bench_many_total", "Counted.", ["app"]);

#[counted(interface = "/deploy", name = "bench_site_total", labels(app = app))]
#[inline(always)]
#[allow(clippy::inline_always, reason = "the increment is measured, not a call")]
fn site(app: &str) {}

static PROMETHEUS: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
    prometheus::register_int_counter_vec!("bench_prometheus_app_total", "Counted.", &["app"])
        .expect("a valid metric")
});

type Client = prometheus_client::metrics::family::Family<
    Vec<(&'static str, String)>,
    prometheus_client::metrics::counter::Counter,
>;

type Fast = fastmetrics::metrics::family::Family<
    Vec<(&'static str, String)>,
    fastmetrics::metrics::counter::Counter<u64>,
>;

/// One value, over and over.
pub(crate) fn one() -> Contest {
    let client = Client::default();
    let fast = Fast::default();
    let otel = otel::meter().u64_counter("bench_otel_app").build();
    Contest::new("one dynamic label")
        .with("tallymark `with`", repeat!(COUNTER.with([black_box("web-frontend")]).inc()))
        .with("tallymark `#[counted(labels(…))]`", repeat!(site(black_box("web-frontend"))))
        .with(
            "prometheus, `with_label_values`",
            repeat!(PROMETHEUS.with_label_values(&[black_box("web-frontend")]).inc()),
        )
        .with(
            "prometheus-client",
            repeat!({
                let labels = vec![("app", black_box("web-frontend").to_owned())];
                client.get_or_create(&labels).inc();
            }),
        )
        .with(
            "metrics with its exporter",
            repeat!(
                metrics::counter!("bench_metrics_app_total", "app" => black_box("web-frontend"))
                    .increment(1)
            ),
        )
        .with(
            "fastmetrics",
            repeat!({
                let labels = vec![("app", black_box("web-frontend").to_owned())];
                fast.with_or_new(&labels, fastmetrics::metrics::counter::Counter::inc);
            }),
        )
        .with(
            "opentelemetry",
            repeat!(otel.add(1, &[opentelemetry::KeyValue::new("app", black_box("web-frontend"))])),
        )
}

/// A thousand values in turn.
pub(crate) fn many() -> Contest {
    let values: Vec<String> = (0..1_000).map(|number| format!("app-{number}")).collect();
    let more = values.clone();
    Contest::new("a thousand values of a dynamic label in turn")
        .with("tallymark `with`", move |times| {
            for app in values.iter().cycle().take(usize::try_from(times).unwrap_or(usize::MAX)) {
                MANY.with([app]).inc();
            }
        })
        .with("prometheus, `with_label_values`", move |times| {
            for app in more.iter().cycle().take(usize::try_from(times).unwrap_or(usize::MAX)) {
                PROMETHEUS.with_label_values(&[app]).inc();
            }
        })
}
