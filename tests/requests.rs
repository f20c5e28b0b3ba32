//! The middleware that measures every request of an app.

use std::convert::Infallible;
use std::io::Write;
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::Service;
use actix_web::middleware::{Compress, Condition, Logger, NormalizePath};
use actix_web::rt::time;
use actix_web::test::{TestRequest, call_service, init_service, try_call_service};
use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, error, get, guard, web};
use tallymark::actix::Requests;
use tallymark::{counted, default_registry};
use tallymark_tests::{Running, wait_for};

/// How often a request was counted so far in this process.
fn counted_as(method: &str, route: &str, status: &str) -> u64 {
    let labels = [("method", method), ("route", route), ("status", status)];
    default_registry().counter_value("http_requests_total", &labels).unwrap_or(0)
}

fn timed_as(method: &str, route: &str) -> u64 {
    let labels = [("method", method), ("route", route)];
    let name = "http_request_duration_seconds_count";
    default_registry().counter_value(name, &labels).unwrap_or(0)
}

fn in_flight() -> u64 {
    default_registry().counter_value("http_requests_in_flight", &[]).expect("exposed")
}

#[actix_web::test]
async fn routes_are_told_by_their_patterns() {
    let app = App::new()
        .wrap(Requests::new())
        .service(
            web::scope("/routes/api")
                .service(web::resource("/apps/{app}").to(HttpResponse::Ok))
                .service(web::scope("/{zone}").route("/x", web::get().to(HttpResponse::Created))),
        )
        .service(web::resource("/routes/plain").route(web::get().to(HttpResponse::NoContent)));
    let app = init_service(app).await;
    let cases = [
        ("GET", "/routes/api/apps/web?x=1", "GET", "/routes/api/apps/{app}", "200"),
        ("POST", "/routes/api/apps/shop", "POST", "/routes/api/apps/{app}", "200"),
        ("GET", "/routes/api/eu/x", "GET", "/routes/api/{zone}/x", "201"),
        ("GET", "/routes/plain", "GET", "/routes/plain", "204"),
        ("DELETE", "/routes/plain", "DELETE", "/routes/plain", "405"),
        ("BREW", "/routes/plain", "OTHER", "/routes/plain", "405"),
        // With a method that no other test uses: what is unmatched counts as one, whoever asks.
        ("PATCH", "/routes/api/unknown", "PATCH", "unmatched", "404"),
        ("PATCH", "/routes/secret-4711", "PATCH", "unmatched", "404"),
    ];
    for (method, path, label, route, status) in cases {
        let before = (counted_as(label, route, status), timed_as(label, route));
        let method = method.parse().expect("a method");
        let response =
            call_service(&app, TestRequest::with_uri(path).method(method).to_request()).await;
        assert_eq!(response.status().as_str(), status, "{path}");
        let after = (counted_as(label, route, status), timed_as(label, route));
        assert_eq!(after, (before.0 + 1, before.1 + 1), "{path}");
    }
    assert!(!tallymark::gather_text().contains("4711"));
}

#[actix_web::test]
async fn files_are_one_route() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("page.html"), "page").expect("written");
    let files = actix_files::Files::new("/files", folder.path());
    let app = init_service(App::new().wrap(Requests::new()).service(files)).await;
    for (path, status) in [("/files/page.html", "200"), ("/files/secret-4711", "404")] {
        let response = call_service(&app, TestRequest::with_uri(path).to_request()).await;
        assert_eq!(response.status().as_str(), status);
        assert_eq!(counted_as("GET", "/files", status), 1, "{}", tallymark::gather_text());
    }
}

#[actix_web::test]
async fn failed_extractors_and_errors_of_other_middleware_are_counted() {
    async fn takes_a_number(_: web::Path<u32>) -> HttpResponse {
        HttpResponse::Ok().finish()
    }
    let app = App::new()
        .wrap_fn(|request, service| {
            let refuse = request.path() == "/failed/refused";
            let answer = service.call(request);
            async move { if refuse { Err(error::ErrorForbidden("no")) } else { answer.await } }
        })
        .wrap(Requests::new())
        .service(web::resource("/failed/refused").to(HttpResponse::Ok))
        .service(web::resource("/failed/{number}").to(takes_a_number));
    let app = init_service(app).await;
    let request = |path: &str| TestRequest::with_uri(path).to_request();
    assert_eq!(call_service(&app, request("/failed/seven")).await.status(), 404);
    assert_eq!(counted_as("GET", "/failed/{number}", "404"), 1);
    try_call_service(&app, request("/failed/refused")).await.expect_err("refused");
    assert_eq!(counted_as("GET", "/failed/refused", "403"), 1);
}

#[actix_web::test]
async fn a_request_is_counted_once_and_beside_the_attributes() {
    #[counted]
    #[get("/once")]
    async fn once() -> &'static str {
        "once"
    }
    let app = App::new()
        .service(web::scope("").wrap(Requests::new()).service(once))
        .wrap(Compress::default())
        .wrap(Requests::new());
    let app = init_service(app).await;
    let request = TestRequest::with_uri("/once").insert_header(("accept-encoding", "gzip"));
    assert!(call_service(&app, request.to_request()).await.status().is_success());
    assert_eq!(counted_as("GET", "/once", "200"), 1);
    assert_eq!(tallymark_tests::count("/once"), Some(1));
}

#[actix_web::test]
async fn what_no_route_takes_is_told_by_its_path() {
    let refused = || guard::Header("x-admitted", "yes");
    let app = App::new()
        .wrap(Requests::new())
        .service(web::resource("/guarded/one").guard(refused()).to(HttpResponse::Ok))
        .service(
            web::scope("/guarded/two")
                .guard(guard::Header("x-version", "1"))
                .route("/{first}", web::get().to(HttpResponse::Ok)),
        )
        .service(
            web::scope("/guarded/two")
                .guard(guard::Header("x-version", "2"))
                .route("/{second}", web::get().to(HttpResponse::Ok)),
        )
        .service(
            web::scope("/guarded/three")
                .route("/x", web::get().to(HttpResponse::Ok))
                .default_service(web::to(HttpResponse::Accepted)),
        )
        .default_service(web::to(HttpResponse::ImATeapot));
    let app = init_service(app).await;
    let cases = [
        ("/guarded/one", ("x-admitted", "no"), "/guarded/one", "418"),
        ("/guarded/two/x", ("x-version", "1"), "/guarded/two/{first}", "200"),
        ("/guarded/two/x", ("x-version", "2"), "/guarded/two/{second}", "200"),
        ("/guarded/three/y", ("x-version", "1"), "unmatched", "202"),
        ("/guarded/four", ("x-version", "1"), "unmatched", "418"),
    ];
    for (path, header, route, status) in cases {
        let before = counted_as("GET", route, status);
        let request = TestRequest::with_uri(path).insert_header(header).to_request();
        assert_eq!(call_service(&app, request).await.status().as_str(), status, "{path}");
        assert_eq!(counted_as("GET", route, status), before + 1, "{path}");
    }
}

#[actix_web::test]
async fn it_goes_with_other_middleware_on_either_side() {
    let app = App::new()
        .wrap(NormalizePath::trim())
        .wrap(Logger::default())
        .wrap(Condition::new(true, Requests::new()))
        .wrap(Logger::default())
        .wrap(Condition::new(false, Requests::new()))
        .service(web::resource("/among/x").to(HttpResponse::Ok));
    let app = init_service(app).await;
    for path in ["/among/x", "/among/x/"] {
        let request = TestRequest::with_uri(path).to_request();
        assert!(call_service(&app, request).await.status().is_success());
    }
    assert_eq!(counted_as("GET", "/among/x", "200"), 2);
}

#[actix_web::test]
async fn in_a_scope_it_measures_that_scope() {
    let scope = web::scope("/inside").wrap(Requests::new());
    let app = App::new()
        .service(scope.route("/x", web::get().to(HttpResponse::Ok)))
        .service(web::resource("/outside").to(HttpResponse::Ok));
    let app = init_service(app).await;
    for path in ["/inside/x", "/outside"] {
        let request = TestRequest::with_uri(path).to_request();
        assert!(call_service(&app, request).await.status().is_success());
    }
    assert_eq!(counted_as("GET", "/inside/x", "200"), 1);
    assert_eq!(counted_as("GET", "/outside", "200"), 0);
}

/// A body that never comes to an end: only the head of its response can have been measured.
struct Endless;

impl MessageBody for Endless {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Pending
    }
}

#[actix_web::test]
async fn a_body_that_is_streamed_is_not_waited_for() {
    let endless = || async { HttpResponse::Ok().body(Endless) };
    let app = App::new().wrap(Requests::new()).service(web::resource("/endless").to(endless));
    let app = init_service(app).await;
    let response = call_service(&app, TestRequest::with_uri("/endless").to_request()).await;
    assert_eq!(counted_as("GET", "/endless", "200"), 1);
    assert_eq!(timed_as("GET", "/endless"), 1);
    drop(response);
}

/// Of a service or middleware inside, before there is a future.
#[actix_web::test]
async fn a_panic_of_the_call_itself_is_a_500() {
    let app = App::new()
        .wrap_fn(|request, service| {
            assert_ne!(request.path(), "/at-once", "on purpose, in a test");
            service.call(request)
        })
        .wrap(Requests::new())
        .service(web::resource("/at-once").to(HttpResponse::Ok));
    let app = init_service(app).await;
    let request = TestRequest::with_uri("/at-once").to_request();
    let call = AssertUnwindSafe(|| drop(app.call(request)));
    catch_unwind(call).expect_err("it panics");
    assert_eq!(counted_as("GET", "/at-once", "500"), 1);
    assert_eq!(counted_as("GET", "/at-once", "499"), 0);
}

/// Requests that end without an answer, over real connections.
#[test]
fn clients_that_go_away_and_handlers_that_panic_are_counted() {
    #[get("/gone/slow")]
    async fn slow() -> &'static str {
        time::sleep(Duration::from_secs(60)).await;
        "too late"
    }
    #[get("/gone/panics")]
    async fn panics() -> &'static str {
        panic!("on purpose, in a test")
    }
    let server = Running::start(|| {
        let app = || App::new().wrap(Requests::new()).service(slow).service(panics);
        let server = HttpServer::new(app)
            .h1_allow_half_closed(false)
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .expect("a free port");
        (server.addrs()[0], server.run())
    });
    let request = |path: &str| {
        let mut client = TcpStream::connect(server.address).expect("a connection");
        let head = format!("GET {path} HTTP/1.1\r\nHost: test\r\n\r\n");
        client.write_all(head.as_bytes()).expect("a request");
        client
    };
    let is = |what: &str, ask: &dyn Fn() -> u64, wanted: u64| {
        wait_for(what, Duration::from_secs(20), || {
            let found = ask();
            if found == wanted { Ok(()) } else { Err(format!("{found}")) }
        });
    };
    let client = request("/gone/slow");
    is("the request to begin", &in_flight, 1);
    drop(client);
    is("the request to be cancelled", &|| counted_as("GET", "/gone/slow", "499"), 1);
    is("nothing to be under way", &in_flight, 0);

    let client = request("/gone/panics");
    is("the panic to be counted", &|| counted_as("GET", "/gone/panics", "500"), 1);
    is("nothing to be under way", &in_flight, 0);
    drop(client);

    server.stop();
}
