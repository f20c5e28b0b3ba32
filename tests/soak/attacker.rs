use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tallymark_tests::exchange;

use crate::clients::Sent;

/// One in so many label values is longer than what a series has room for.
const LONG: u64 = 16;

/// Makes up label values, methods and paths until then, and at least so many, none of them twice. Each
/// comes by a connection of its own, and so to any thread.
pub(crate) fn attack(address: SocketAddr, sent: &Sent, least: usize, until: Instant) {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let ask = |head: &str, body: &str| {
        let head = format!("{head} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n");
        let length = body.len();
        let answer = exchange(address, &format!("{head}Content-Length: {length}\r\n\r\n{body}"));
        answer.expect("nobody ends what is attacked").0
    };
    let mut asked = 0;
    while asked < least || Instant::now() < until {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let length = if number.is_multiple_of(LONG) { 8_192 } else { 64 };
        let value = format!("{number:x}\"\\\n接口{}", "x".repeat(length));
        assert_eq!(ask("POST /attack", &value), 200);
        sent.add(true);
        if number.is_multiple_of(LONG) {
            assert_eq!(ask(&format!("M{number} /path/{number}"), ""), 404);
        }
        asked += 1;
    }
}
