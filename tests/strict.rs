//! The attributes in a crate that denies itself everything that a linter can say; `tests/run` has
//! clippy read it.

#![forbid(unsafe_code)]
#![deny(warnings, clippy::all, clippy::pedantic, clippy::nursery)]

use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;

use actix_web::rt::System;
use actix_web::{HttpResponse, Responder};
use tallymark::{Counter, Gauge, Histogram, counted, in_flight, metric, observed, timed};
use tallymark_tests::{count, outcomes, sample, seconds};

/// An error.
#[derive(Debug)]
pub struct Refused;

impl From<std::num::ParseIntError> for Refused {
    fn from(_: std::num::ParseIntError) -> Self {
        Self
    }
}

#[counted(interface = "sync")]
#[timed(interface = "sync", buckets = [0.1, 1])]
#[in_flight(interface = "sync")]
fn sync(number: &str) -> Result<u32, Refused> {
    Ok(number.parse()?)
}

#[observed(interface = "observed")]
fn all(number: &str) -> Result<u32, Refused> {
    Ok(number.parse()?)
}

#[observed(interface = "async", objective(success = 99.9, latency_ms = 300, within = 99))]
async fn awaits(number: &str) -> Result<u32, Refused> {
    let number = std::future::ready(number).await;
    Ok(number.parse()?)
}

#[observed(interface = "unit")]
async fn unit() {
    std::future::ready(()).await;
}

#[counted(interface = "labelled", name = "labelled_total", help = "Labelled.", labels(
    zone = "eu",
    number = number,
    text = text,
    owned = &text.to_owned(),
))]
fn labelled(number: u32, text: &str) -> String {
    format!("{number}{text}")
}

#[observed(interface = "boxed")]
fn boxed<'a>(text: &'a str) -> Pin<Box<dyn Future<Output = &'a str> + Send + 'a>> {
    Box::pin(async move { text })
}

#[observed(interface = "responder")]
async fn responder(good: bool) -> impl Responder {
    if good { HttpResponse::Ok() } else { HttpResponse::NotFound() }
}

#[observed(interface = "result")]
async fn result(good: bool) -> actix_web::Result<impl Responder> {
    if good { Ok("x") } else { Err(actix_web::error::ErrorGone("gone")) }
}

#[observed(interface = "generic")]
fn generic<T: Display>(value: &T) -> Option<String> {
    Some(value.to_string())
}

#[counted(interface = "items")]
#[timed(interface = "items")]
fn items_first() -> u8 {
    const ONE: u8 = 1;
    ONE
}

#[observed(interface = "items")]
async fn items_first_later() -> u8 {
    use std::future::ready;
    ready(1).await
}

#[counted(interface = "one line")]
#[timed(interface = "one line")]
#[rustfmt::skip]
fn one_line() -> u8 { 1 }

#[observed(interface = "one line")]
#[rustfmt::skip]
async fn one_line_later(number: u8) -> u8 { number }

#[counted(interface = "one line", outcome)]
#[rustfmt::skip]
fn one_line_boxed<'a>() -> Pin<Box<dyn Future<Output = u8> + 'a>> { Box::pin(async { 1 }) }

#[observed(interface = "one line opaque")]
#[rustfmt::skip]
fn one_line_opaque() -> impl Fn(&str) -> usize { |text| text.len() }

macro_rules! pasted {
    ($name:ident, $body:block) => {
        #[counted(interface = "one line")]
        fn $name() -> u8 $body
    };
}

pasted!(one_line_pasted, { 1 });

struct Store(String);

impl Store {
    #[observed(interface = "method")]
    fn name(&mut self) -> &mut String {
        &mut self.0
    }

    #[observed(interface = "method")]
    fn into_name(self) -> String {
        self.0
    }
}

/// A metric with a label.
#[metric]
pub static STEPS: Counter<1> = Counter::new("steps_total", "Steps.", ["of"]);

#[metric]
static STEP_SECONDS: Histogram = Histogram::new("step_seconds", "Steps.", []).buckets(&[0.1, 1.0]);

#[metric]
pub(crate) static STEPS_UNDER_WAY: Gauge<1, i64> = Gauge::new("steps", "Steps.", ["of"]);

#[counted(metric = STEPS, labels(of = of))]
#[timed(metric = STEP_SECONDS)]
#[in_flight(metric = STEPS_UNDER_WAY, labels(of = "all"))]
async fn step(of: &str) -> usize {
    std::future::ready(of.len()).await
}

#[test]
fn all_of_it_counts() {
    sync("1").expect("a number");
    sync("x").expect_err("no number");
    assert_eq!((count("sync"), seconds("sync").0), (Some(2), 2));
    all("x").expect_err("no number");
    assert_eq!(outcomes("observed"), [("error", 1)]);
    let mut store = Store("x".to_owned());
    store.name().push('y');
    assert_eq!(store.into_name(), "xy");
    assert_eq!(outcomes("method"), [("success", 2)]);
    assert_eq!(labelled(1, "a"), "1a");
    let labels = r#"{interface="labelled",number="1",owned="a",text="a",zone="eu"}"#;
    let text = tallymark::gather_text();
    assert_eq!(sample(&text, &format!("labelled_total{labels}")), Some("1"));
    let system = System::new();
    assert_eq!((one_line(), one_line_pasted(), one_line_opaque()("x")), (1, 1, 1));
    assert_eq!((system.block_on(one_line_later(1)), system.block_on(one_line_boxed())), (1, 1));
    assert_eq!((count("one line"), outcomes("one line")), (Some(3), vec![("success", 2)]));
    assert_eq!((items_first(), System::new().block_on(items_first_later())), (1, 1));
    assert_eq!(generic(&1).as_deref(), Some("1"));
    System::new().block_on(async {
        awaits("1").await.expect("a number");
        unit().await;
        assert_eq!(boxed("x").await, "x");
        drop((responder(true).await, responder(false).await));
        assert!(result(true).await.is_ok() && result(false).await.is_err());
    });
    assert_eq!(System::new().block_on(step("x")), 1);
    let text = tallymark::gather_text();
    assert_eq!(sample(&text, r#"steps_total{of="x"}"#), Some("1"));
    assert_eq!(sample(&text, "step_seconds_count"), Some("1"));
    assert_eq!(sample(&text, r#"steps{of="all"}"#), Some("0"));
    for interface in ["async", "unit", "boxed", "generic"] {
        assert_eq!(outcomes(interface), [("success", 1)], "{interface}");
    }
    assert_eq!(outcomes("responder"), [("cancelled", 2)]);
    assert_eq!(outcomes("result"), [("client_error", 1), ("cancelled", 1)]);
}

#[counted(interface = "test above")]
#[actix_web::test]
async fn above_a_test() {
    std::future::ready(()).await;
    assert_eq!(count("test above"), Some(1));
}

#[actix_web::test]
#[observed(interface = "test below")]
async fn below_a_test() {
    std::future::ready(()).await;
    assert_eq!(count("test below"), Some(1));
}
