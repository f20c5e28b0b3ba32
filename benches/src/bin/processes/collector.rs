//! Python's client, which reads files of its own that say the same.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use crate::counting::total;

const SCRIPT: &str = include_str!("collector.py");

#[derive(Debug)]
pub(crate) struct Collector {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    series: usize,
    total: u64,
    _directory: TempDir,
}

impl Collector {
    /// Has it make the files of so many processes.
    pub(crate) fn start(processes: usize, series: usize) -> Self {
        let directory = TempDir::new_in("/dev/shm").expect("a folder in memory");
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/python/bin/python");
        let mut command = Command::new(&python);
        command.args(["-c", SCRIPT]).arg(directory.path());
        command.args([processes, series].map(|number| number.to_string()));
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
                panic!("cannot start {}: {error}; tests/run installs it", python.display())
            });
        let stdin = child.stdin.take().expect("piped");
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let total = total(0..processes, series);
        let mut collector = Self { child, stdin, stdout, series, total, _directory: directory };
        assert_eq!(collector.line(), "made\n", "Python failed; above is why");
        collector
    }

    /// Scrapes; in seconds, as it measured them itself.
    pub(crate) fn scrape(&mut self) -> f64 {
        self.stdin.write_all(b"\n").expect("it runs");
        let line = self.line();
        let [took, series, total] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("Python said {line:?}")
        };
        assert_eq!(series, self.series.to_string(), "all series are exposed");
        assert_eq!(total, self.total.to_string(), "all that was counted is in the totals");
        took.parse().expect("seconds")
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("text");
        line
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
