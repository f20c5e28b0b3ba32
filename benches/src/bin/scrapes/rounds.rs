use std::fmt::Write;
use std::time::Instant;

use crate::contestants::Contestant;

/// How often each has its turn. The machine drifts for all of them alike.
const ROUNDS: usize = 25;

/// Has all scrape in turn, after every so-many-th of their series was counted in; in nanoseconds a
/// series. Each does so twice in a turn: once with what the others left in the processor's caches, and
/// then with what it has there itself.
pub(crate) fn contest(series: usize, step: usize, mut all: Vec<Contestant>) -> String {
    // Few series are scraped several times in one turn, for the clock to see it.
    let times = (10_000 / series).max(1);
    let mut rounds: Vec<[Vec<f64>; 2]> = all.iter().map(|_| [Vec::new(), Vec::new()]).collect();
    for _ in 0..ROUNDS {
        for (contestant, rounds) in all.iter_mut().zip(&mut rounds) {
            for (rounds, times) in rounds.iter_mut().zip([1, times]) {
                let mut took = 0.0;
                for _ in 0..times {
                    contestant.count(step);
                    let start = Instant::now();
                    (contestant.scrape)();
                    took += start.elapsed().as_secs_f64();
                }
                rounds.push(took * 1e9 / as_float(times) / as_float(series));
            }
        }
    }
    let mut table =
        String::from("| | ns a series, median (least) | after the others |\n|---|---|---|\n");
    for (contestant, rounds) in all.into_iter().zip(rounds) {
        let [cold, warm] = rounds.map(|mut rounds| {
            rounds.sort_by(f64::total_cmp);
            (rounds[ROUNDS / 2], rounds[0])
        });
        let _ = writeln!(
            table,
            "| {} | {:.2} ({:.2}) | {:.2} ({:.2}) |",
            contestant.name, warm.0, warm.1, cold.0, cold.1
        );
    }
    table
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
pub(crate) fn as_float(number: usize) -> f64 {
    number as f64
}
