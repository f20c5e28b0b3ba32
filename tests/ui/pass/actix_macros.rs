// Every attribute of actix-web that makes a handler, above ours and below it.
use actix_web::{App, test};

macro_rules! handlers {
    ($($method:ident $above:literal $below:literal $arguments:tt;)*) => {
        $(
            mod $method {
                pub mod above {
                    #[tallymark::observed]
                    #[actix_web::$method $arguments]
                    pub async fn handler() -> impl actix_web::Responder {
                        actix_web::HttpResponse::Accepted()
                    }
                }

                pub mod below {
                    #[actix_web::$method($below)]
                    #[tallymark::observed(interface = $below)]
                    pub async fn handler() -> actix_web::Result<impl actix_web::Responder> {
                        Ok(actix_web::HttpResponse::Accepted())
                    }
                }
            }
        )*

        const METHODS: &[(&str, &str, &str)] = &[$((stringify!($method), $above, $below)),*];

        fn all(config: &mut actix_web::web::ServiceConfig) {
            $(config.service($method::above::handler).service($method::below::handler);)*
        }
    };
}

handlers! {
    get "/get" "/get/below" ("/get");
    post "/post" "/post/below" ("/post");
    put "/put" "/put/below" ("/put");
    delete "/delete" "/delete/below" ("/delete");
    head "/head" "/head/below" ("/head");
    connect "/connect" "/connect/below" ("/connect");
    options "/options" "/options/below" ("/options");
    trace "/trace" "/trace/below" ("/trace");
    patch "/patch" "/patch/below" ("/patch");
}

#[tallymark::observed(interface = "routes")]
#[actix_web::routes]
#[get("/one")]
#[post("/two")]
async fn routes() -> &'static str {
    "routes"
}

#[actix_web::routes]
#[get("/three")]
#[get("/four")]
#[tallymark::observed(interface = "routes")]
async fn routes_below() -> &'static str {
    "routes"
}

#[actix_web::main]
#[tallymark::counted(interface = "main")]
async fn main() {
    let app = App::new().configure(all).service(routes).service(routes_below);
    let app = test::init_service(app).await;
    for (method, above, below) in METHODS {
        for uri in [above, below] {
            let method = method.to_uppercase().parse().unwrap();
            let request = test::TestRequest::with_uri(uri).method(method).to_request();
            assert_eq!(test::call_service(&app, request).await.status(), 202, "{uri}");
            assert_eq!(tallymark_tests::outcomes(uri), [("success", 1)], "{uri}");
            assert_eq!(tallymark_tests::count(uri), Some(1), "{uri}");
        }
    }
    for (method, uri) in [("GET", "/one"), ("POST", "/two"), ("GET", "/three"), ("GET", "/four")] {
        let method = method.parse().unwrap();
        let request = test::TestRequest::with_uri(uri).method(method).to_request();
        assert_eq!(test::call_service(&app, request).await.status(), 200, "{uri}");
    }
    assert_eq!(tallymark_tests::outcomes("routes"), [("success", 4)]);
    assert_eq!(tallymark_tests::count("main"), Some(1));
}
