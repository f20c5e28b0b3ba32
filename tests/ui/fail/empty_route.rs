use actix_web::get;
use tallymark::observed;

#[observed]
#[get("")]
async fn empty() -> &'static str {
    "empty"
}

fn main() {
    actix_web::App::new().service(empty);
}
