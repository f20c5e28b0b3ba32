use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::process::now;
use crate::service::{Answer, agent};

/// Requests that are sent to an instance at steady rates, until this is stopped or dropped.
#[derive(Debug)]
pub struct Paced {
    sender: Option<JoinHandle<Vec<Request>>>,
    stopped: Arc<AtomicBool>,
}

/// A request that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Which interface it was sent to.
    pub interface: &'static str,
    /// When, in seconds since 1970.
    pub at: f64,
}

impl Paced {
    /// Starts it, with how many requests of each interface there are in each second. Those that roll
    /// back may not be more, since each of them needs one that deploys.
    ///
    /// # Panics
    ///
    /// If they are more.
    #[must_use]
    pub fn start(address: SocketAddr, deploys: u32, rollbacks: u32) -> Self {
        assert!(0 < rollbacks && rollbacks <= deploys);
        let stopped = Arc::<AtomicBool>::default();
        let until = Arc::clone(&stopped);
        let sender = thread::spawn(move || send(address, deploys, rollbacks, &until));
        Self { sender: Some(sender), stopped }
    }

    /// Stops it: what was sent.
    ///
    /// # Panics
    ///
    /// If there was another answer than that it was done.
    #[must_use]
    pub fn stop(mut self) -> Vec<Request> {
        self.stopped.store(true, Ordering::Relaxed);
        self.sender.take().expect("it is stopped once").join().expect("no wrong answer")
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

fn send(address: SocketAddr, deploys: u32, rollbacks: u32, stopped: &AtomicBool) -> Vec<Request> {
    let agent = agent();
    let mut sent = Vec::new();
    let mut post = |interface| {
        // Whichever of the two is sent, the other version is live then.
        let body = match interface {
            "/rollback" => r#"{"app":"web"}"#.to_owned(),
            _ => format!(r#"{{"app":"web","version":"1.4.{}"}}"#, 1 + sent.len() % 2),
        };
        let request = agent.post(format!("http://{address}{interface}"));
        let answer = Answer::read(request.content_type("application/json").send(body));
        assert_eq!(answer.status, 200, "{}", answer.text);
        sent.push(Request { interface, at: now() });
    };
    // The second one is the first that can be rolled back.
    post("/deploy");
    post("/deploy");
    let began = Instant::now();
    let pause = Duration::from_secs(1) / (deploys + rollbacks);
    let mut due = Duration::ZERO;
    let mut behind = 0;
    while !stopped.load(Ordering::Relaxed) {
        thread::sleep(due.saturating_sub(began.elapsed()));
        due += pause;
        // As evenly as it can be: a rollback as soon as there have to be more of them.
        behind += rollbacks;
        if behind >= deploys + rollbacks {
            behind -= deploys + rollbacks;
            post("/rollback");
        } else {
            post("/deploy");
        }
    }
    sent
}
