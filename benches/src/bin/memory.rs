//! What the cells of many threads take in memory: `memory` prints a table, for which it runs itself
//! once for each line of it.

use std::process::Command;
use std::sync::{Barrier, LazyLock};

use tallymark::{Counter, CounterChild};

use crate::resident::resident;

#[path = "../resident.rs"]
mod resident;

const THREADS: usize = 500;
const SERIES: usize = 100_000;

/// How often each thread counts in its series. Once would show too little: what a thread wrote while
/// its table was still too small has gone to the threads after it, until it writes there again.
const PASSES: usize = 3;

/// How often each line is measured, of which the table has the median.
const ROUNDS: usize = 5;

static COUNTER: Counter<1> = Counter::new("memory_total", "Counted.", ["app"]).max_series(SERIES);

static PROMETHEUS: LazyLock<prometheus::IntCounterVec> = LazyLock::new(|| {
    prometheus::register_int_counter_vec!("memory_prometheus_total", "Counted.", &["app"])
        .expect("a valid metric")
});

/// Which series a thread counts in.
type Choice = fn(thread: usize) -> Box<dyn Iterator<Item = usize>>;

fn none(_thread: usize) -> Box<dyn Iterator<Item = usize>> {
    Box::new(std::iter::empty())
}

/// Ten, each far from the others: no two of them are in one page.
fn ten_apart(thread: usize) -> Box<dyn Iterator<Item = usize>> {
    Box::new((0..10).map(move |number| number * (SERIES / 10) + thread * 7))
}

fn ten_together(thread: usize) -> Box<dyn Iterator<Item = usize>> {
    Box::new((0..10).map(move |number| thread * 10 + number))
}

fn all(_thread: usize) -> Box<dyn Iterator<Item = usize>> {
    Box::new(0..SERIES)
}

/// How the series are made and counted in.
#[derive(Clone, Copy)]
enum Kind {
    /// Not at all.
    None,
    Kept,
    ByValue,
    Prometheus,
}

/// The lines of the table, each measured in a process of its own, and the line that it is more than.
const LINES: [(&str, Kind, Choice, usize); 9] = [
    ("500 threads that do nothing", Kind::None, none, 0),
    ("100,000 series of tallymark", Kind::Kept, none, 0),
    ("each thread counts in 10 of them, far apart", Kind::Kept, ten_apart, 1),
    ("each thread counts in 10 of them, side by side", Kind::Kept, ten_together, 1),
    ("each thread counts in all of them", Kind::Kept, all, 1),
    ("each thread finds 10 of them by value, far apart", Kind::ByValue, ten_apart, 1),
    ("each thread finds all of them by value", Kind::ByValue, all, 1),
    ("100,000 series of prometheus", Kind::Prometheus, none, 0),
    ("each thread counts in all of them", Kind::Prometheus, all, 7),
];

fn value(series: usize) -> String {
    format!("app-{series}")
}

/// What is resident once all threads have counted, in KiB.
fn measure(kind: Kind, choice: Choice) -> u64 {
    let series = || (0..SERIES).map(value);
    let mut kept: Vec<CounterChild> = Vec::new();
    let mut peers = Vec::new();
    match kind {
        Kind::None => {}
        Kind::Kept | Kind::ByValue => kept = series().map(|app| COUNTER.child([app])).collect(),
        Kind::Prometheus => {
            peers = series().map(|app| PROMETHEUS.with_label_values(&[&app])).collect();
        }
    }
    let count = |series: usize| match kind {
        Kind::None => {}
        Kind::Kept => kept[series].inc(),
        Kind::ByValue => COUNTER.with([value(series)]).inc(),
        Kind::Prometheus => peers[series].inc(),
    };
    // All threads are alive when it is read: one that has ended leaves its cells to the next.
    let (counted, read) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (counted, read, count) = (&counted, &read, &count);
            scope.spawn(move || {
                for _ in 0..PASSES {
                    choice(thread).for_each(count);
                }
                counted.wait();
                read.wait();
            });
        }
        counted.wait();
        let resident = resident();
        read.wait();
        resident
    })
}

/// The median of some processes that measure that line, in KiB.
fn run(line: usize) -> u64 {
    let program = std::env::current_exe().expect("it has a name");
    let mut rounds: Vec<u64> = (0..ROUNDS)
        .map(|_| {
            let output = Command::new(&program).arg(line.to_string()).output().expect("it runs");
            assert!(output.status.success(), "line {line} failed");
            let text = String::from_utf8_lossy(&output.stdout);
            text.trim().parse().expect("a number of KiB")
        })
        .collect();
    rounds.sort_unstable();
    rounds[ROUNDS / 2]
}

#[allow(clippy::print_stdout, reason = "it prints its table")]
fn main() {
    if let Some(line) = std::env::args().nth(1) {
        let (_, kind, choice, _) = LINES[line.parse::<usize>().expect("the number of a line")];
        println!("{}", measure(kind, choice));
        return;
    }
    let resident: Vec<u64> = (0..LINES.len()).map(run).collect();
    println!("| | resident, MiB | more than | by MiB | by KiB a thread |");
    println!("|---|---|---|---|---|");
    for (at, (name, _, _, base)) in LINES.iter().enumerate() {
        let more = mebibytes(resident[at]) - mebibytes(resident[*base]);
        let each = more * 1024.0 / mebibytes(THREADS as u64 * 1024);
        let all = mebibytes(resident[at]);
        println!("| {}. {name} | {all:.1} | {}. | {more:.1} | {each:.2} |", at + 1, base + 1);
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}
