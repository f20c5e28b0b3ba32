#![allow(non_snake_case, dead_code, non_upper_case_globals)]

// Names that the expansion could trip over, each where it would hurt.
mod tallymark {}
mod std {}
mod core {}
mod linkme {}
struct Site;
struct Some;
struct Result;
const SITE: &str = "mine";
static LINK: u8 = 1;

#[::tallymark::counted(interface = "unlucky")]
fn unlucky(tallymark: u8, linkme: u8, LINK_: u8, SITE_: u8) -> (u8, &'static str, u8) {
    let Site: Site = Site;
    (tallymark + linkme + LINK_ + SITE_, SITE, LINK)
}

// A route attribute makes a unit struct of each handler's name.
mod handlers {
    #![allow(non_camel_case_types)]

    macro_rules! handlers {
        ($($name:ident)*) => {
            $(
                #[::tallymark::observed(interface = "handlers")]
                #[actix_web::get("/")]
                pub async fn $name() -> impl actix_web::Responder {
                    "x"
                }
            )*
        };
    }

    handlers! {
        site handle guard _guard value error none some ok err outcome reply future p tallymark
    }

    pub async fn call_three() {
        use actix_web::{App, test};
        let app = App::new()
            .service(actix_web::web::scope("/a").service(site))
            .service(actix_web::web::scope("/b").service(value))
            .service(actix_web::web::scope("/c").service(p));
        let app = test::init_service(app).await;
        for uri in ["/a/", "/b/", "/c/"] {
            let request = test::TestRequest::with_uri(uri).to_request();
            assert!(test::call_service(&app, request).await.status().is_success());
        }
    }
}

#[::tallymark::counted(interface = "raw")]
fn r#fn(r#static: u8) -> u8 {
    r#static
}

#[::tallymark::counted(interface = "patterns")]
fn patterns((a, [b, ..]): (u8, [u8; 3]), _: Some, mut c: u8) -> u8 {
    c += a + b;
    c
}

fn main() {
    assert_eq!(unlucky(1, 2, 3, 4), (10, "mine", 1));
    assert_eq!(r#fn(1), 1);
    assert_eq!(patterns((1, [2, 0, 0]), Some, 3), 6);
    actix_web::rt::System::new().block_on(handlers::call_three());
    assert_eq!(::tallymark_tests::count("handlers"), ::std::option::Option::Some(3));
    for interface in ["unlucky", "raw", "patterns"] {
        assert_eq!(::tallymark_tests::count(interface), ::std::option::Option::Some(1));
    }
}
