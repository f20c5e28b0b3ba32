//! Processes that share a directory.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use crate::counting::total;

/// By which a process is told of the directory.
pub(crate) const VARIABLES: [&str; 2] = ["PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir"];

/// How many are started at once.
const AT_ONCE: usize = 8;

const KILL: i32 = rustix::process::Signal::KILL.as_raw();

/// A directory, those that live by it, and what all that ever counted there come to.
#[derive(Debug)]
pub(crate) struct Group {
    // Before the directory: whoever lives must not find it gone.
    living: Vec<Living>,
    directory: TempDir,
    pub(crate) series: usize,
    pub(crate) dead: usize,
    /// What the living count each time.
    each: u64,
    pub(crate) total: u64,
}

/// A process that counts when it is told to.
#[derive(Debug)]
pub(crate) struct Living {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Group {
    /// Starts the living, of which each has counted, and then those that are dead when this is done.
    pub(crate) fn new(living: usize, dead: usize, series: usize) -> Self {
        let directory = TempDir::new_in("/dev/shm").expect("a folder in memory");
        let mut group = Self { living: Vec::new(), directory, series, dead, each: 0, total: 0 };
        for first in (0..living).step_by(AT_ONCE) {
            let numbers = first..living.min(first + AT_ONCE);
            let started: Vec<_> = numbers.clone().map(|process| group.start(process)).collect();
            group.living.extend(started);
            group.living[numbers].iter_mut().for_each(Living::has_counted);
        }
        for first in (living..living + dead).step_by(AT_ONCE) {
            let numbers = first..(living + dead).min(first + AT_ONCE);
            let dying: Vec<_> = numbers.map(|process| group.kill(process)).collect();
            for mut child in dying {
                let status = child.wait().expect("a child of this process");
                assert_eq!(status.signal(), Some(KILL), "it is killed when it has counted");
            }
        }
        group.each = total(0..living, series);
        group.total = total(0..living + dead, series);
        let files = group.files();
        assert_eq!(files, living + dead, "each process leaves a file");
        group
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// How many files of processes there are.
    pub(crate) fn files(&self) -> usize {
        let entries = std::fs::read_dir(self.path()).expect("the directory is there");
        let names = entries.map(|entry| entry.expect("an entry").file_name());
        names.filter(|name| name.to_string_lossy().starts_with("process-")).count()
    }

    /// Has all that live count once more.
    pub(crate) fn count(&mut self) {
        for living in &mut self.living {
            living.stdin.write_all(b"\n").expect("it lives");
        }
        self.living.iter_mut().for_each(Living::has_counted);
        self.total += self.each;
    }

    fn start(&self, process: usize) -> Living {
        let mut command = self.command("live", process);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("it starts");
        let stdin = child.stdin.take().expect("piped");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        Living { child, stdin, stdout }
    }

    fn kill(&self, process: usize) -> Child {
        let mut command = self.command("die", process);
        command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("it starts")
    }

    fn command(&self, what: &str, process: usize) -> Command {
        let mut command = myself();
        command.arg(what).args([process, self.series].map(|number| number.to_string()));
        command.env(VARIABLES[0], self.path());
        command
    }
}

/// This program once more.
pub(crate) fn myself() -> Command {
    Command::new(std::env::current_exe().expect("it has a name"))
}

impl Living {
    fn has_counted(&mut self) {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("text");
        assert_eq!(line, "counted\n", "a process has ended that should live");
    }
}

impl Drop for Living {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
