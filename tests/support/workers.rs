use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::connection::Connection;
use crate::process::Process;
use crate::service::{Profile, Releases, Service};

/// The example in several processes, on one socket that is the test's.
#[derive(Debug)]
pub struct Workers {
    program: PathBuf,
    arguments: Vec<String>,
    socket: TcpListener,
    /// What they deploy.
    pub releases: Releases,
    /// Where they count together, unless it is another's.
    folder: Option<TempDir>,
    directory: PathBuf,
    processes: Vec<Process>,
}

impl Workers {
    /// Starts so many processes, which count together in a directory that is in memory.
    ///
    /// # Panics
    ///
    /// If they do not start.
    #[must_use]
    pub fn start(profile: Profile, processes: usize) -> Self {
        Self::start_with(profile, processes, &[])
    }

    /// Starts so many processes, with further arguments.
    ///
    /// # Panics
    ///
    /// If they do not start.
    #[must_use]
    pub fn start_with(profile: Profile, processes: usize, arguments: &[&str]) -> Self {
        let folder = TempDir::new_in("/dev/shm").expect("a folder in memory");
        let directory = folder.path().join("metrics");
        let mut workers = Self::start_in(directory, profile, processes, arguments);
        workers.folder = Some(folder);
        workers
    }

    /// Starts so many processes, which count together in that directory, with further arguments.
    ///
    /// # Panics
    ///
    /// If they do not start.
    #[must_use]
    pub fn start_in(
        directory: PathBuf,
        profile: Profile,
        processes: usize,
        arguments: &[&str],
    ) -> Self {
        let releases = Releases::new();
        releases.add("web", "1.4.1");
        releases.add("web", "1.4.2");
        let mut workers = Self {
            program: Service::command(profile).get_program().into(),
            arguments: arguments.iter().copied().map(str::to_owned).collect(),
            socket: TcpListener::bind("127.0.0.1:0").expect("a free port"),
            releases,
            folder: None,
            directory,
            processes: Vec::new(),
        };
        workers.start_all(processes);
        workers
    }

    fn start_all(&mut self, processes: usize) {
        self.processes = (0..processes).map(|_| self.start_one()).collect();
        for process in &self.processes {
            let _ = process.line();
        }
    }

    fn start_one(&self) -> Process {
        let mut command = Command::new(&self.program);
        command.args(["serve", "--listen", "fd:0", "--workers", "2", "--root"]);
        // What each does is not said, or nobody would find what went wrong.
        command.arg(self.releases.path()).args(&self.arguments).env("RUST_LOG", "warn");
        command.env("PROMETHEUS_MULTIPROC_DIR", &self.directory);
        let socket = self.socket.try_clone().expect("a copy of the socket");
        Process::start_with(&mut command, Stdio::from(OwnedFd::from(socket)))
    }

    /// Kills one of them, and starts another in its place, which may take its time.
    pub fn replace(&mut self, worker: usize) {
        self.kill(worker);
        let started = self.start_one();
        self.processes[worker] = started;
    }

    /// Kills one of them, which [`replace`](Self::replace) then has a place for.
    pub fn kill(&mut self, worker: usize) {
        self.processes[worker].kill();
    }

    /// The number of one of them.
    #[must_use]
    pub fn id(&self, worker: usize) -> u32 {
        self.processes[worker].id()
    }

    /// Has all of them stop, and as many start when none is left.
    ///
    /// # Panics
    ///
    /// If they do not.
    pub fn begin_anew(&mut self) {
        for process in &mut self.processes {
            let status = process.terminate();
            assert!(status.success(), "{status}; {}", process.log());
        }
        self.start_all(self.processes.len());
    }

    /// Where they listen.
    ///
    /// # Panics
    ///
    /// If the socket is none.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.socket.local_addr().expect("a socket that listens")
    }

    /// The folder in memory with the directory `metrics`, in which they count together.
    ///
    /// # Panics
    ///
    /// If they do so in a directory of somebody else's.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.folder.as_ref().expect("a folder of their own").path()
    }
}

/// Sends a request on a connection of its own and reads the answer, status and body, to its end.
///
/// # Errors
///
/// If there is no whole answer, since the process behind it is gone.
pub fn exchange(address: SocketAddr, request: &str) -> io::Result<(u16, String)> {
    Connection::open(address)?.exchange(request)
}
