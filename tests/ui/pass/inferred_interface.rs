use actix_web::{App, Responder, get, post, route, test, web};
use tallymark::{counted, in_flight, observed, timed};
use tallymark_tests::{count, in_flight, outcomes, seconds};

#[counted]
#[post("/deploy")]
async fn deploy() -> impl Responder {
    "deployed"
}

#[observed]
#[actix_web::get("/apps/{app}/versions")]
async fn versions() -> impl Responder {
    "[]"
}

#[timed()]
#[counted(outcome)]
#[in_flight]
#[route("/several", method = "GET", method = "POST")]
async fn several() -> &'static str {
    "several"
}

#[actix_web::scope("/api")]
mod api {
    use actix_web::get;
    use tallymark::counted;

    #[counted]
    #[get("/scoped")]
    pub async fn scoped() -> &'static str {
        "scoped"
    }
}

// The same path in two scopes, which only the program's start can see.
mod v1 {
    #[tallymark::counted]
    #[actix_web::get("/user")]
    pub async fn user() -> &'static str {
        "v1"
    }
}

mod v2 {
    #[tallymark::counted]
    #[actix_web::get("/user")]
    pub async fn user() -> &'static str {
        "v2"
    }
}

mod written {
    pub use tallymark_tests::count as get_count;

    #[tallymark::counted(interface = "explicit")]
    #[actix_web::put("/explicit")]
    pub async fn explicit() -> &'static str {
        "explicit"
    }
}

#[get("/below")]
#[counted(interface = "/below")]
async fn below() -> &'static str {
    "below"
}

#[actix_web::main]
async fn main() {
    let error = tallymark::check().expect_err("two functions take /user from their routes");
    let error = error.to_string();
    assert!(error.contains("\"/user\"") && !error.contains("/deploy"), "{error}");
    let lines: Vec<_> = error.match_indices("inferred_interface.rs:").collect();
    assert_eq!(lines.len(), 2, "{error}");

    let app = App::new()
        .service(deploy)
        .service(versions)
        .service(several)
        .service(api::scoped)
        .service(written::explicit)
        .service(below)
        .service(web::scope("/v1").service(v1::user))
        .service(web::scope("/v2").service(v2::user));
    let app = test::init_service(app).await;
    for request in [
        test::TestRequest::post().uri("/deploy"),
        test::TestRequest::get().uri("/apps/web/versions"),
        test::TestRequest::get().uri("/several"),
        test::TestRequest::post().uri("/several"),
        test::TestRequest::get().uri("/api/scoped"),
        test::TestRequest::put().uri("/explicit"),
        test::TestRequest::get().uri("/below"),
        test::TestRequest::get().uri("/v1/user"),
        test::TestRequest::get().uri("/v2/user"),
    ] {
        let response = test::call_service(&app, request.to_request()).await;
        assert!(response.status().is_success(), "{:?}", response.request());
    }
    let counts = [
        ("/deploy", 1),
        ("/apps/{app}/versions", 1),
        ("/api/scoped", 1),
        ("explicit", 1),
        ("/below", 1),
        ("/user", 2),
    ];
    for (interface, calls) in counts {
        assert_eq!(written::get_count(interface), Some(calls), "{interface}");
    }
    assert_eq!(count("/several"), None);
    assert_eq!(outcomes("/several"), [("success", 2)]);
    assert_eq!((seconds("/several").0, in_flight("/several")), (2, 0));
    assert_eq!(outcomes("/apps/{app}/versions"), [("success", 1)]);
    let text = tallymark::gather_text();
    assert!(text.contains("tallymark_site_conflicts_total 1\n"), "{text}");
}
