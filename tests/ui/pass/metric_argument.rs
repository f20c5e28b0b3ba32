use std::future::Future;
use std::pin::Pin;

use actix_web::rt::System;
use actix_web::{HttpResponse, Responder};
use ::tallymark::{Counter, Gauge, Histogram, counted, in_flight, metric, timed};
use tallymark_tests::sample;

#[metric]
static JOBS: Counter = Counter::new("jobs_total", "Jobs.", []);

mod metrics {
    use tallymark::{Counter, Histogram, metric};

    #[metric]
    pub static DEPLOYS: Counter<3> =
        Counter::new("deploys_total", "Deployments.", ["zone", "env", "app"]);

    #[metric]
    pub(super) static SECONDS: Histogram<2> =
        Histogram::new("seconds", "Durations.", ["of", "interface"]).buckets(&[60.0]);
}

#[metric]
static OUTCOMES: Counter<2> = Counter::new("ends_total", "Ends of calls.", ["outcome", "interface"]);

#[metric]
static RUNNING: Gauge<1, i64> = Gauge::new("running", "Under way.", ["of"]);

#[metric]
static FLOAT: Gauge = Gauge::new("running_float", "Under way, as a float.", []);

// Names that the expansion could trip over.
mod tallymark {}
mod p {
    #[::tallymark::metric]
    #[allow(non_upper_case_globals)]
    pub static Cow: ::tallymark::Counter<1> =
        ::tallymark::Counter::new("p_total", "P.", ["type"]);
}
#[metric]
static NAMES: Counter = Counter::new("names_total", "Names.", []);
#[metric]
static ORDER: Counter = Counter::new("order_total", "Order.", []);

struct Order {
    app: String,
    number: u32,
}

#[counted(metric = JOBS)]
fn job() {}

#[counted(metric = crate::metrics::DEPLOYS, labels(env = "prod", zone = order.number + 1, app = order.app))]
fn deploy(order: Order) -> String {
    order.app
}

#[counted(labels(zone = 1, env = true, app = app), metric = self::metrics::DEPLOYS)]
async fn later<T: std::fmt::Display>(app: T) -> T {
    app
}

// Above a route, whose path is no label unless the metric has one.
#[counted(metric = JOBS)]
#[counted(metric = OUTCOMES, interface = "/handler", outcome)]
#[actix_web::post("/{any}")]
async fn handler() -> impl Responder {
    HttpResponse::NotFound()
}

#[counted(metric = OUTCOMES, interface = "/sync", outcome)]
fn sync(number: &str) -> Result<u32, std::num::ParseIntError> {
    Ok(number.parse()?)
}

#[counted(metric = OUTCOMES, interface = "/opaque", outcome)]
fn opaque() -> impl Fn(&str) -> usize {
    |text| text.len()
}

#[counted(metric = OUTCOMES, interface = "/boxed", outcome)]
#[timed(metric = metrics::SECONDS, interface = "/boxed", labels(of = text))]
#[in_flight(metric = RUNNING, labels(of = text))]
#[in_flight(metric = FLOAT)]
fn boxed<'a>(text: &'a str) -> Pin<Box<dyn Future<Output = Result<&'a str, ()>> + Send + 'a>> {
    Box::pin(async move {
        is(&format!(r#"running{{of="{text}"}}"#), "1");
        is("running_float", "1");
        if text.is_empty() { Err(()) } else { Ok(text) }
    })
}

#[timed(metric = metrics::SECONDS, labels(of = "async"), interface = "/async")]
#[in_flight(metric = RUNNING, labels(of = "async"))]
async fn under_way() {
    is(r#"running{of="async"}"#, "1");
}

#[timed(metric = metrics::SECONDS, labels(of = 'x'), interface = "/panics")]
#[in_flight(metric = FLOAT)]
#[counted(metric = OUTCOMES, interface = "/panics", outcome)]
fn panics() -> ! {
    std::panic::resume_unwind(Box::new(()))
}

#[counted(metric = p::Cow, labels(r#type = p))]
#[counted(metric = NAMES)]
#[counted(metric = ORDER)]
fn unlucky(p: &str) {
    const NAMES: u8 = 1;
    assert_eq!((p, NAMES), ("mine", 1));
}

// With the default metric, and with one that is named.
#[counted(interface = "/several")]
#[counted(interface = "/several", name = "several_total")]
#[counted(metric = JOBS)]
fn several() {}

macro_rules! job {
    ($name:ident, $metric:path, $env:expr) => {
        #[counted(metric = $metric, labels(env = $env, zone = "eu", app = $env))]
        fn $name() {}
    };
    ($name:ident, $metric:ident) => {
        #[counted(metric = crate::$metric)]
        fn $name() {}
    };
}

job!(pasted, crate::metrics::DEPLOYS, "pasted");
job!(pasted_ident, JOBS);

fn in_a_function() {
    #[metric]
    static INNER: Histogram<1> = Histogram::new("inner_seconds", "In a function.", ["of"]);

    #[timed(metric = INNER, labels(of = of))]
    fn timed_here(of: &str) {}

    timed_here("x");
    is(r#"inner_seconds_count{of="x"}"#, "1");
}

#[track_caller]
fn is(name: &str, value: &str) {
    let text = ::tallymark::gather_text();
    assert_eq!(sample(&text, name), Some(value), "{name} in {text}");
}

fn main() {
    let system = System::new();
    job();
    is("jobs_total", "1");
    assert_eq!(deploy(Order { app: "web".to_owned(), number: 6 }), "web");
    is(r#"deploys_total{zone="7",env="prod",app="web"}"#, "1");
    drop(later(1.5));
    assert_eq!(system.block_on(later(1.5)), 1.5);
    is(r#"deploys_total{zone="1",env="true",app="1.5"}"#, "1");

    system.block_on(async {
        use actix_web::{App, test};
        let app = test::init_service(App::new().service(handler)).await;
        let request = test::TestRequest::post().uri("/x").to_request();
        assert_eq!(test::call_service(&app, request).await.status(), 404);
    });
    is("jobs_total", "2");
    is(r#"ends_total{outcome="client_error",interface="/handler"}"#, "1");
    is(r#"ends_total{outcome="success",interface="/handler"}"#, "0");
    sync("1").unwrap();
    sync("x").unwrap_err();
    is(r#"ends_total{outcome="success",interface="/sync"}"#, "1");
    is(r#"ends_total{outcome="error",interface="/sync"}"#, "1");
    is(r#"ends_total{outcome="panicked",interface="/sync"}"#, "0");
    assert_eq!(opaque()("text"), 4);
    is(r#"ends_total{outcome="success",interface="/opaque"}"#, "1");

    drop(boxed("never"));
    assert_eq!(system.block_on(boxed("text")), Ok("text"));
    assert_eq!(system.block_on(boxed("")), Err(()));
    is(r#"ends_total{outcome="success",interface="/boxed"}"#, "1");
    is(r#"ends_total{outcome="error",interface="/boxed"}"#, "1");
    is(r#"seconds_count{of="text",interface="/boxed"}"#, "1");
    is(r#"seconds_bucket{of="text",interface="/boxed",le="60.0"}"#, "1");
    is(r#"running{of="text"}"#, "0");
    is("running_float", "0");
    system.block_on(under_way());
    is(r#"seconds_count{of="async",interface="/async"}"#, "1");
    is(r#"running{of="async"}"#, "0");
    std::panic::catch_unwind(|| panics()).unwrap_err();
    is(r#"ends_total{outcome="panicked",interface="/panics"}"#, "1");
    is(r#"seconds_count{of="x",interface="/panics"}"#, "1");
    is("running_float", "0");

    unlucky("mine");
    is(r#"p_total{type="mine"}"#, "1");
    is("names_total", "1");
    is("order_total", "1");
    several();
    is("jobs_total", "3");
    is(r#"several_total{interface="/several"}"#, "1");
    assert_eq!(tallymark_tests::count("/several"), Some(1));
    pasted();
    is(r#"deploys_total{zone="eu",env="pasted",app="pasted"}"#, "1");
    pasted_ident();
    is("jobs_total", "4");
    in_a_function();
}
