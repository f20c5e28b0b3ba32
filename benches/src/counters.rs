//! Adding one to a counter whose labels are known beforehand.

use std::hint::black_box;
use std::sync::LazyLock;

use tallymark::{Counter, counted};

use crate::contest::{Contest, repeat};
use crate::{floors, otel};

static PLAIN: Counter = Counter::new("bench_plain_total", "Counted.", []);
static LABELLED: Counter<1> = Counter::new("bench_labelled_total", "Counted.", ["interface"]);

#[counted(interface = "/deploy")]
#[inline(always)]
#[allow(clippy::inline_always, reason = "the increment is measured, not a call")]
fn site() {}

static PROMETHEUS: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
    prometheus::register_int_counter_vec!("bench_prometheus_total", "Counted.", &["interface"])
        .expect("a valid metric")
});

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Deploy {
    interface: &'static str,
}

const DEPLOY: Deploy = Deploy { interface: "/deploy" };

type ClientFamily = prometheus_client::metrics::family::Family<
    Deploy,
    prometheus_client::metrics::counter::Counter,
>;

#[derive(Clone, Copy, measured::FixedCardinalityLabel)]
enum Interface {
    Deploy,
    Rollback,
}

#[derive(measured::LabelGroup)]
#[label(set = MeasuredSet)]
struct Measured {
    interface: Interface,
}

/// Everyone's way to count in a series that is at hand, and to find it each time.
pub(crate) fn contest() -> Contest {
    let kept = LABELLED.child(["/deploy"]);
    let cached = PROMETHEUS.with_label_values(&["/deploy"]);
    let family = ClientFamily::default();
    let client = family.get_or_create_owned(&DEPLOY);
    let metrics = metrics::counter!("bench_metrics_total", "interface" => "/deploy");
    let measured = measured::Counter::new();
    let by_enum = measured::CounterVec::<MeasuredSet>::new();
    by_enum.inc(Measured { interface: Interface::Rollback });
    let fast = fastmetrics::metrics::counter::Counter::<u64>::default();
    let otel = otel::meter().u64_counter("bench_otel").build();
    let labels = [opentelemetry::KeyValue::new("interface", "/deploy")];
    Contest::new("a static label increment")
        .with("an empty loop", repeat!(()))
        .with("floor: thread-local `Cell`", repeat!(floors::cell()))
        .with("floor: thread-local array of atomics", repeat!(floors::array()))
        .with("floor: the same, by a number in memory", repeat!(floors::array_by_static()))
        .with("floor: the same, by reference", repeat!(floors::slice()))
        .with("floor: shared `fetch_add`", repeat!(floors::fetch_add()))
        .with("tallymark `#[counted]`", repeat!(site()))
        .with("tallymark `Counter`", repeat!(PLAIN.inc()))
        .with("tallymark kept child", repeat!(kept.inc()))
        .with("prometheus, kept `IntCounter`", repeat!(cached.inc()))
        .with(
            "prometheus, `with_label_values`",
            repeat!(PROMETHEUS.with_label_values(&["/deploy"]).inc()),
        )
        .with("prometheus-client, kept", repeat!(client.inc()))
        .with("prometheus-client, `get_or_create`", repeat!(family.get_or_create(&DEPLOY).inc()))
        .with("metrics with its exporter, kept", repeat!(metrics.increment(1)))
        .with("measured, no label", repeat!(measured.inc()))
        .with(
            "measured, by an enum",
            repeat!(by_enum.inc(Measured { interface: black_box(Interface::Deploy) })),
        )
        .with("fastmetrics, kept", repeat!(fast.inc()))
        .with("opentelemetry", repeat!(otel.add(1, &labels)))
}
