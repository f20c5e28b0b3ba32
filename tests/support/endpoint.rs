//! The endpoint in a server, and who asks it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use actix_web::middleware::{Compress, Condition};
use actix_web::{App, HttpServer, web};
use tallymark::actix::Metrics;
use tallymark::{Counter, Histogram, Registry};

use crate::running::Running;
use crate::service::{Answer, agent};

/// Serves until the test's process ends.
///
/// # Panics
///
/// If it cannot.
#[must_use]
pub fn serve(metrics: Metrics, workers: usize, compress: bool) -> SocketAddr {
    let server = Running::start(move || {
        let server = HttpServer::new(move || {
            App::new()
                .wrap(Condition::new(compress, Compress::default()))
                .service(metrics.clone())
                .service(web::scope("/internal").service(metrics.clone().path("/deep")))
                .service(web::scope("/scope").service(metrics.clone().path("/")))
                .service(metrics.clone().path("/"))
                .route("/ping", web::get().to(async || "pong"))
        });
        let server = server.workers(workers).disable_signals().bind("127.0.0.1:0");
        let server = server.expect("a free port");
        (server.addrs()[0], server.run())
    });
    server.address
}

/// A registry of a counter and a histogram.
///
/// # Panics
///
/// If it cannot.
#[must_use]
pub fn registry() -> (Registry, Counter, Histogram) {
    let registry = Registry::new();
    let jobs: Counter = Counter::owned("jobs_total", "Jobs.", []).expect("valid");
    let times: Histogram = Histogram::owned("t_seconds", "T.", [], Some(&[1.0])).expect("valid");
    registry.register(&jobs).expect("registered");
    registry.register(&times).expect("registered");
    (registry, jobs, times)
}

/// Gets a page, with these headers.
///
/// # Panics
///
/// If there is no answer.
#[must_use]
pub fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = agent().get(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::read(request.call())
}

/// Sends requests over one connection, and reads the heads and bodies of the answers as they are.
#[derive(Debug)]
pub struct Connection(BufReader<TcpStream>);

/// The status line, the headers in order without the date, and the body.
pub type Raw = (String, Vec<(String, String)>, Vec<u8>);

impl Connection {
    /// Opens one.
    ///
    /// # Panics
    ///
    /// If it cannot.
    #[must_use]
    pub fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit");
        Self(BufReader::new(stream))
    }

    /// Asks for the metrics.
    ///
    /// # Panics
    ///
    /// If there is no answer.
    pub fn ask(&mut self, method: &str, headers: &str) -> Raw {
        let request = format!("{method} /metrics HTTP/1.1\r\nHost: test\r\n{headers}\r\n");
        self.0.get_mut().write_all(request.as_bytes()).expect("a request");
        let mut line = || {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("a line");
            line.trim_end().to_owned()
        };
        let status = line();
        let mut headers = Vec::new();
        loop {
            let line = line();
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        headers.retain(|(name, _)| name != "date");
        headers.sort();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(0, |(_, length)| length.parse().expect("a length"));
        let mut body = vec![0; if method == "HEAD" { 0 } else { length }];
        self.0.read_exact(&mut body).expect("the body");
        (status, headers, body)
    }
}
