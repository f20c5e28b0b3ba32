use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tallymark_tests::{Answer, agent};

/// Requests at a known rate, until it is dropped.
pub(crate) struct Pace {
    stopped: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
}

impl Pace {
    /// So many requests per second to an interface, each when it is due, whether it is answered or not.
    pub(crate) fn start(address: SocketAddr, path: &str, body: &'static str, rate: u32) -> Self {
        let (stopped, sent) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let (until, count) = (Arc::clone(&stopped), Arc::clone(&sent));
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
                    count.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        Self { stopped, sent }
    }

    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Drop for Pace {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}
