use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::process::Process;

/// How long one is waited for: longer than any of them waits for its own.
const PATIENCE: Duration = Duration::from_secs(40);

/// A program that has others run, and is to end them: it is asked to stop when this is dropped, and they
/// are all killed if it does not.
#[derive(Debug)]
pub(crate) struct Parent(Process);

impl Parent {
    /// Starts the program.
    ///
    /// # Panics
    ///
    /// If it cannot be started: what a test needs must be installed.
    #[must_use]
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(Process::start(command))
    }

    /// The ids of those that it has run now.
    #[must_use]
    pub(crate) fn children(&self) -> BTreeSet<i32> {
        self.0.children()
    }

    /// What it wrote to standard error so far.
    #[must_use]
    pub(crate) fn log(&self) -> String {
        self.0.log()
    }

    /// Asks it to stop, and waits until it has, and those that it had run with it.
    ///
    /// # Panics
    ///
    /// If one of them goes on.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        let children = self.children();
        let status = self.0.terminate();
        let left: Vec<_> = children.into_iter().filter(|id| is_there(*id)).collect();
        assert!(left.is_empty(), "{left:?} go on");
        status
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        let children = self.children();
        if self.0.stop_within(PATIENCE).is_none() {
            // First, or it would have others run in their place.
            self.0.kill();
            for child in children {
                // It may have ended by itself.
                let _ = signal(child, Signal::KILL);
            }
        }
    }
}

fn is_there(id: i32) -> bool {
    fs::exists(format!("/proc/{id}")).expect("/proc is there")
}

/// Sends a signal to a process by its id.
///
/// # Errors
///
/// If there is none.
pub(crate) fn signal(id: i32, signal: Signal) -> std::io::Result<()> {
    let id = Pid::from_raw(id).ok_or(std::io::ErrorKind::InvalidInput)?;
    Ok(kill_process(id, signal)?)
}
