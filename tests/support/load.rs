use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use crate::workers::exchange;

/// A little time for everybody else, and for the ports of connections that are over.
const PAUSE: Duration = Duration::from_millis(1);

/// Clients that send one request all the time, each on a connection of its own, until this is stopped or
/// dropped.
#[derive(Debug)]
pub struct Load {
    clients: Vec<JoinHandle<()>>,
    sent: Arc<Sent>,
}

/// What came of the requests.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub(crate) stopped: AtomicBool,
    received: AtomicU64,
    broken: Mutex<Vec<String>>,
}

impl Load {
    /// A request for the release `1.4.2` of the app `web`.
    pub const DEPLOY: &str = "POST /deploy HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\
                              Content-Type: application/json\r\nContent-Length: 31\r\n\r\n\
                              {\"app\":\"web\",\"version\":\"1.4.2\"}";

    /// Starts so many clients.
    #[must_use]
    pub fn start(clients: usize, address: SocketAddr, request: &'static str) -> Self {
        let sent = Arc::<Sent>::default();
        let client = |_| {
            let sent = Arc::clone(&sent);
            thread::spawn(move || sent.send(address, request))
        };
        Self { clients: (0..clients).map(client).collect(), sent: Arc::clone(&sent) }
    }

    pub(crate) fn sent(&self) -> Arc<Sent> {
        Arc::clone(&self.sent)
    }

    /// Stops the clients: how many requests were answered, and what was said of each of the others.
    ///
    /// # Panics
    ///
    /// If there was another answer than that it was done.
    #[must_use]
    pub fn stop(mut self) -> (u64, Vec<String>) {
        self.sent.stopped.store(true, Ordering::Relaxed);
        for client in self.clients.drain(..) {
            client.join().expect("no wrong answer");
        }
        let broken = self.sent.broken.lock().expect("no client panicked").clone();
        (self.sent.received(), broken)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.sent.stopped.store(true, Ordering::Relaxed);
    }
}

impl Sent {
    fn send(&self, address: SocketAddr, request: &str) {
        while !self.stopped.load(Ordering::Relaxed) {
            match exchange(address, request) {
                Ok((status, text)) => {
                    assert_eq!(status, 200, "{text}");
                    self.received.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => {
                    let problem = failure(&error);
                    self.broken.lock().expect("no client panicked").push(problem);
                }
            }
            thread::sleep(PAUSE);
        }
    }

    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}

/// When it was, as logs have it, and what.
pub(crate) fn failure(error: &std::io::Error) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("at {:.3}: {error} ({:?})", now.as_secs_f64(), error.kind())
}
