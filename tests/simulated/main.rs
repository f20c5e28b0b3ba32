//! What an engine takes that scrapes many instances:
//!
//! `simulated prometheus|victoria-metrics SECONDS INTERVAL INSTANCES…` serves so many instances of 200
//! series each, has a real engine scrape them at the interval for so long, and prints a line of a table
//! for each number of instances.

mod engine;
mod instance;
mod readings;
mod served;

use std::io::{self, Write as _};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::engine::Engine;
use crate::instance::SERIES;
use crate::readings::Readings;

const USAGE: &str = "simulated prometheus|victoria-metrics SECONDS INTERVAL INSTANCES…";

const HEAD: &str = "\
| instances | series | samples/s | resident, MiB | more than idle, KiB a series | on disk, bytes a sample \
| a scrape, ms, mean (longest) | scrapes missed | cores | instances: resident, MiB |
|---|---|---|---|---|---|---|---|---|---|";

fn main() {
    tallymark::limit_series(usize::MAX);
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [engine, seconds, interval, instances @ ..] = &arguments[..] else { panic!("{USAGE}") };
    let number = |text: &String| text.parse::<u16>().unwrap_or_else(|_| panic!("{text}; {USAGE}"));
    let (seconds, interval) = (number(seconds), number(interval));
    say(HEAD);
    for instances in instances.iter().map(number) {
        say(&measure(engine, seconds, interval, instances));
    }
}

/// A line of the table.
fn measure(engine: &str, seconds: u16, interval: u16, instances: u16) -> String {
    let addresses = served::serve(instances);
    let folder = TempDir::new().expect("a temporary folder");
    let configuration = engine::configuration(&addresses, interval, folder.path());
    let engine = Engine::start(engine, &configuration);
    let idle = Readings::of(engine.address());
    // All are asked once before it counts, and have their series.
    thread::sleep(Duration::from_secs((2 * interval).into()));
    let (first, began) = (Readings::of(engine.address()), Instant::now());
    thread::sleep(Duration::from_secs(seconds.into()));
    let (last, took) = (Readings::of(engine.address()), began.elapsed().as_secs_f64());

    // To count them all is itself a burden; the engine adds some of its own for each instance.
    let series = engine.now("sum(scrape_samples_scraped)") + 5.0 * f64::from(instances);
    let samples = (last.samples - first.samples) / took;
    let [mean, longest] = ["avg(avg", "max(max"].map(|aggregate| {
        1000.0 * engine.now(&format!("{aggregate}_over_time(scrape_duration_seconds[{seconds}s]))"))
    });
    let up = engine.now(&format!("sum(sum_over_time(up[{seconds}s]))"));
    let missed = f64::from(instances) * f64::from(seconds / interval) - up;
    let more = (last.resident - idle.resident) / 1024.0 / series;
    let cores = (last.processor - first.processor) / took;
    let [resident, ours] =
        [last.resident, readings::own_resident()].map(|bytes| bytes / 1_048_576.0);
    let disk = engine.bytes_per_sample();
    assert!(series >= f64::from(instances) * f64::from(SERIES), "{series} series");
    format!(
        "| {instances} | {series} | {samples:.0} | {resident:.0} | {more:.2} | {disk:.2} | {mean:.2} \
         ({longest:.1}) | {missed:.0} | {cores:.3} | {ours:.0} |"
    )
}

fn say(line: &str) {
    writeln!(io::stdout(), "{line}").expect("standard output");
}
