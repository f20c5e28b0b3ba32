use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;

/// A program that runs while the test does, and is killed when this is dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    /// Of its standard output; behind a lock, so that threads of a test can share the program.
    lines: Mutex<Receiver<String>>,
    folder: TempDir,
}

impl Process {
    /// Starts the program.
    ///
    /// # Panics
    ///
    /// If it cannot be started: what a test needs must be installed.
    #[must_use]
    pub fn start(command: &mut Command) -> Self {
        Self::start_with(command, Stdio::null())
    }

    /// Starts the program with something as its standard input.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does.
    #[must_use]
    pub fn start_with(command: &mut Command, input: Stdio) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let folder = TempDir::new().expect("a temporary folder");
        let log = File::create(folder.path().join("log")).expect("a log file");
        let mut child = command
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        let stdout = BufReader::new(child.stdout.take().expect("standard output is piped"));
        let (sender, lines) = mpsc::channel();
        // Ends with the program's output.
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { name, child, lines: Mutex::new(lines), folder }
    }

    /// The next line of its standard output.
    ///
    /// # Panics
    ///
    /// If there is none within half a minute.
    #[must_use]
    pub fn line(&self) -> String {
        let lines = self.lines.lock().expect("no reader panicked");
        lines.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|error| {
            panic!("{} printed no line ({error}); its log:\n{}", self.name, self.log())
        })
    }

    /// All further lines of its standard output, up to its end.
    ///
    /// # Panics
    ///
    /// As [`line`](Self::line) does, if it goes on for longer.
    #[must_use]
    pub(crate) fn rest(&self) -> String {
        let lines = self.lines.lock().expect("no reader panicked");
        let mut rest = String::new();
        loop {
            match lines.recv_timeout(Duration::from_secs(30)) {
                Ok(line) => rest += &(line + "\n"),
                Err(RecvTimeoutError::Disconnected) => return rest,
                Err(error) => panic!("{} goes on ({error}); its log:\n{}", self.name, self.log()),
            }
        }
    }

    /// Writes a line to its standard input, which must be piped.
    ///
    /// # Panics
    ///
    /// If it does not read it.
    pub fn tell(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().expect("standard input is piped");
        writeln!(input, "{line}").unwrap_or_else(|error| {
            panic!("{} does not read on ({error}); its log:\n{}", self.name, self.log())
        });
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it wrote to standard error so far.
    ///
    /// # Panics
    ///
    /// If its log cannot be read.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).expect("a readable log")
    }

    /// Asks it to stop, as a supervisor does, and waits until it has.
    ///
    /// # Panics
    ///
    /// If it has not stopped within a minute.
    #[cfg(unix)]
    pub fn terminate(&mut self) -> ExitStatus {
        let stopped = self.stop_within(Duration::from_secs(60));
        stopped.unwrap_or_else(|| panic!("{} does not stop; its log:\n{}", self.name, self.log()))
    }

    /// Asks it to stop and waits for it; `None` if it still runs then.
    #[cfg(unix)]
    pub(crate) fn stop_within(&mut self, within: Duration) -> Option<ExitStatus> {
        let ended = |child: &mut Child| child.try_wait().expect("a child of this process");
        let before = ended(&mut self.child);
        if before.is_some() {
            return before;
        }
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("a signal");
        let deadline = Instant::now() + within;
        while Instant::now() < deadline {
            thread::sleep(Duration::from_millis(50));
            if let Some(status) = ended(&mut self.child) {
                return Some(status);
            }
        }
        None
    }

    /// The ids of the processes that it has run now.
    #[cfg(target_os = "linux")]
    pub(crate) fn children(&self) -> BTreeSet<i32> {
        let id = self.child.id();
        // Of its first thread. There is none if it is gone, and they are nobody's.
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"));
        let children = children.unwrap_or_default();
        children.split_whitespace().map(|id| id.parse().expect("the id of a process")).collect()
    }

    /// Kills it, and waits until it is gone.
    ///
    /// # Panics
    ///
    /// If it cannot be killed.
    pub fn kill(&mut self) {
        self.child.kill().expect("a signal");
        self.child.wait().expect("a child of this process");
    }

    /// Waits until it has stopped.
    ///
    /// # Panics
    ///
    /// If it has not stopped within a minute.
    pub fn wait(&mut self) -> ExitStatus {
        // One that reads on as long as there is somebody to write.
        drop(self.child.stdin.take());
        wait_for("the program to stop", Duration::from_secs(60), || {
            self.child.try_wait().expect("a child of this process").ok_or_else(|| "it runs".into())
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            let log = self.log();
            let tail: Vec<_> = log.lines().rev().take(40).collect();
            let tail: Vec<_> = tail.into_iter().rev().collect();
            #[expect(clippy::print_stderr, reason = "shown with the failure of the test")]
            {
                eprintln!("--- end of the log of {} ---\n{}", self.name, tail.join("\n"));
            }
        }
    }
}

/// Runs a program to its end, with a text for its standard input.
///
/// # Panics
///
/// If it cannot be started, or does not read all of it.
#[must_use]
pub fn feed(command: &mut Command, input: &str) -> Output {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| {
        panic!("cannot start {name}: {error}; tests/run installs what the tests need")
    });
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_owned();
    // Beside reading what it prints, for which it may not wait.
    let writer = thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    // Why it did not read on, it may have said.
    let said = String::from_utf8_lossy(&output.stderr);
    let written = writer.join().expect("no panic");
    assert!(written.is_ok(), "{name} did not read all of it: {written:?}; {said}");
    output
}

/// An address of this machine at which nothing listens.
///
/// # Panics
///
/// If no port is free.
#[must_use]
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("the address that was bound")
}

/// Seconds since 1970.
///
/// # Panics
///
/// If it is before that.
#[must_use]
pub fn now() -> f64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.expect("a time after 1970").as_secs_f64()
}

/// Asks until the answer is there.
///
/// # Panics
///
/// If it is not there within the time.
pub fn wait_for<T>(what: &str, within: Duration, mut ask: impl FnMut() -> Result<T, String>) -> T {
    let deadline = Instant::now() + within;
    let mut pause = Duration::from_millis(1);
    loop {
        match ask() {
            Ok(answer) => return answer,
            Err(problem) if Instant::now() > deadline => {
                panic!("waited {within:?} for {what}: {problem}")
            }
            Err(_) => {
                thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(50));
            }
        }
    }
}
