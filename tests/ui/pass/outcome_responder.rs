use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::{
    App, Either, HttpRequest, HttpResponse, Responder, ResponseError, get, post, test, web,
};
use tallymark::{counted, observed};
use tallymark_tests::{in_flight, outcomes};

#[derive(Debug)]
struct Denied;

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("denied")
    }
}

impl ResponseError for Denied {
    fn status_code(&self) -> StatusCode {
        StatusCode::FORBIDDEN
    }
}

#[counted(outcome)]
#[get("/text")]
async fn text() -> impl Responder {
    "text"
}

#[counted(outcome)]
#[get("/customized")]
async fn customized() -> impl Responder {
    "gone".customize().with_status(StatusCode::GONE)
}

#[counted(outcome)]
#[get("/redirect")]
async fn redirect() -> impl Responder {
    web::Redirect::to("/text")
}

#[observed]
#[post("/question")]
async fn question(number: web::Bytes) -> impl Responder {
    let number = std::str::from_utf8(&number).map_err(|_| Denied)?;
    if number.is_empty() {
        return Err(Denied);
    }
    Ok::<_, Denied>(number.to_owned())
}

#[get("/below/{ok}")]
#[counted(interface = "below", outcome)]
async fn below(ok: web::Path<bool>) -> Result<impl Responder, Denied> {
    if !*ok {
        return Err(Denied);
    }
    Ok("not modified".customize().with_status(StatusCode::NOT_MODIFIED))
}

#[counted(outcome)]
#[get("/alias")]
async fn alias() -> actix_web::Result<impl Responder> {
    Ok(HttpResponse::BadGateway())
}

#[counted(outcome)]
#[get("/none")]
async fn none() -> impl Responder {
    None::<String>
}

#[counted(outcome)]
#[get("/status")]
async fn status() -> (&'static str, StatusCode) {
    ("teapot", StatusCode::IM_A_TEAPOT)
}

#[counted(outcome)]
#[get("/either")]
async fn either() -> Either<&'static str, actix_web::Result<impl Responder>> {
    Either::Right(Ok("right"))
}

#[counted(interface = "to", outcome)]
async fn to(request: HttpRequest) -> impl Responder + use<> {
    match request.method().as_str() {
        "GET" => HttpResponse::Ok(),
        _ => HttpResponse::NotImplemented(),
    }
}

#[counted(interface = "panics", outcome)]
async fn panics() -> impl Responder {
    struct Panics;
    impl Responder for Panics {
        type Body = String;
        fn respond_to(self, _: &HttpRequest) -> HttpResponse<String> {
            std::panic::resume_unwind(Box::new(()))
        }
    }
    Panics
}

#[counted(interface = "body", outcome)]
fn body() -> impl Responder {
    // A body type of its own goes through the wrapper unboxed.
    HttpResponse::Created().message_body(3_u8.to_string()).unwrap()
}

fn same_body<R: Responder<Body = String>>(responder: R) -> R {
    responder
}

#[counted(interface = "string", outcome)]
fn string() -> impl Responder<Body = String> {
    String::from("x")
}

// A trait of the user's own that happens to have the name.
mod own {
    pub trait Responder {
        fn reply(&self) -> u8 {
            1
        }
    }
    impl Responder for u8 {}

    #[tallymark::counted(interface = "own trait", outcome)]
    pub fn responder() -> impl Responder {
        7_u8
    }
}

#[actix_web::main]
async fn main() {
    let app = App::new()
        .service(text)
        .service(customized)
        .service(redirect)
        .service(question)
        .service(below)
        .service(alias)
        .service(none)
        .service(status)
        .service(either)
        .route("/to", web::to(to));
    let app = test::init_service(app).await;
    let get = |uri: &str| test::TestRequest::get().uri(uri);
    let post = |uri: &str, body: &'static str| test::TestRequest::post().uri(uri).set_payload(body);
    for (request, answered) in [
        (get("/text"), 200),
        (get("/customized"), 410),
        (get("/redirect"), 307),
        (post("/question", "7"), 200),
        (post("/question", ""), 403),
        (get("/below/true"), 304),
        (get("/below/false"), 403),
        (get("/alias"), 502),
        (get("/none"), 404),
        (get("/status"), 418),
        (get("/either"), 200),
        (get("/to"), 200),
        (post("/to", ""), 501),
    ] {
        let response = test::call_service(&app, request.to_request()).await;
        assert_eq!(response.status().as_u16(), answered, "{:?}", response.request());
    }
    assert_eq!(outcomes("/text"), [("success", 1)]);
    assert_eq!(outcomes("/customized"), [("client_error", 1)]);
    assert_eq!(outcomes("/redirect"), [("redirection", 1)]);
    assert_eq!(outcomes("/question"), [("success", 1), ("client_error", 1)]);
    assert_eq!(in_flight("/question"), 0);
    assert_eq!(outcomes("below"), [("redirection", 1), ("client_error", 1)]);
    assert_eq!(outcomes("/alias"), [("server_error", 1)]);
    assert_eq!(outcomes("/none"), [("client_error", 1)]);
    assert_eq!(outcomes("/status"), [("client_error", 1)]);
    assert_eq!(outcomes("/either"), [("success", 1)]);
    assert_eq!(outcomes("to"), [("success", 1), ("server_error", 1)]);

    let request = test::TestRequest::default().to_http_request();
    drop(to(request.clone()).await);
    let dropped = [("success", 1), ("server_error", 1), ("cancelled", 1)];
    assert_eq!(outcomes("to"), dropped, "a responder that is dropped unanswered");

    let responder = panics().await;
    let respond = std::panic::AssertUnwindSafe(|| drop(responder.respond_to(&request)));
    std::panic::catch_unwind(respond).unwrap_err();
    assert_eq!(outcomes("panics"), [("panicked", 1)]);

    let created = body().respond_to(&request);
    assert_eq!(created.status(), StatusCode::CREATED);
    assert_eq!(outcomes("body"), [("success", 1)]);
    let response = same_body(string()).respond_to(&request);
    assert_eq!(response.into_body().try_into_bytes().unwrap(), "x");
    assert_eq!(outcomes("string"), [("success", 1)]);
    assert_eq!(own::Responder::reply(&own::responder()), 1);
    assert_eq!(outcomes("own trait"), [("success", 1)]);
}
