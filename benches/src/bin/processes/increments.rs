//! Increments of a process that counts alone, and of one that shares a directory.

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use tallymark::{Counter, Gauge, Histogram, counted};

use crate::cores::{cores, stay_on};
use crate::group::{Group, VARIABLES, myself};
use crate::reader;
use crate::times::Times;

/// How many processes of each kind have a turn.
const ROUNDS: usize = 15;

/// How often each way is measured in a process, of which the median is taken.
const PARTS: usize = 9;

/// How long a part should take.
const PART: Duration = Duration::from_millis(4);

static PLAIN: Counter = Counter::new("bench_plain_total", "Counted.", []);
static KEPT: Counter<1> = Counter::new("bench_kept_total", "Counted.", ["interface"]);
static LABELLED: Counter<1> = Counter::new("bench_labelled_total", "Counted.", ["app"]);
static SET: Gauge = Gauge::new("bench_set", "Set.", []);
static RISEN: Gauge = Gauge::new("bench_risen", "Counted.", []);
static SECONDS: Histogram = Histogram::new("bench_seconds", "Observed.", []);

#[counted(interface = "/deploy", name = "bench_site_total")]
#[inline(always)]
#[allow(clippy::inline_always, reason = "the increment is measured, not a call")]
fn site() {}

const WAYS: [&str; 7] = [
    "`#[counted]`",
    "`Counter`",
    "kept child",
    "`with`, one dynamic label",
    "gauge, `set`",
    "gauge, `inc`",
    "histogram, `observe`",
];

/// What is exposed of those ways whose counts stay when their process is gone.
const SAMPLES: [&str; 5] = [
    "bench_site_total{",
    "bench_plain_total ",
    "bench_kept_total{",
    "bench_labelled_total{",
    "bench_seconds_count ",
];

/// Repeats an expression so many times, each as if something depended on it.
macro_rules! repeat {
    ($work:expr) => {
        Box::new(move |times: u64| {
            for _ in 0..times {
                black_box($work);
            }
        })
    };
}

/// Prints the nanoseconds of each way.
#[allow(clippy::print_stdout, reason = "it is read from there")]
pub(crate) fn measure() {
    stay_on(*cores().last().expect("it runs on one"));
    let kept = KEPT.child(["/deploy"]);
    let ways: [Box<dyn Fn(u64)>; WAYS.len()] = [
        repeat!(site()),
        repeat!(PLAIN.inc()),
        repeat!(kept.inc()),
        repeat!(LABELLED.with([black_box("web-frontend")]).inc()),
        repeat!(SET.set(black_box(3.0))),
        repeat!(RISEN.inc()),
        repeat!(SECONDS.observe(black_box(0.3))),
    ];
    for way in ways {
        println!("{}", nanoseconds(&way));
    }
}

fn nanoseconds(way: &dyn Fn(u64)) -> f64 {
    let took = |times| {
        let start = Instant::now();
        way(times);
        start.elapsed()
    };
    let mut times = 1_000;
    while took(times) < PART {
        times *= 2;
    }
    let mut parts = Times::default();
    for _ in 0..PARTS {
        parts.add(took(times).as_secs_f64() * 1e9 / as_float(times));
    }
    parts.median()
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn as_float(times: u64) -> f64 {
    times as f64
}

pub(crate) fn table() -> String {
    // One that lives, so that what the others count is still there in the end.
    let group = Group::new(1, 0, 1);
    let mut alone: Vec<Times> = vec![Times::default(); WAYS.len()];
    let mut together = alone.clone();
    for round in 0..ROUNDS {
        // Who is first changes, as the machine's other load does.
        for second in [false, true] {
            if second == (round % 2 == 0) {
                turn(&mut together, Some(group.path()));
            } else {
                turn(&mut alone, None);
            }
        }
    }
    assert_eq!(group.files(), 1 + ROUNDS, "each that counts together has a file");
    let text = reader::text(group.path());
    for sample in SAMPLES {
        assert!(reader::values(&text, sample).sum::<u64>() > 0, "{sample} was counted together");
    }
    let mut table =
        String::from("| | alone, ns, median (least) | together | more |\n|---|---|---|---|\n");
    for ((way, alone), together) in WAYS.iter().zip(&alone).zip(&together) {
        let more = |alone: f64, together: f64| (together / alone - 1.0) * 100.0;
        let (median, least) =
            (more(alone.median(), together.median()), more(alone.least(), together.least()));
        let _ = writeln!(
            table,
            "| {way} | {alone:.3} | {together:.3} | {median:.1} % ({least:.1} %) |"
        );
    }
    table
}

/// Has one process measure all ways.
fn turn(all: &mut [Times], directory: Option<&Path>) {
    let mut command = myself();
    command.arg("turn").envs(directory.map(|path| (VARIABLES[0], path)));
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let took: Vec<f64> = text.lines().map(|line| line.parse().expect("nanoseconds")).collect();
    assert_eq!(took.len(), WAYS.len(), "every way was measured");
    for (times, took) in all.iter_mut().zip(took) {
        times.add(took);
    }
}
