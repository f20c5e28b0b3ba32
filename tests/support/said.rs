//! What a process that counts as it is told says of that, and of what went wrong.

use std::path::Path;

use crate::counting::Counting;
use crate::exposition::{Syntax, read_text, values};

/// What an exposition says could not be counted together, by the reasons for which something was.
///
/// # Panics
///
/// If it does not say.
#[must_use]
pub fn errors(exposition: &str) -> Vec<(String, u64)> {
    let name = "tallymark_multiprocess_errors_total{reason=\"";
    let all = exposition.lines().filter_map(|line| {
        let (reason, rest) = line.strip_prefix(name)?.split_once('"')?;
        let (_, count) = rest.split_once("} ")?;
        Some((reason.to_owned(), count.parse().expect("a count")))
    });
    let all: Vec<_> = all.collect();
    assert!(!all.is_empty(), "no errors, not even at 0, in {exposition}");
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// What an exposition says of the metrics that a process was told of: its samples, line by line.
///
/// # Panics
///
/// If it is not as the text format has to be.
#[must_use]
pub fn told(exposition: &str) -> Vec<&str> {
    // Whatever a reader of them would stumble on.
    drop(values(&read_text(exposition, Syntax::Text)));
    let others = ["#", "process_", "request_processing_", "tallymark_"];
    let lines = exposition.lines();
    lines.filter(|line| !others.iter().any(|other| line.starts_with(other))).collect()
}

/// Asks the processes, and one that reads the directory and counts nothing, what they were told of: all
/// say this, line by line.
///
/// # Panics
///
/// If one of them says something else.
#[track_caller]
pub fn all_say(directory: &Path, processes: &mut [&mut Counting], expected: &[&str]) {
    for process in processes {
        let text = process.scrape();
        assert_eq!(told(&text), expected, "{}", process.id());
    }
    let text = tallymark::multiprocess::of_directory(directory).gather_text();
    assert_eq!(told(&text), expected, "of the directory");
}
