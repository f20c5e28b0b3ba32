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

/// By how much memory may grow from the first to the last round, in KiB, and by how many times what the
/// growth is uncertain by, since a round ends at any moment of a scrape.
const ROOM: f64 = 1_024.0;
const UNCERTAIN: f64 = 3.0;

impl Memory {
    /// Sees to it that none of it grows; says by how much it does.
    pub(crate) fn assert_flat(rounds: &[Self]) -> String {
        let of = |name: &str, value: fn(&Self) -> u64| {
            let values: Vec<u64> = rounds.iter().map(value).collect();
            let Growth { by, error } = Growth::of(&values);
            let text = format!("{name} {by:+.0} KiB (± {error:.0})");
            assert!(by < ROOM || by < UNCERTAIN * error, "{text} over {values:?}");
            text
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

/// By how much values grow from the first to the last one, on the straight line that fits them best, and
/// the standard error of that.
struct Growth {
    by: f64,
    error: f64,
}

impl Growth {
    #[expect(clippy::cast_precision_loss, reason = "far fewer than that")]
    fn of(values: &[u64]) -> Self {
        let count = values.len() as f64;
        let middle = (count - 1.0) / 2.0;
        let mean = values.iter().sum::<u64>() as f64 / count;
        let points = || {
            let values = values.iter().map(|value| *value as f64 - mean);
            (0..).map(|x: u32| f64::from(x) - middle).zip(values)
        };
        let covariance: f64 = points().map(|(x, value)| x * value).sum();
        let variance: f64 = points().map(|(x, _)| x * x).sum();
        let slope = covariance / variance;
        let rest: f64 = points().map(|(x, value)| (value - slope * x).powi(2)).sum();
        let error = (rest / (count - 2.0) / variance).sqrt();
        Self { by: slope * (count - 1.0), error: error * (count - 1.0) }
    }
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
