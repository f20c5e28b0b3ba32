use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::exposition::decode;
use crate::process::{Process, wait_for};
use crate::protobuf::MetricFamily;
use crate::said::errors;

/// A process that counts as it is told: the program `counting` of this package.
#[derive(Debug)]
pub struct Counting(Link);

/// By which way it is told.
#[derive(Debug)]
enum Link {
    Started(Process),
    /// A copy that another one made of itself.
    Copied {
        stream: BufReader<UnixStream>,
        pid: Pid,
    },
}

/// How long it may take to say something.
const PATIENCE: Duration = Duration::from_secs(30);

impl Counting {
    /// Starts `env!("CARGO_BIN_EXE_counting")`, to count together with all that share the directory.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[must_use]
    pub fn start(program: &str, directory: &Path) -> Self {
        Self::start_as(Command::new(program).env("PROMETHEUS_MULTIPROC_DIR", directory))
    }

    /// Starts it as the command says, which may run it in something else.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[must_use]
    pub fn start_as(command: &mut Command) -> Self {
        Self(Link::Started(Process::start_with(command, Stdio::piped())))
    }

    /// Has it make a copy of itself, in its first thread or in another one.
    ///
    /// # Panics
    ///
    /// If there is none within half a minute.
    #[must_use]
    pub fn fork(&mut self, in_thread: bool) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let socket = folder.path().join("copy");
        let listener = UnixListener::bind(&socket).expect("a socket");
        listener.set_nonblocking(true).expect("a socket that does not wait");
        let how = if in_thread { " thread" } else { "" };
        let said = self.tell(&format!("fork {}{how}", socket.display()));
        let pid = said.trim().parse().ok().and_then(Pid::from_raw).expect("a number");
        let stream = wait_for("the copy", PATIENCE, || match listener.accept() {
            Ok((stream, _)) => Ok(stream),
            Err(error) => Err(error.to_string()),
        });
        stream.set_nonblocking(false).expect("a socket that waits");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket that does not wait for ever");
        Self(Link::Copied { stream: BufReader::new(stream), pid })
    }

    /// Has it do something; returns what it says.
    ///
    /// # Panics
    ///
    /// If it cannot.
    pub fn tell(&mut self, line: &str) -> String {
        self.ask(line).unwrap_or_else(|problem| panic!("{line}: {problem}"))
    }

    /// Has it do several things, one a line.
    ///
    /// # Panics
    ///
    /// If it cannot.
    pub fn tell_all(&mut self, lines: &str) {
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            self.tell(line);
        }
    }

    /// Has it do something; returns what it says.
    ///
    /// # Errors
    ///
    /// What it says to be wrong.
    ///
    /// # Panics
    ///
    /// If it says nothing within half a minute.
    pub fn ask(&mut self, line: &str) -> Result<String, String> {
        match &mut self.0 {
            Link::Started(process) => process.tell(line),
            Link::Copied { stream, .. } => {
                writeln!(stream.get_mut(), "{line}").expect("a copy that reads");
            }
        }
        let mut said = String::new();
        loop {
            let line = self.line();
            if line == "ok" {
                return Ok(said);
            }
            if let Some(problem) = line.strip_prefix("error ") {
                return Err(problem.to_owned());
            }
            said += &line;
            said.push('\n');
        }
    }

    fn line(&mut self) -> String {
        match &mut self.0 {
            Link::Started(process) => process.line(),
            Link::Copied { stream, .. } => {
                let mut line = String::new();
                let read = stream.read_line(&mut line).expect("a copy that answers");
                assert!(read > 0, "the copy has ended");
                line.trim_end_matches('\n').to_owned()
            }
        }
    }

    /// What it exposes, in the text format of Prometheus.
    ///
    /// # Panics
    ///
    /// If it exposes nothing.
    pub fn scrape(&mut self) -> String {
        self.tell("scrape")
    }

    /// What it exposes as protobuf.
    ///
    /// # Panics
    ///
    /// If it exposes nothing, or no families.
    pub fn scrape_protobuf(&mut self) -> Vec<MetricFamily> {
        let accept = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
                      encoding=delimited";
        let text = self.tell(&format!("scrape hexadecimal {accept}"));
        let digits = text.trim().as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).expect("digits");
            u8::from_str_radix(pair, 16).expect("a byte")
        });
        decode(&digits.collect::<Vec<_>>())
    }

    /// How much it says could not be counted together, for the reasons for which something was.
    ///
    /// # Panics
    ///
    /// If it does not say.
    pub fn errors(&mut self) -> Vec<(String, u64)> {
        errors(&self.scrape())
    }

    /// Kills it, and waits until it is gone.
    ///
    /// # Panics
    ///
    /// If it cannot be killed.
    pub fn kill(&mut self) {
        match &mut self.0 {
            Link::Started(process) => process.kill(),
            Link::Copied { pid, .. } => {
                kill_process(*pid, Signal::KILL).expect("a signal");
                wait_for_end(*pid);
            }
        }
    }

    /// Waits until it has ended by itself, and well.
    ///
    /// # Panics
    ///
    /// If it does not within a minute.
    pub fn end(&mut self) {
        match &mut self.0 {
            Link::Started(process) => assert!(process.wait().success()),
            Link::Copied { stream, pid } => {
                stream.get_mut().shutdown(std::net::Shutdown::Write).expect("a socket");
                wait_for_end(*pid);
            }
        }
    }

    /// The program, to be killed or waited for.
    ///
    /// # Panics
    ///
    /// If it is a copy.
    pub fn process(&mut self) -> &mut Process {
        match &mut self.0 {
            Link::Started(process) => process,
            Link::Copied { .. } => panic!("a copy is not this process's child"),
        }
    }

    /// Its number.
    #[must_use]
    pub fn id(&self) -> u32 {
        match &self.0 {
            Link::Started(process) => process.id(),
            Link::Copied { pid, .. } => pid.as_raw_nonzero().get().unsigned_abs(),
        }
    }

    /// What it logged so far.
    ///
    /// # Panics
    ///
    /// If it is a copy, whose log is that of the first one.
    #[must_use]
    pub fn log(&self) -> String {
        match &self.0 {
            Link::Started(process) => process.log(),
            Link::Copied { .. } => panic!("a copy has no log of its own"),
        }
    }
}

/// Waits until a process is nothing but a number that its parent has not asked for.
fn wait_for_end(pid: Pid) {
    wait_for("the end of a copy", PATIENCE, || {
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()))
        else {
            return Ok(());
        };
        let state = stat.rsplit_once(')').map_or("", |(_, rest)| rest.trim_start());
        if state.starts_with('Z') { Ok(()) } else { Err(stat) }
    });
}
