use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;

use crate::parent::{Parent, signal};
use crate::process::wait_for;
use crate::python::program;
use crate::service::Service;
use crate::shipped::shipped;

/// A real gunicorn with the app in Python that is shipped beside the example.
#[derive(Debug)]
pub struct Gunicorn {
    gunicorn: Parent,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Gunicorn {
    /// How many processes answer, by its configuration.
    pub const WORKERS: usize = 2;

    /// Starts it on a free port, with the directory that it counts in and the folder of the apps.
    ///
    /// # Panics
    ///
    /// If it is not there, which `tests/run` sees to, or does not start.
    #[must_use]
    pub fn start(directory: &Path, root: &Path) -> Self {
        let mut command = Command::new(program("gunicorn"));
        command.args(["--bind", "127.0.0.1:0", "--no-control-socket", "app:app"]);
        command.current_dir(shipped("python")).env("DEPLOY_ROOT", root);
        command.env("PROMETHEUS_MULTIPROC_DIR", directory).env("PYTHONDONTWRITEBYTECODE", "1");
        let gunicorn = Parent::start(&mut command);
        let address = wait_for("gunicorn to listen", Duration::from_secs(30), || {
            let log = gunicorn.log();
            let line = log.lines().find(|line| line.contains("Listening at: "));
            line.map(Service::address).ok_or(log)
        });
        let gunicorn = Self { gunicorn, address };
        let _ = gunicorn.all_but(None);
        gunicorn
    }

    /// Kills one of the processes that answer, and waits until there is another in its place.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn kill_one(&self) -> i32 {
        let killed = *self.gunicorn.children().first().expect("one that answers");
        signal(killed, Signal::KILL).expect("a signal");
        let _ = self.all_but(Some(killed));
        killed
    }

    /// As many as there are to be, without one that is gone.
    fn all_but(&self, gone: Option<i32>) -> BTreeSet<i32> {
        wait_for("all processes of gunicorn", Duration::from_secs(30), || {
            let workers = self.gunicorn.children();
            let all = workers.len() == Self::WORKERS;
            if all && gone.is_none_or(|gone| !workers.contains(&gone)) {
                Ok(workers)
            } else {
                Err(format!("{workers:?}; {}", self.gunicorn.log()))
            }
        })
    }

    /// Stops it, and with it the processes that answer.
    ///
    /// # Panics
    ///
    /// If one goes on, or it has not ended well.
    pub fn stop(mut self) {
        let status = self.gunicorn.stop();
        assert!(status.success(), "{status}; {}", self.gunicorn.log());
    }
}
