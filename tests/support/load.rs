use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use crate::connection::Connection;

/// A little time for everybody else, and for the ports of connections that are over.
const PAUSE: Duration = Duration::from_millis(1);

/// Clients that send one request all the time, until this is stopped or dropped.
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

    /// The same, on a connection that goes on.
    pub const DEPLOY_ON: &str = "POST /deploy HTTP/1.1\r\nHost: test\r\n\
                                 Content-Type: application/json\r\nContent-Length: 31\r\n\r\n\
                                 {\"app\":\"web\",\"version\":\"1.4.2\"}";

    /// Starts so many clients. A request that asks for the end of its connection has one of its own.
    #[must_use]
    pub fn start(clients: usize, address: SocketAddr, request: &'static str) -> Self {
        Self::with_pauses(&vec![PAUSE; clients], address, request)
    }

    /// Starts a client for each of the pauses, which it makes after each answer.
    #[must_use]
    pub fn with_pauses(pauses: &[Duration], address: SocketAddr, request: &'static str) -> Self {
        let sent = Arc::<Sent>::default();
        let client = |pause: &Duration| {
            let (sent, pause) = (Arc::clone(&sent), *pause);
            thread::spawn(move || sent.send(address, request, pause))
        };
        Self { clients: pauses.iter().map(client).collect(), sent: Arc::clone(&sent) }
    }

    /// How many requests were answered so far.
    #[must_use]
    pub fn answered(&self) -> u64 {
        self.sent.received()
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
    fn send(&self, address: SocketAddr, request: &str, pause: Duration) {
        let mut kept = None;
        while !self.stopped.load(Ordering::Relaxed) {
            match exchange(&mut kept, address, request) {
                Ok((status, text)) => {
                    assert_eq!(status, 200, "{text}");
                    self.received.fetch_add(1, Ordering::Relaxed);
                }
                Err(error) => self.fail(&error),
            }
            if let Some(ended) = kept.take_if(|connection| connection.ends())
                && let Err(error) = ended.read_end()
            {
                self.fail(&error);
            }
            thread::sleep(pause);
        }
    }

    fn fail(&self, error: &io::Error) {
        self.broken.lock().expect("no client panicked").push(failure(error));
    }

    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }
}

/// Sends a request on the connection that is kept, or on a new one, which is kept unless that fails.
fn exchange(
    kept: &mut Option<Connection>,
    address: SocketAddr,
    request: &str,
) -> io::Result<(u16, String)> {
    let mut connection = match kept.take() {
        Some(connection) => connection,
        None => Connection::open(address)?,
    };
    let answer = connection.exchange(request)?;
    *kept = Some(connection);
    Ok(answer)
}

/// When it was, as logs have it, and what.
pub(crate) fn failure(error: &io::Error) -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("at {:.3}: {error} ({:?})", now.as_secs_f64(), error.kind())
}
