//! Serves one `POST` so many times, in this process: `requests WAY TIMES`. It is run for its
//! instructions to be counted, by `benches/instructions/run`.

use std::future::Future;
use std::sync::LazyLock;
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::rt::System;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, Error, HttpResponse, Responder, post};
use autometrics::autometrics;
use tallymark::{counted, observed};

#[post("/deploy")]
async fn plain() -> impl Responder {
    HttpResponse::Ok()
}

#[counted(interface = "/deploy")]
#[post("/deploy")]
async fn counts() -> impl Responder {
    HttpResponse::Ok()
}

#[observed(interface = "/deploy")]
#[post("/deploy")]
async fn observes() -> impl Responder {
    HttpResponse::Ok()
}

static COUNTER: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
    prometheus::register_int_counter_vec!("requests_total", "Requests.", &["interface"])
        .expect("a valid metric")
});

static SECONDS: LazyLock<prometheus::HistogramVec> = LazyLock::new(|| {
    prometheus::register_histogram_vec!("requests_seconds", "Requests.", &["interface"])
        .expect("a valid metric")
});

#[post("/deploy")]
async fn by_hand() -> impl Responder {
    COUNTER.with_label_values(&["/deploy"]).inc();
    HttpResponse::Ok()
}

#[post("/deploy")]
async fn timed_by_hand() -> impl Responder {
    let start = Instant::now();
    COUNTER.with_label_values(&["/deploy"]).inc();
    let response = HttpResponse::Ok();
    SECONDS.with_label_values(&["/deploy"]).observe(start.elapsed().as_secs_f64());
    response
}

#[post("/deploy")]
#[autometrics]
async fn with_autometrics() -> impl Responder {
    HttpResponse::Ok().finish()
}

async fn serve<T, B>(app: App<T>, times: usize)
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    B: MessageBody,
{
    let service = init_service(app).await;
    for _ in 0..times {
        let request = TestRequest::post().uri("/deploy").to_request();
        let response = call_service(&service, request).await;
        assert_eq!(response.status(), StatusCode::OK);
    }
}

/// What is counted: `benches/instructions/run` knows it by its name.
#[inline(never)]
fn counted_region(served: impl Future<Output = ()>) {
    System::new().block_on(served);
}

fn main() {
    let [way, times] = <[String; 2]>::try_from(std::env::args().skip(1).collect::<Vec<_>>())
        .expect("two arguments: WAY TIMES");
    let times = times.parse().expect("TIMES is a number");
    // The clock is calibrated here, by as many instructions as it takes.
    let _ = tallymark::default_registry();
    match &*way {
        "plain" => counted_region(serve(App::new().service(plain), times)),
        "counted" => counted_region(serve(App::new().service(counts), times)),
        "observed" => counted_region(serve(App::new().service(observes), times)),
        "prometheus" => counted_region(serve(App::new().service(by_hand), times)),
        "prometheus-histogram" => counted_region(serve(App::new().service(timed_by_hand), times)),
        "autometrics" => counted_region(serve(App::new().service(with_autometrics), times)),
        "actix-web-prom" => {
            let middleware = actix_web_prom::PrometheusMetricsBuilder::new("api").build();
            let middleware = middleware.expect("valid metrics");
            counted_region(serve(App::new().wrap(middleware).service(plain), times));
        }
        "actix-web-metrics" => {
            metrics_exporter_prometheus::PrometheusBuilder::new()
                .install_recorder()
                .expect("there is no other recorder");
            let middleware = actix_web_metrics::ActixWebMetricsBuilder::new().build();
            counted_region(serve(App::new().wrap(middleware).service(plain), times));
        }
        _ => panic!("there is no way {way}"),
    }
}
