use std::fmt::Write;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use crate::cores::{cores, stay_on};

/// One question, and those who answer it in turn.
pub(crate) struct Contest {
    pub(crate) title: &'static str,
    contestants: Vec<(&'static str, Work)>,
}

/// Does its work so many times; called by several threads at once.
type Work = Box<dyn Fn(u64) + Sync>;

/// How often each has its turn. The machine drifts for all of them alike.
const ROUNDS: usize = 25;

/// How long a turn should take.
const TURN: Duration = Duration::from_millis(8);

/// The threads that work at once, in the columns of the table: one, and one for every core.
fn columns() -> [usize; 2] {
    [1, cores().len()]
}

impl Contest {
    pub(crate) fn new(title: &'static str) -> Self {
        Self { title, contestants: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, work: impl Fn(u64) + Sync + 'static) -> Self {
        self.contestants.push((name, Box::new(work)));
        self
    }

    /// Measures all, and shows the median and the least of the rounds for each, in nanoseconds of a
    /// thread's time for each repetition.
    pub(crate) fn run(self) -> String {
        let mut table = format!("### {}\n\n| |", self.title);
        for threads in columns() {
            let plural = if threads == 1 { "" } else { "s" };
            let _ = write!(table, " {threads} thread{plural}, median (least) |");
        }
        table.push_str("\n|---|---|---|\n");
        let columns = columns().map(|threads| self.measure(threads));
        for (at, (name, _)) in self.contestants.iter().enumerate() {
            let _ = write!(table, "| {name} |");
            for column in &columns {
                let (median, least) = column[at];
                let _ = write!(table, " {median:.2} ({least:.2}) |");
            }
            table.push('\n');
        }
        table
    }

    fn measure(&self, threads: usize) -> Vec<(f64, f64)> {
        let works = || self.contestants.iter().map(|(_, work)| work);
        let repetitions: Vec<_> = works().map(|work| repetitions(work, threads)).collect();
        let mut rounds: Vec<Vec<f64>> = vec![Vec::new(); self.contestants.len()];
        for _ in 0..ROUNDS {
            for ((work, times), rounds) in works().zip(&repetitions).zip(&mut rounds) {
                rounds.push(nanoseconds(work, *times, threads));
            }
        }
        let summary = rounds.iter_mut().map(|rounds| {
            rounds.sort_by(f64::total_cmp);
            (rounds[ROUNDS / 2], rounds[0])
        });
        summary.collect()
    }
}

/// How often the work is to be done for a turn of the wanted length.
fn repetitions(work: &Work, threads: usize) -> u64 {
    let mut times = 1_000;
    loop {
        let took = nanoseconds(work, times, threads) * 1e-9 * as_float(times);
        if took >= TURN.as_secs_f64() {
            return times;
        }
        times *= 2;
    }
}

/// The time that a repetition takes, on the average of the threads that work at once.
fn nanoseconds(work: &Work, times: u64, threads: usize) -> f64 {
    let barrier = Barrier::new(threads);
    let turn = &|core| {
        stay_on(core);
        // The thread has its cells, and its caches are warm.
        work(1_000);
        barrier.wait();
        let start = Instant::now();
        work(times);
        start.elapsed().as_secs_f64()
    };
    let all: f64 = std::thread::scope(|scope| {
        let cores = cores().into_iter().take(threads);
        let spawned: Vec<_> = cores.map(|core| scope.spawn(move || turn(core))).collect();
        spawned.into_iter().map(|thread| thread.join().expect("no contestant panics")).sum()
    });
    #[expect(clippy::cast_precision_loss, reason = "a few threads")]
    let average = all / threads as f64;
    average * 1e9 / as_float(times)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn as_float(times: u64) -> f64 {
    times as f64
}

/// Repeats an expression so many times, each as if something depended on it.
macro_rules! repeat {
    ($work:expr) => {
        move |times: u64| {
            for _ in 0..times {
                ::std::hint::black_box($work);
            }
        }
    };
}

pub(crate) use repeat;
