//! Scrapes of what several threads count.

use std::fmt::Write;
use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Instant;

use tallymark::{Exposition, ScrapeRequest};

use crate::MANY;
use crate::contestants::Ours;
use crate::cores::{cores, stay_on};
use crate::rounds::as_float;

const THREADS: usize = 64;
const ROUNDS: usize = 15;

/// By how many series each thread has counted in.
pub(crate) fn many() -> String {
    let mut table =
        String::from("| each of 64 threads counts in | ns a series | ns a cell |\n|---|---|---|\n");
    for (name, counts_in) in [("none", 0), ("1,500, each in others", 1_500), ("all", MANY)] {
        let ours = Ours::new("tallymark", MANY);
        let (counted, read) = (Barrier::new(THREADS + 1), Barrier::new(THREADS + 1));
        let took = thread::scope(|scope| {
            for number in 0..THREADS {
                let (counted, read, children) = (&counted, &read, &ours.children);
                scope.spawn(move || {
                    for at in 0..counts_in {
                        children[(number * counts_in + at) % MANY].inc();
                    }
                    counted.wait();
                    read.wait();
                });
            }
            counted.wait();
            let exposition = Exposition::new().registry(ours.registry.clone());
            let request = ScrapeRequest::new("GET", None, []);
            let mut rounds: Vec<f64> = (0..=ROUNDS)
                .map(|_| {
                    let start = Instant::now();
                    black_box(exposition.answer(&request).into_body().len());
                    start.elapsed().as_secs_f64() * 1e9
                })
                .collect();
            read.wait();
            rounds.sort_by(f64::total_cmp);
            rounds[ROUNDS / 2]
        });
        let cells = as_float(MANY + THREADS * counts_in);
        let _ = writeln!(table, "| {name} | {:.2} | {:.2} |", took / as_float(MANY), took / cells);
    }
    table
}

/// Increments on one core while the other scrapes, and while it does something else.
pub(crate) fn beside() -> String {
    let ours = Ours::new("tallymark", MANY);
    let exposition = Exposition::new().registry(ours.registry.clone());
    let request = ScrapeRequest::new("GET", None, []);
    let cores = cores();
    let others: [&(dyn Fn() + Sync); 2] = [
        &|| {
            let mut number = 1_u64;
            for _ in 0..100_000 {
                number = black_box(number.wrapping_mul(6_364_136_223_846_793_005).rotate_left(7));
            }
        },
        &|| {
            // One in a hundred changes between two scrapes.
            for child in ours.children.iter().step_by(100) {
                child.inc();
            }
            black_box(exposition.answer(&request).into_body().len());
        },
    ];
    let mut rounds: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (other, rounds) in others.iter().zip(&mut rounds) {
            rounds.push(increments(&ours, &cores, *other));
        }
    }
    let medians = rounds.map(|mut rounds| {
        rounds.sort_by(f64::total_cmp);
        rounds[ROUNDS / 2]
    });
    let [unrelated, scraped] = medians;
    format!(
        "| the other core | ns an increment, median |\n|---|---|\n| multiplies | {unrelated:.3} |\n\
         | scrapes | {scraped:.3}, {:.1} % more |\n",
        (scraped / unrelated - 1.0) * 100.0
    )
}

/// Nanoseconds of an increment, of ten series in turn, while another thread is busy.
fn increments(ours: &Ours, cores: &[usize], other: &(dyn Fn() + Sync)) -> f64 {
    const TIMES: usize = 2_000_000;
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let stop = &stop;
        scope.spawn(move || {
            stay_on(cores[cores.len() - 1]);
            while !stop.load(Ordering::Relaxed) {
                other();
            }
        });
        let counting = scope.spawn(move || {
            stay_on(cores[0]);
            let count = |times: usize| {
                for time in 0..times / 10 {
                    for child in black_box(&ours.children[..10]) {
                        child.inc();
                    }
                    black_box(time);
                }
            };
            count(TIMES / 10);
            let start = Instant::now();
            count(TIMES);
            start.elapsed().as_secs_f64() * 1e9 / as_float(TIMES)
        });
        let took = counting.join().expect("no panic");
        stop.store(true, Ordering::Relaxed);
        took
    })
}
