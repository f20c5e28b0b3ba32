use std::path::Path;
use std::process::{Command, Stdio};

use crate::process::Process;

/// A process that counts as it is told: the program `counting` of this package.
#[derive(Debug)]
pub struct Counting {
    process: Process,
}

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
        Self { process: Process::start_with(command, Stdio::piped()) }
    }

    /// Has it do something; returns what it says.
    ///
    /// # Panics
    ///
    /// If it cannot.
    pub fn tell(&mut self, line: &str) -> String {
        self.ask(line).unwrap_or_else(|problem| panic!("{line}: {problem}"))
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
        self.process.tell(line);
        let mut said = String::new();
        loop {
            let line = self.process.line();
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

    /// What it exposes, in the text format of Prometheus.
    ///
    /// # Panics
    ///
    /// If it exposes nothing.
    pub fn scrape(&mut self) -> String {
        self.tell("scrape")
    }

    /// The program, to be killed or waited for.
    pub const fn process(&mut self) -> &mut Process {
        &mut self.process
    }
}
