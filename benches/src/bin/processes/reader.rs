//! Scrapes of what processes count together, by one that counts nothing.

use std::path::Path;
use std::time::Instant;

use tallymark::Registry;
use tallymark::multiprocess::of_directory;

use crate::group::Group;

#[derive(Debug)]
pub(crate) struct Reader(Registry);

impl Reader {
    /// Makes one and scrapes for the first time; in seconds.
    pub(crate) fn first(group: &Group) -> (Self, f64) {
        let start = Instant::now();
        let registry = of_directory(group.path());
        let text = registry.gather_text();
        let took = start.elapsed().as_secs_f64();
        check(&text, group);
        (Self(registry), took)
    }

    /// Scrapes; in seconds.
    pub(crate) fn scrape(&self, group: &Group) -> f64 {
        let start = Instant::now();
        let text = self.0.gather_text();
        let took = start.elapsed().as_secs_f64();
        check(&text, group);
        took
    }
}

/// What a directory holds, as text.
pub(crate) fn text(path: &Path) -> String {
    of_directory(path).gather_text()
}

/// A scrape that leaves somebody out is fast, and worth nothing.
fn check(text: &str, group: &Group) {
    let counted: Vec<u64> = values(text, "bench_together_total{").collect();
    assert_eq!(counted.len(), group.series, "all series are exposed");
    assert_eq!(counted.iter().sum::<u64>(), group.total, "all that was counted is in the totals");
    let errors: u64 = values(text, "tallymark_multiprocess_errors_total{").sum();
    assert_eq!(errors, 0, "nothing went wrong: {text}");
}

/// The numbers behind the names that begin so.
pub(crate) fn values(text: &str, beginning: &str) -> impl Iterator<Item = u64> {
    let lines = text.lines().filter(move |line| line.starts_with(beginning));
    lines.map(|line| {
        let number = line.rsplit(' ').next().and_then(|number| number.parse().ok());
        number.expect("a count")
    })
}
