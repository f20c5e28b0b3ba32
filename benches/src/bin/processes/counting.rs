//! A process that counts together with others.

use std::io::stdin;
use std::ops::Range;

use rustix::process::{Signal, getpid, kill_process};
use tallymark::Counter;

static COUNTER: Counter<1> =
    Counter::new("bench_together_total", "Counted.", ["app"]).max_series(100_000);

/// How much a process counts in one of its series each time; `collector.py` does it alike.
pub(crate) fn amount(process: usize, series: usize) -> u64 {
    1 + (process as u64 + series as u64) % 10
}

/// What some processes count in all of their series together, each time.
pub(crate) fn total(processes: Range<usize>, series: usize) -> u64 {
    processes.flat_map(|process| (0..series).map(move |at| amount(process, at))).sum()
}

fn count(process: usize, series: usize) {
    for at in 0..series {
        COUNTER.with([format!("app-{at:06}")]).inc_by(amount(process, at));
    }
}

/// Counts, and once more for every line that it is given, until there are no more.
#[allow(clippy::print_stdout, reason = "it says that it has counted")]
pub(crate) fn live(process: usize, series: usize) {
    count(process, series);
    println!("counted");
    for line in stdin().lines() {
        line.expect("text");
        count(process, series);
        println!("counted");
    }
}

/// Counts, and is killed.
pub(crate) fn die(process: usize, series: usize) -> ! {
    count(process, series);
    kill_process(getpid(), Signal::KILL).expect("a process may kill itself");
    unreachable!("it was killed")
}
