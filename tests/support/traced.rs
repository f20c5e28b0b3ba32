use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::process::{Process, wait_for};

/// The calls of the system by which anything is done to files; those with a mark are not everywhere.
const CALLS: &str = "?open,openat,?fstat,?newfstatat,flock,pread64,pwrite64,getdents64,fallocate,mmap,\
                     ?renameat,?renameat2,unlinkat,close";

/// A call of the system that a program has made.
#[derive(Clone, Debug)]
pub struct Call {
    /// Such as `openat`.
    pub name: String,
    /// How many of that name there were, with this one.
    pub number: usize,
    /// As `strace` shows it.
    pub shown: String,
}

/// A program that runs under `strace`, which may do something to it at one of its calls.
#[derive(Debug)]
pub struct Traced {
    process: Process,
    log: TempDir,
}

impl Traced {
    /// Starts it, with a file as its standard input; at such calls what strace(1) calls an injection is
    /// done.
    ///
    /// # Panics
    ///
    /// If `strace` is not installed, which `tests/run` sees to.
    #[must_use]
    pub fn start(command: &Command, input: Stdio, injections: &[String]) -> Self {
        let log = TempDir::new().expect("a folder");
        let mut strace = Command::new("strace");
        // Beside the program, which so is a child of this process.
        strace.args(["-D", "-e", &format!("trace={CALLS}"), "-o"]).arg(log.path().join("calls"));
        for injection in injections {
            strace.args(["-e", &format!("inject={injection}")]);
        }
        strace.arg(command.get_program()).args(command.get_args());
        let variables = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
        strace.envs(variables);
        // No core where it is killed, and nobody else's terminal.
        strace.process_group(0);
        Self { process: Process::start_with(&mut strace, input), log }
    }

    /// What `strace` has shown so far.
    fn shown(&self) -> String {
        fs::read_to_string(self.log.path().join("calls")).unwrap_or_default()
    }

    /// Waits until it has stopped, as an injected signal has it do.
    ///
    /// # Panics
    ///
    /// If it has not within half a minute.
    pub fn wait_for_stop(&self) {
        self.wait_to_see("--- stopped by ");
    }

    /// Has it go on.
    ///
    /// # Panics
    ///
    /// If it is gone.
    pub fn go_on(&self) {
        let id = i32::try_from(self.process.id()).ok().and_then(rustix::process::Pid::from_raw);
        let id = id.expect("the id of a process");
        rustix::process::kill_process(id, rustix::process::Signal::CONT).expect("a signal");
    }

    /// Waits until it has ended; returns how, and what it printed.
    ///
    /// # Panics
    ///
    /// If it has not within a minute.
    pub fn wait(&mut self) -> (ExitStatus, String) {
        let status = self.process.wait();
        (status, self.process.rest())
    }

    /// The calls that it made since the first one that names the directory, when it has ended.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[must_use]
    pub fn calls(&self, directory: &Path) -> Vec<Call> {
        self.wait_to_see("+++ exited with ");
        let directory = format!("{:?}", directory.to_str().expect("text"));
        let mut calls: Vec<Call> = Vec::new();
        for line in self.shown().lines() {
            let Some((name, _)) = line.split_once('(') else { continue };
            let number = 1 + calls.iter().filter(|call| call.name == name).count();
            calls.push(Call { name: name.to_owned(), number, shown: line.to_owned() });
        }
        let first = calls.iter().position(|call| call.shown.contains(&directory));
        calls.split_off(first.expect("the program has to do with the directory"))
    }

    fn wait_to_see(&self, what: &str) {
        wait_for(what, Duration::from_secs(30), || {
            let shown = self.shown();
            if shown.contains(what) { Ok(()) } else { Err(shown) }
        });
    }
}
