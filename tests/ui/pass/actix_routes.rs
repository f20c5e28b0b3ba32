use actix_web::{App, HttpResponse, Responder, get, post, route, test, web};
use tallymark::counted;
use tallymark_tests::count;

#[counted(interface = "above")]
#[post("/above")]
async fn above(body: Result<web::Json<u32>, actix_web::Error>) -> impl Responder {
    match body {
        Ok(number) => HttpResponse::Ok().body(number.to_string()),
        Err(error) => HttpResponse::from_error(error),
    }
}

#[post("/below")]
#[counted(interface = "below")]
async fn below(body: Result<web::Json<u32>, actix_web::Error>) -> impl Responder {
    body.map(|number| number.to_string())
}

#[counted(interface = "several methods")]
#[route("/route", method = "GET", method = "PUT")]
async fn several_methods() -> impl Responder {
    "routed"
}

#[get("/path/{name}")]
#[counted(interface = "path")]
async fn path(name: web::Path<String>) -> actix_web::Result<String> {
    Ok(name.into_inner())
}

#[counted(interface = "to")]
async fn to(body: web::Bytes) -> impl Responder {
    body
}

#[actix_web::main]
async fn main() {
    let app = App::new()
        .service(above)
        .service(below)
        .service(several_methods)
        .service(path)
        .route("/to", web::post().to(to))
        .service(web::resource("/resource").route(web::put().to(to)))
        .service(tallymark::actix::metrics());
    let app = test::init_service(app).await;
    let requests = [
        (test::TestRequest::post().uri("/above").set_json(7), 200, "7"),
        (test::TestRequest::post().uri("/above").set_payload("x"), 400, ""),
        (test::TestRequest::get().uri("/above"), 404, ""),
        (test::TestRequest::post().uri("/below").set_json(8), 200, "8"),
        (test::TestRequest::post().uri("/below").set_payload("x"), 400, ""),
        (test::TestRequest::put().uri("/route"), 200, "routed"),
        (test::TestRequest::get().uri("/route"), 200, "routed"),
        (test::TestRequest::get().uri("/path/web"), 200, "web"),
        (test::TestRequest::post().uri("/to").set_payload("to"), 200, "to"),
        (test::TestRequest::put().uri("/resource").set_payload("resource"), 200, "resource"),
        (test::TestRequest::post().uri("/metrics"), 405, ""),
    ];
    for (request, status, says) in requests {
        let response = test::call_service(&app, request.to_request()).await;
        let uri = response.request().uri().clone();
        assert_eq!(response.status().as_u16(), status, "{uri}");
        if status == 200 {
            assert_eq!(test::read_body(response).await, says, "{uri}");
        }
    }
    for interface in ["above", "below", "several methods", "to"] {
        assert_eq!(count(interface), Some(2), "{interface}");
    }
    assert_eq!(count("path"), Some(1));

    let request = test::TestRequest::get().uri("/metrics").to_request();
    let response = test::call_service(&app, request).await;
    let media_type = response.headers().get("content-type").unwrap().clone();
    assert_eq!(media_type, tallymark::TEXT_CONTENT_TYPE);
    let body = test::read_body(response).await;
    let text = std::str::from_utf8(&body).unwrap();
    assert!(text.contains("request_processing_total{interface=\"above\"} 2\n"), "{text}");
}
