//! Counts so many times: `increments WAY TIMES`. It is run for its instructions to be counted, by
//! `benches/instructions/run`.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Waker};

use tallymark::{Counter, counted, observed, timed};

#[inline(never)]
fn plain() {}

#[counted(interface = "/deploy")]
#[inline(never)]
fn counts() {}

#[timed(interface = "/deploy")]
#[inline(never)]
fn times_it() {}

#[observed(interface = "/deploy")]
#[inline(never)]
fn observes() {}

#[allow(clippy::unused_async, reason = "there is nothing to be waited for, here and below")]
async fn plain_async() {}

#[counted(interface = "/deploy")]
#[allow(clippy::unused_async, reason = "as above")]
async fn counts_async() {}

static LABELLED: Counter<1> = Counter::new("labelled_total", "Counted.", ["app"]);

#[inline(never)]
fn labelled(app: &str) {
    LABELLED.with([app]).inc();
}

#[inline(never)]
fn poll(future: impl Future<Output = ()>) {
    let ready = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
    assert!(ready.is_ready());
}

/// Repeats its work, which is a function that the compiler does not know: one that does nothing would
/// not even be called. What is counted: `benches/instructions/run` knows it by its name.
#[inline(never)]
fn counted_region(times: u64, work: impl Fn()) {
    for _ in 0..times {
        work();
        black_box(());
    }
}

fn main() {
    let [way, times] = <[String; 2]>::try_from(std::env::args().skip(1).collect::<Vec<_>>())
        .expect("two arguments: WAY TIMES");
    let times = times.parse().expect("TIMES is a number");
    // The clock is calibrated here, by as many instructions as it takes.
    let _ = tallymark::default_registry();
    match &*way {
        "plain" => counted_region(times, black_box(plain as fn())),
        "counted" => counted_region(times, black_box(counts as fn())),
        "plain-async" => counted_region(times, black_box((|| poll(plain_async())) as fn())),
        "counted-async" => counted_region(times, black_box((|| poll(counts_async())) as fn())),
        "timed" => counted_region(times, black_box(times_it as fn())),
        "observed" => counted_region(times, black_box(observes as fn())),
        "labelled" => counted_region(times, || labelled(black_box("web-frontend"))),
        _ => panic!("there is no way {way}"),
    }
}
