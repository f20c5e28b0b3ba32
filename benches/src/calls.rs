//! What an attribute adds to a call of a function that does nothing.

use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Waker};
use std::time::Instant;

use autometrics::autometrics;
use tallymark::{counted, in_flight, observed, timed};

use crate::contest::{Contest, repeat};
use crate::floors;

#[inline(never)]
fn plain() {}

#[counted(interface = "/deploy")]
#[inline(never)]
fn counts() {}

#[allow(clippy::unused_async, reason = "there is nothing to be waited for, here and below")]
async fn plain_async() {}

#[counted(interface = "/deploy")]
#[allow(clippy::unused_async, reason = "as above")]
async fn counts_async() {}

#[timed(interface = "/deploy")]
#[inline(never)]
fn times() {}

#[in_flight(interface = "/deploy")]
#[inline(never)]
fn is_in_flight() {}

#[observed(interface = "/deploy")]
#[inline(never)]
fn observes() {}

#[autometrics]
#[inline(never)]
fn autometrics_observes() {}

static COUNTER: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
    prometheus::register_int_counter_vec!("bench_calls_total", "Calls.", &["interface"])
        .expect("a valid metric")
});

static SECONDS: LazyLock<prometheus::HistogramVec> = LazyLock::new(|| {
    prometheus::register_histogram_vec!("bench_calls_seconds", "Calls.", &["interface"])
        .expect("a valid metric")
});

#[inline(never)]
fn prometheus_times() {
    let start = Instant::now();
    COUNTER.with_label_values(&["/deploy"]).inc();
    SECONDS.with_label_values(&["/deploy"]).observe(start.elapsed().as_secs_f64());
}

fn prometheus_kept() -> impl Fn() {
    let counter = COUNTER.with_label_values(&["/deploy"]);
    let seconds = SECONDS.with_label_values(&["/deploy"]);
    move || {
        let start = Instant::now();
        counter.inc();
        seconds.observe(start.elapsed().as_secs_f64());
    }
}

/// Polls a future that is ready at once, in a function of its own.
#[inline(never)]
fn poll(future: impl Future<Output = ()>) {
    let ready = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
    assert!(ready.is_ready());
}

pub(crate) fn counted() -> Contest {
    Contest::new("an empty function with `#[counted]`")
        .with("plain", repeat!(plain()))
        .with("`#[counted]`", repeat!(counts()))
        .with("plain, async", repeat!(poll(plain_async())))
        .with("`#[counted]`, async", repeat!(poll(counts_async())))
}

pub(crate) fn timed() -> Contest {
    let clock = quanta::Clock::new();
    let kept = prometheus_kept();
    Contest::new("an empty function with `#[timed]`")
        .with("plain", repeat!(plain()))
        .with("floor: the processor's clock, twice", repeat!(floors::two_ticks(&clock)))
        .with("floor: `Instant::now`, twice", repeat!(Instant::now().elapsed()))
        .with("`#[timed]`", repeat!(times()))
        .with("prometheus, counter and histogram, kept", repeat!(kept()))
        .with("prometheus, counter and histogram, `with_label_values`", repeat!(prometheus_times()))
}

pub(crate) fn observed() -> Contest {
    Contest::new("an empty function with all metrics")
        .with("plain", repeat!(plain()))
        .with("`#[in_flight]`", repeat!(is_in_flight()))
        .with("`#[observed]`", repeat!(observes()))
        .with("`#[autometrics]`", repeat!(autometrics_observes()))
}
