//! What is promised of calls, as far as it is exposed: the latency is one of the buckets.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use tallymark::observed;

/// Those of Prometheus's client libraries, as they are exposed.
const STANDARD: [&str; 11] =
    ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0"];

#[observed(interface = "no objective")]
fn none() {}

#[observed(interface = "success alone", objective(success = 99.9))]
fn success() {}

#[observed(interface = "standard", objective(success = 99, latency_ms = 300))]
fn standard() {}

#[observed(interface = "standard, there", objective(latency_ms = 250, within = 95.5))]
fn standard_there() {}

#[observed(interface = "standard, below", objective(latency_ms = 1.1))]
fn standard_below() {}

#[observed(interface = "standard, above", objective(latency_ms = 60_000))]
fn standard_above() {}

#[observed(interface = "own", buckets = [0.1, 1], objective(latency_ms = 300))]
fn own() {}

// 2.1 divided by 1000 is another float than 0.0021.
#[observed(interface = "own, there", objective(latency_ms = 2.1), buckets = [0.0021, 1])]
fn own_there() {}

#[observed(interface = "own, below", buckets = [0.1, 1], objective(latency_ms = 2.5e1))]
fn own_below() {}

#[observed(interface = "own, above", buckets = [0.1, 1], objective(latency_ms = 1_500))]
fn own_above() {}

#[observed(
    interface = "labelled", name = "labelled", labels(of = of), buckets = [0.1],
    objective(success = 99.5, latency_ms = 50),
)]
fn labelled(of: &str) -> Result<usize, ()> {
    Ok(of.len())
}

#[observed(interface = "async", objective(success = 99.9, latency_ms = 30_000))]
async fn awaits() -> Option<u8> {
    std::future::ready(()).await;
    Some(1)
}

/// The bounds of the buckets of a histogram, without the infinite one, as they are exposed.
fn bounds(family: &str, interface: &str) -> Vec<String> {
    let beginning = format!("{family}_bucket{{interface=\"{interface}\",");
    let text = tallymark::gather_text();
    let lines = text.lines().filter_map(|line| line.strip_prefix(&beginning));
    let bound = |line: &str| {
        let (_, bound) = line.split_once("le=\"").expect("a bound");
        bound.split_once('"').expect("an end").0.to_owned()
    };
    let mut bounds: Vec<_> = lines.map(bound).collect();
    assert_eq!(bounds.pop().as_deref(), Some("+Inf"), "{interface} in {text}");
    bounds
}

/// The standard bounds with one more at a place.
fn standard_with(place: usize, bound: &'static str) -> Vec<&'static str> {
    let mut all = STANDARD.to_vec();
    all.insert(place, bound);
    all
}

#[test]
fn the_latency_is_one_of_the_buckets() {
    for (interface, wanted) in [
        ("no objective", STANDARD.to_vec()),
        ("success alone", STANDARD.to_vec()),
        ("standard", standard_with(6, "0.3")),
        ("standard, there", STANDARD.to_vec()),
        ("standard, below", standard_with(0, "0.0011")),
        ("standard, above", standard_with(11, "60.0")),
        ("own", vec!["0.1", "0.3", "1.0"]),
        ("own, there", vec!["0.0021", "1.0"]),
        ("own, below", vec!["0.025", "0.1", "1.0"]),
        ("own, above", vec!["0.1", "1.0", "1.5"]),
        ("async", standard_with(11, "30.0")),
    ] {
        assert_eq!(bounds("request_processing_seconds", interface), wanted, "{interface}");
    }
    labelled("x").expect("no error");
    assert_eq!(bounds("labelled_seconds", "labelled"), ["0.05", "0.1"]);
    tallymark::check().expect("no contradiction");
}

#[test]
fn calls_are_counted_in_it() {
    for function in [
        none,
        success,
        standard,
        standard_there,
        standard_below,
        standard_above,
        own,
        own_there,
        own_below,
        own_above,
    ] {
        function();
    }
    let call = pin!(awaits());
    assert_eq!(call.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Some(1)));
    let registry = tallymark::default_registry();
    for (interface, le) in [("standard, above", "60.0"), ("own, above", "1.5"), ("async", "30.0")] {
        let labels = [("interface", interface), ("le", le)];
        let counted = registry.counter_value("request_processing_seconds_bucket", &labels);
        assert_eq!(counted, Some(1), "{interface}");
    }
}
