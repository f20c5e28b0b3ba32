//! A server that keeps a series for whatever its client says, as far as the library lets it.

use std::io::{self, Write};

use actix_web::{App, HttpServer, post};
use tallymark::actix::Requests;
use tallymark::counted;

#[counted(interface = "/attack", name = "attacked_total", help = "Attacks.", labels(id = &*id))]
#[post("/attack")]
async fn attack(id: String) -> &'static str {
    "counted"
}

#[actix_web::main]
async fn main() -> io::Result<()> {
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).init();
    let app =
        || App::new().wrap(Requests::new()).service(attack).service(tallymark::actix::metrics());
    let server = HttpServer::new(app).workers(2).bind("127.0.0.1:0")?;
    for address in server.addrs() {
        writeln!(io::stdout(), "attack me at http://{address} please")?;
    }
    server.run().await
}
