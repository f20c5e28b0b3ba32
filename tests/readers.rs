//! The endpoint with clients that are slow to read what they asked for.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tallymark::Registry;
use tallymark::actix::metrics;
use tallymark::prometheus::{IntGaugeVec, Opts};
use tallymark_tests::endpoint::{get, serve};
use tallymark_tests::wait_for;

const WITHIN: Duration = Duration::from_secs(30);

/// A registry of 12 MB of metrics: the sockets of a connection have room for less.
fn registry() -> Registry {
    let large = IntGaugeVec::new(Opts::new("large", "Large."), &["text"]).expect("valid");
    for number in 0..12 {
        large.with_label_values(&[&format!("{number}{}", "x".repeat(1 << 20))]).set(number);
    }
    let registry = Registry::new();
    registry.include_collector(Box::new(large));
    registry
}

/// A client that has read the head of its answer, and nothing more as yet.
struct Reader {
    stream: BufReader<TcpStream>,
    status: u16,
    length: usize,
}

impl Reader {
    fn of(address: SocketAddr, headers: &str) -> Self {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(WITHIN)).expect("a time limit");
        let request =
            format!("GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).expect("a request");
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(stream.read_line(&mut head).expect("a line"), 0, "{head}");
        }
        let head = head.to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        Self {
            stream,
            status: status.expect("a status"),
            length: length.expect("there").parse().expect("a length"),
        }
    }

    /// How many bytes of the body there are, up to the end of the connection.
    fn rest(mut self) -> usize {
        let mut body = Vec::new();
        // What was read before an error is there too.
        if let Err(error) = self.stream.read_to_end(&mut body) {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
        }
        body.len()
    }
}

#[test]
fn who_does_not_read_in_time_makes_room_and_sees_that_it_is_not_all() {
    let metrics = metrics().registry(registry()).max_scrapes(2).send_timeout(Duration::MAX);
    let address = serve(metrics, 1, false);
    let patient = Reader::of(address, "");
    let late = Reader::of(address, "X-Prometheus-Scrape-Timeout-Seconds: 5\r\n");
    assert_eq!((patient.status, late.status), (200, 200));
    let refused = get(address, "/metrics", &[]);
    assert_eq!(refused.status, 503);
    assert!(refused.text.contains("too many"), "{}", refused.text);

    let other = wait_for("room", WITHIN, || match Reader::of(address, "") {
        other if other.status == 200 => Ok(other),
        other => Err(other.status.to_string()),
    });
    let length = other.length;
    assert_eq!(other.rest(), length);
    let length = late.length;
    let sent = late.rest();
    assert!(sent < length, "{sent} of {length}");
    // This one came first, and may be as slow as it likes.
    let length = patient.length;
    assert_eq!(patient.rest(), length);
}

#[test]
fn who_is_slow_has_all_while_there_is_room() {
    let metrics = metrics().registry(registry()).max_scrapes(3).send_timeout(Duration::ZERO);
    let address = serve(metrics, 1, false);
    let slow = Reader::of(address, "");
    for _ in 0..4 {
        let other = Reader::of(address, "");
        let length = other.length;
        assert_eq!((other.status, other.rest()), (200, length));
    }
    let length = slow.length;
    assert_eq!((slow.status, slow.rest()), (200, length));
}

#[test]
fn however_many_read_nothing_there_is_an_answer() {
    let metrics = metrics().registry(registry()).max_scrapes(2).send_timeout(Duration::ZERO);
    let address = serve(metrics, 1, false);
    let slow: Vec<_> = (0..6).map(|_| Reader::of(address, "")).collect();
    assert!(slow.iter().all(|reader| reader.status == 200));
    let other = Reader::of(address, "");
    let length = other.length;
    assert_eq!(other.rest(), length);
    let whole = slow.into_iter().map(|reader| reader.length == reader.rest());
    // The last one had not to make room.
    assert_eq!(whole.collect::<Vec<_>>(), [false, false, false, false, false, true]);
}
