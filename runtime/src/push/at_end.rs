use std::time::Duration;

use super::Push;
use crate::delivery::PushError;

/// Pushes when it is dropped, at the end of a job; [`Push::at_end`] makes it.
///
/// It is dropped too where the job returns early with an error, and where it panics; but not by
/// [`std::process::exit`], by a signal, or in a program whose panics abort. What goes wrong then is
/// logged; [`finish`](Self::finish) returns it.
#[derive(Debug)]
#[must_use = "it pushes when it is dropped, which is at once if it has no name"]
pub struct AtEnd {
    push: Push,
    adds: bool,
    delete_after: Option<Duration>,
    done: bool,
}

impl AtEnd {
    pub(super) fn new(push: Push) -> Self {
        Self { push, adds: false, delete_after: None, done: false }
    }

    /// Pushes with [`add`](Push::add): other metrics of the group stay as they are.
    pub fn adding(mut self) -> Self {
        self.adds = true;
        self
    }

    /// Deletes the group so long after it was pushed, and waits for that: longer than two intervals
    /// at which Prometheus scrapes the gateway, or it may not have seen it.
    pub fn delete_after(mut self, wait: Duration) -> Self {
        self.delete_after = Some(wait);
        self
    }

    /// Pushes now, as the end of the job.
    ///
    /// # Errors
    ///
    /// Those of [`Push::push`].
    pub fn finish(mut self) -> Result<(), PushError> {
        self.done = true;
        self.end()
    }

    fn end(&self) -> Result<(), PushError> {
        if self.adds { self.push.add() } else { self.push.push() }?;
        if let Some(wait) = self.delete_after {
            std::thread::sleep(wait);
            self.push.delete()?;
        }
        Ok(())
    }
}

impl Drop for AtEnd {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        if let Err(error) = self.end() {
            tracing::error!("the metrics of a job that ended are lost: {error}");
        }
    }
}
