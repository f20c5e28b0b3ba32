use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tallymark_tests::agent;

const ORDER: &str = r#"{"app":"web","version":"1.4.2"}"#;

/// What came of requests.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    answered: AtomicU64,
    /// Without an answer: they may have been counted, or not.
    broken: AtomicU64,
}

impl Sent {
    pub(crate) fn answered(&self) -> u64 {
        self.answered.load(Ordering::SeqCst)
    }

    pub(crate) fn broken(&self) -> u64 {
        self.broken.load(Ordering::SeqCst)
    }

    pub(crate) fn add(&self, answered: bool) {
        let number = if answered { &self.answered } else { &self.broken };
        number.fetch_add(1, Ordering::SeqCst);
    }

    /// Has a total be what was answered, or be more by no more than was broken.
    pub(crate) fn assert_counted(&self, total: u64) {
        let (answered, broken) = (self.answered(), self.broken());
        assert!(total >= answered, "{total} counted of {answered} answered");
        assert!(total - answered <= broken, "{total} of {answered}, with {broken} broken");
    }
}

/// After so many orders a connection is given up for another one, so that all threads of all processes
/// have some.
const KEPT: u32 = 25;

/// Sends orders until then, as fast as they are answered.
pub(crate) fn order(address: SocketAddr, sent: &Sent, until: Instant) {
    let mut agent = agent();
    let url = format!("http://{address}/deploy");
    for number in 1_u32.. {
        if Instant::now() >= until {
            break;
        }
        if number % KEPT == 0 {
            agent = tallymark_tests::agent();
        }
        let answer = agent.post(&url).content_type("application/json").send(ORDER);
        let whole = answer.and_then(|mut answer| {
            answer.body_mut().read_to_vec()?;
            Ok(answer.status().as_u16())
        });
        if let Ok(status) = whole {
            assert_eq!(status, 200);
        }
        sent.add(whole.is_ok());
    }
}
