use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tallymark_tests::{Answer, agent};

/// Requests at a rate, until it is dropped.
pub(crate) struct Pace {
    stopped: Arc<AtomicBool>,
    /// When each was answered.
    sent: Arc<Mutex<Vec<f64>>>,
}

impl Pace {
    /// So many requests per second to an interface, each when it is due or as soon as it can be.
    pub(crate) fn start(address: SocketAddr, path: &str, body: &'static str, rate: u32) -> Self {
        let (stopped, sent) = (Arc::<AtomicBool>::default(), Arc::<Mutex<Vec<f64>>>::default());
        let (until, answered) = (Arc::clone(&stopped), Arc::clone(&sent));
        let url = format!("http://{address}{path}");
        thread::spawn(move || {
            let agent = agent();
            let begun = Instant::now();
            for number in 1.. {
                let due = begun + Duration::from_secs(1) * number / rate;
                thread::sleep(due.saturating_duration_since(Instant::now()));
                if until.load(Ordering::Relaxed) {
                    break;
                }
                let answer = agent.post(&url).content_type("application/json").send(body);
                if answer.map(|answer| Answer::read(Ok(answer))).is_ok() {
                    answered.lock().unwrap_or_else(PoisonError::into_inner).push(now());
                }
            }
        });
        Self { stopped, sent }
    }

    /// How many were answered after one time and up to another, both in seconds since 1970.
    pub(crate) fn sent(&self, after: f64, until: f64) -> f64 {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let among = sent.iter().filter(|time| **time > after && **time <= until);
        among.map(|_| 1.0).sum()
    }
}

impl Drop for Pace {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

/// In seconds since 1970.
pub(crate) fn now() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.expect("a time after 1970").as_secs_f64()
}
