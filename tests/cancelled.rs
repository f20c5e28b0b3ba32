//! Calls whose client goes away, over real connections.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use actix_web::rt::time;
use actix_web::{App, HttpServer, Responder, get};
use tallymark::observed;
use tallymark_tests::{Running, in_flight, outcomes, seconds, wait_for};

#[observed]
#[get("/slow")]
async fn slow() -> impl Responder {
    time::sleep(Duration::from_secs(60)).await;
    "too late"
}

/// A server for which a client that closes its side has gone: without `h1_allow_half_closed(false)`
/// actix-web finishes the handler all the same.
#[test]
fn a_client_that_goes_away_cancels_its_call() {
    let server = Running::start(|| {
        let server = HttpServer::new(|| App::new().service(slow))
            .h1_allow_half_closed(false)
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .expect("a free port");
        (server.addrs()[0], server.run())
    });

    let clients: Vec<_> = (0..3)
        .map(|_| {
            let mut client = TcpStream::connect(server.address).expect("a connection");
            client.write_all(b"GET /slow HTTP/1.1\r\nHost: test\r\n\r\n").expect("a request");
            client
        })
        .collect();
    let within = Duration::from_secs(20);
    let three = |under_way| {
        if under_way == 3 { Ok(()) } else { Err(format!("{under_way}")) }
    };
    wait_for("the calls to begin", within, || three(in_flight("/slow")));
    assert_eq!(outcomes("/slow"), []);
    drop(clients);
    let none = |under_way| {
        if under_way == 0 { Ok(()) } else { Err(format!("{under_way}")) }
    };
    wait_for("the calls to go", within, || none(in_flight("/slow")));
    assert_eq!(outcomes("/slow"), [("cancelled", 3)]);
    assert_eq!(seconds("/slow").0, 3);

    server.stop();
}
