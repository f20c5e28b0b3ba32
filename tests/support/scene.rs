//! A directory that processes share, with metrics of which is known what they come to.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tallymark::{Exposition, ScrapeRequest};
use tempfile::TempDir;

use crate::counting::Counting;
use crate::exposition;
use crate::program::program;

const PROTOBUF: &[u8] = b"application/vnd.google.protobuf;\
                          proto=io.prometheus.client.MetricFamily;encoding=delimited";

/// A directory that processes share, which can be had again as it was.
#[derive(Debug)]
pub struct Scene {
    program: &'static str,
    folder: TempDir,
    /// What each process does first.
    commands: String,
    kept: Vec<(String, Vec<u8>)>,
}

/// One metric of each kind, and what one process counts in them: sums are exact in any order.
const COMMANDS: [&str; 9] = [
    "declare counter shared_jobs_total label=queue",
    "declare float_counter shared_seconds_total",
    "declare histogram shared_size buckets=1,4",
    "declare histogram shared_wait native buckets=1",
    "declare summary shared_length",
    "record shared_seconds_total 0.25",
    "record shared_size 2.5",
    "record shared_wait 0.5",
    "record shared_length 8",
];

/// What a reader exposes of processes of [`Scene`], for as many of them and so many jobs.
#[must_use]
pub fn exposed(processes: u32, jobs: u32) -> BTreeSet<String> {
    let count = f64::from(processes);
    let lines = format!(
        "shared_jobs_total{{queue=\"mail\"}} {jobs}\n\
         shared_seconds_total {}\n\
         shared_size_bucket{{le=\"1.0\"}} 0\n\
         shared_size_bucket{{le=\"4.0\"}} {processes}\n\
         shared_size_bucket{{le=\"+Inf\"}} {processes}\n\
         shared_size_sum {}\n\
         shared_size_count {processes}\n\
         shared_wait_bucket{{le=\"1.0\"}} {processes}\n\
         shared_wait_bucket{{le=\"+Inf\"}} {processes}\n\
         shared_wait_sum {}\n\
         shared_wait_count {processes}\n\
         shared_length_sum {}\n\
         shared_length_count {processes}\n",
        0.25 * count,
        2.5 * count,
        0.5 * count,
        8.0 * count,
    );
    lines.lines().map(str::to_owned).collect()
}

/// What an exposition says of them.
#[must_use]
pub fn shared(exposition: &str) -> BTreeSet<String> {
    let lines = exposition.lines().filter(|line| line.starts_with("shared_"));
    lines.map(str::to_owned).collect()
}

impl Scene {
    /// A directory for processes that are `env!("CARGO_BIN_EXE_counting")`.
    ///
    /// # Panics
    ///
    /// If there can be no temporary folder.
    #[must_use]
    pub fn new(program: &'static str) -> Self {
        let folder = TempDir::new().expect("a folder");
        Self { program, folder, commands: COMMANDS.join("\n"), kept: Vec::new() }
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a process that has counted so many jobs.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[must_use]
    pub fn start(&self, jobs: u32) -> Counting {
        let mut process = Counting::start(self.program, self.path());
        for command in self.commands.lines() {
            process.tell(command);
        }
        process.tell(&format!("record shared_jobs_total {jobs} mail"));
        process
    }

    /// Has a process count so many jobs, and killed.
    pub fn count_and_die(&self, jobs: u32) {
        self.start(jobs).process().kill();
    }

    /// Such a process, to be started otherwise, and what it reads.
    ///
    /// # Panics
    ///
    /// If there can be no temporary file.
    #[must_use]
    pub fn command(&self, jobs: u32) -> (Command, Stdio) {
        let mut command = Command::new(self.program);
        command.env("PROMETHEUS_MULTIPROC_DIR", self.path());
        let path = self.path().with_extension("input");
        let mut input = File::create(&path).expect("a file");
        let (commands, jobs) = (&self.commands, format!("record shared_jobs_total {jobs} mail"));
        writeln!(input, "{commands}\n{jobs}").expect("a file that is written");
        let input = File::open(&path).expect("the file");
        fs::remove_file(path).expect("the file");
        (command, input.into())
    }

    /// The program `tallymark`, built first where it is not, to print what is in the directory.
    ///
    /// # Panics
    ///
    /// If it does not build.
    #[must_use]
    pub fn collect(&self) -> Command {
        let mut command = program();
        command.arg("collect").arg(self.path());
        command
    }

    /// What a reader exposes that knows nothing yet, which folds if there is something to be folded.
    ///
    /// # Panics
    ///
    /// If native buckets hold other counts than the text has.
    #[must_use]
    pub fn read(&self) -> BTreeSet<String> {
        let registry = tallymark::multiprocess::of_directory(self.path());
        let lines = shared(&registry.gather_text());
        let headers = [("accept", PROTOBUF)];
        let request = ScrapeRequest::new("GET", None, headers);
        let answer = Exposition::new().registry(registry).answer(&request);
        let families = exposition::decode(&answer.into_body().into_bytes());
        let waits = families.iter().filter(|family| family.name() == "shared_wait");
        let histograms = waits.flat_map(|family| &family.metric).map(|metric| &metric.histogram);
        for histogram in histograms {
            let [none, buckets] = exposition::native_buckets(histogram.as_ref().expect("one"));
            let count: u64 = buckets.iter().map(|(_, count)| count).sum();
            assert!(none.is_empty() && buckets.len() < 2, "{none:?} {buckets:?}");
            assert!(lines.contains(&format!("shared_wait_count {count}")), "{buckets:?} {lines:?}");
        }
        lines
    }

    /// The names of what is in the directory, of processes each `process`.
    ///
    /// # Panics
    ///
    /// If it cannot be read.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).expect("the directory");
        let names = entries.map(|entry| {
            let name = entry.expect("an entry").file_name();
            let name = name.into_string().expect("text");
            if name.starts_with("process-") { "process".to_owned() } else { name }
        });
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    }

    /// Keeps what is there now.
    ///
    /// # Panics
    ///
    /// If it cannot be read.
    pub fn keep(&mut self) {
        let entries = fs::read_dir(self.path()).expect("the directory");
        let files = entries.map(|entry| {
            let entry = entry.expect("an entry");
            let name = entry.file_name().into_string().expect("text");
            (name, fs::read(entry.path()).expect("a file"))
        });
        self.kept = files.collect();
    }

    /// Has what is kept there once more, and nothing else. Files that are there stay the same ones,
    /// since processes may have them open.
    ///
    /// # Panics
    ///
    /// If something cannot be written or removed.
    pub fn restore(&self) {
        for entry in fs::read_dir(self.path()).expect("the directory") {
            let entry = entry.expect("an entry");
            let name = entry.file_name();
            if !self.kept.iter().any(|(kept, _)| **kept == *name) {
                fs::remove_file(entry.path()).expect("a file");
            }
        }
        for (name, content) in &self.kept {
            let path = self.path().join(name);
            if fs::read(&path).ok().as_ref() != Some(content) {
                fs::write(path, content).expect("a file that is written");
            }
        }
    }
}
