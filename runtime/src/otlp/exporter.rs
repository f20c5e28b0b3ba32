use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};

use super::Otlp;
use crate::delivery::PushError;

/// Pushes until it is stopped or dropped; [`Otlp::start`] makes it.
///
/// To stop takes no longer than two pushes may: one that is under way, and the last one.
#[derive(Debug)]
#[must_use = "it stops when it is dropped"]
pub struct Exporter {
    /// Nobody sends; it is closed to stop.
    running: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Exporter {
    pub(super) fn start(otlp: Otlp) -> Result<Self, PushError> {
        if otlp.disabled {
            return Ok(Self { running: None, thread: None });
        }
        let (running, stopped) = mpsc::channel::<()>();
        let thread = thread::Builder::new().name("tallymark-otlp".to_owned());
        let thread = thread.spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(otlp.interval) {
                push(&otlp);
            }
            push(&otlp);
        });
        let thread = thread.map_err(|error| PushError::Failed(error.to_string()))?;
        Ok(Self { running: Some(running), thread: Some(thread) })
    }

    /// Pushes a last time, and waits until it has.
    pub fn stop(self) {}
}

impl Drop for Exporter {
    fn drop(&mut self) {
        drop(self.running.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that pushes metrics panicked");
        }
    }
}

fn push(otlp: &Otlp) {
    if let Err(error) = otlp.push() {
        tracing::warn!("metrics were not pushed: {error}");
    }
}
