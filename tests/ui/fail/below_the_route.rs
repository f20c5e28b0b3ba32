use actix_web::get;
use tallymark::counted;

// The path of a route is seen from above it alone.
#[get("/below")]
#[counted]
async fn below() -> &'static str {
    "below"
}

fn main() {
    actix_web::App::new().service(below);
}
