use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use crate::parent::Parent;
use crate::process::{free_address, wait_for};
use crate::service::{Profile, Releases, Service};
use crate::shipped::{replaced, shipped};
use crate::user::user;

/// What is to be known to a supervisord that does nothing else.
const MAIN: &str = "\
[supervisord]
nodaemon=true
logfile=%(here)s/supervisord.log
pidfile=%(here)s/supervisord.pid
childlogdir=%(here)s
[unix_http_server]
file=%(here)s/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://%(here)s/supervisor.sock
[include]
files=deploy-rollback.conf
";

/// A real supervisord that keeps the example running by the configuration that is shipped with it.
#[derive(Debug)]
pub struct Supervisor {
    /// Ends before the folders go.
    supervisord: Parent,
    folder: TempDir,
    directory: TempDir,
    address: SocketAddr,
    _releases: Releases,
}

impl Supervisor {
    /// How many processes there are by the configuration.
    pub const PROCESSES: usize = 3;

    /// Starts it, and waits until all processes run.
    ///
    /// # Panics
    ///
    /// If it is not installed, or they do not.
    #[must_use]
    pub fn start() -> Self {
        // What each does is not said, or nobody would find what went wrong.
        Self::with("warn", &[])
    }

    /// Starts it with something else in place of some lines, and processes that log from such a level on.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does, or if those lines are not there.
    #[must_use]
    pub fn with(level: &str, instead: &[(&str, &str)]) -> Self {
        let releases = Releases::new();
        releases.add("web", "1.4.2");
        let folder = TempDir::new().expect("a temporary folder");
        let directory = TempDir::new_in("/dev/shm").expect("a folder in memory");
        let address = free_address();
        let program = Service::command(Profile::Release).get_program().to_owned();
        let replacements = [
            ("127.0.0.1:8080", address.to_string()),
            ("/usr/local/bin/deploy-rollback", text(program.as_ref())),
            ("--root /srv/deploy", format!("--root {}", text(releases.path()))),
            ("/run/deploy-rollback/metrics", text(&metrics(&directory))),
            ("user=deploy-rollback", format!("user={}", user())),
            ("/var/log/supervisor", text(folder.path())),
        ];
        let replacements = replacements.each_ref().map(|(from, to)| (*from, &**to));
        let replacements = [&replacements, instead].concat();
        let service = replaced(&shipped("supervisor/deploy-rollback.conf"), &replacements);
        let write = |name, text: &str| fs::write(folder.path().join(name), text).expect(name);
        write("deploy-rollback.conf", &service);
        write("supervisord.conf", MAIN);
        let mut command = Command::new("supervisord");
        command.arg("--configuration").arg(folder.path().join("supervisord.conf"));
        let supervisord = Parent::start(command.env("RUST_LOG", level));
        let supervisor = Self { supervisord, folder, directory, address, _releases: releases };
        wait_for("all processes to run", Duration::from_secs(30), || {
            supervisor.control(&["status"]).map_err(|said| format!("{said}{}", supervisor.log()))
        });
        supervisor
    }

    /// Has `supervisorctl` do something, and returns what it says of it.
    ///
    /// # Errors
    ///
    /// What it says, if it does not.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    pub fn control(&self, arguments: &[&str]) -> Result<String, String> {
        // It waits as long as supervisord does not answer.
        let mut command = Command::new("timeout");
        command
            .args(["60", "supervisorctl", "--configuration"])
            .arg(self.folder.path().join("supervisord.conf"));
        let output = command.args(arguments).output().expect("a program of every system");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(said);
        }
        let problem = String::from_utf8_lossy(&output.stderr);
        Err(format!("{}: {said}{problem}", output.status))
    }

    /// The ids of the processes, in their order.
    ///
    /// # Panics
    ///
    /// If one does not run.
    #[must_use]
    pub fn ids(&self) -> [i32; Self::PROCESSES] {
        std::array::from_fn(|process| {
            let id = self.control(&["pid", &name(process)]).expect("the id of a process");
            id.trim().parse().expect("a number")
        })
    }

    /// The same in no order, at the price of reading a file.
    #[must_use]
    pub fn children(&self) -> BTreeSet<i32> {
        self.supervisord.children()
    }

    /// Restarts one of the processes, and waits until it runs.
    ///
    /// # Panics
    ///
    /// If it does not.
    pub fn restart(&self, process: usize) {
        let name = name(process);
        let said = self.control(&["restart", &name]).expect("it restarts");
        assert_eq!(said, format!("{name}: stopped\n{name}: started\n"));
    }

    /// Where the processes listen.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where they count together.
    #[must_use]
    pub fn directory(&self) -> PathBuf {
        metrics(&self.directory)
    }

    /// What supervisord and the processes wrote to their logs so far.
    ///
    /// # Panics
    ///
    /// If they cannot be read.
    #[must_use]
    pub fn log(&self) -> String {
        let files = fs::read_dir(self.folder.path()).expect("a folder");
        let mut files: Vec<_> = files.map(|file| file.expect("a name").path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "log"));
        files.sort();
        let text = |file| fs::read_to_string(file).expect("a readable log");
        files.iter().map(text).chain([self.supervisord.log()]).collect()
    }

    /// The logs of one of the processes by their names: the one that it writes now, and those before it.
    ///
    /// # Panics
    ///
    /// If they cannot be read.
    #[must_use]
    pub fn logs(&self, process: usize) -> BTreeMap<String, String> {
        let start = format!("deploy-rollback-{process}.log");
        let files = fs::read_dir(self.folder.path()).expect("a folder");
        let names = files.map(|file| file.expect("a name").file_name());
        let names = names.map(|name| name.into_string().expect("text"));
        let logs = names.filter(|name| name.starts_with(&start));
        // One that has been given the next name since is among the others.
        logs.filter_map(|name| Some((name.clone(), self.text(&name)?))).collect()
    }

    fn text(&self, name: &str) -> Option<String> {
        match fs::read_to_string(self.folder.path().join(name)) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => panic!("{name}: {error}"),
        }
    }

    /// Stops it, and with it the processes.
    ///
    /// # Panics
    ///
    /// If one goes on, or it has not ended well.
    pub fn stop(mut self) {
        let status = self.supervisord.stop();
        assert!(status.success(), "{status}; {}", self.log());
    }
}

fn name(process: usize) -> String {
    format!("deploy-rollback:deploy-rollback-{process}")
}

fn metrics(directory: &TempDir) -> PathBuf {
    directory.path().join("metrics")
}

fn text(path: &Path) -> String {
    path.to_str().expect("a path that is text").to_owned()
}
