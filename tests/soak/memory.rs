use std::fmt;
use std::fs;

/// What there is of memory at the end of a round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Of the process that lives for as long as the test, resident: all, and without what it shares.
    pub(crate) resident: u64,
    pub(crate) anonymous: u64,
    /// Of the one that is attacked, which was started in this round.
    pub(crate) attacked: u64,
    /// In the directory.
    pub(crate) files: usize,
    pub(crate) bytes: u64,
    /// What a scrape answers.
    pub(crate) scrape: usize,
}

/// By how much memory may grow from the first to the last round, in KiB.
const ROOM: f64 = 1_024.0;

impl Memory {
    /// Sees to it that none of it grows; says by how much it does.
    pub(crate) fn assert_flat(rounds: &[Self]) -> String {
        let of = |name: &str, value: fn(&Self) -> u64| {
            let values: Vec<u64> = rounds.iter().map(value).collect();
            let grown = growth(&values);
            assert!(grown < ROOM, "{name} grows by {grown:.0} KiB over {values:?}");
            format!("{name} {grown:+.0} KiB")
        };
        let grown = [
            of("resident", |memory| memory.resident),
            of("anonymous", |memory| memory.anonymous),
            of("attacked", |memory| memory.attacked),
            of("directory", |memory| memory.bytes / 1_024),
            of("scrape", |memory| memory.scrape as u64 / 1_024),
        ];
        for memory in rounds {
            // Those of the processes, the archive and the locks.
            assert!(memory.files <= 9, "{memory}");
        }
        format!("over {} rounds, by the slope: {}", rounds.len(), grown.join(", "))
    }
}

/// By how much values grow from the first to the last one, on the straight line that fits them best.
#[expect(clippy::cast_precision_loss, reason = "far fewer than that")]
fn growth(values: &[u64]) -> f64 {
    let count = values.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let mean = values.iter().sum::<u64>() as f64 / count;
    let points = || (0..).map(|x: u32| f64::from(x) - middle).zip(values);
    let covariance: f64 = points().map(|(x, value)| x * (*value as f64 - mean)).sum();
    let variance: f64 = points().map(|(x, _)| x * x).sum();
    covariance / variance * (count - 1.0)
}

/// A line of `/proc/PID/status`, in KiB.
pub(crate) fn status(process: u32, name: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let size = line.and_then(|line| line.trim().strip_suffix(" kB")).expect(name);
    size.parse().expect("a size")
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "resident {} KiB ({} of its own), attacked {} KiB, {} files of {} KiB, scrape {} KiB",
            self.resident,
            self.anonymous,
            self.attacked,
            self.files,
            self.bytes / 1_024,
            self.scrape / 1_024
        )
    }
}
