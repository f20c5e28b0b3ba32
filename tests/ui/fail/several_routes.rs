use actix_web::routes;
use tallymark::counted;

#[counted]
#[routes]
#[get("/one")]
#[get("/two")]
async fn several() -> &'static str {
    "several"
}

fn main() {
    actix_web::App::new().service(several);
}
