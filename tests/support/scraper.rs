use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use crate::exposition::{Family, Series, Syntax, read_text};
use crate::load::{Load, Sent, failure};
use crate::workers::exchange;

const GET: &str = "GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

/// Asks for the metrics all the time, until it is stopped or dropped, and sees to it that no total falls.
#[derive(Debug)]
pub struct Scraper {
    thread: Option<JoinHandle<Scraped>>,
    stopped: Arc<AtomicBool>,
}

/// What it saw.
#[derive(Debug, Default)]
pub struct Scraped {
    /// How many answers.
    pub answers: u64,
    /// The numbers of processes.
    pub workers: BTreeSet<String>,
    /// What was said of the requests without an answer.
    pub failures: Vec<String>,
}

/// What counts the requests of clients.
struct Counted {
    series: Series,
    /// How many there were before.
    before: u64,
    sent: Arc<Sent>,
}

impl Counted {
    fn answered(&self) -> u64 {
        self.before + self.sent.received()
    }
}

impl Scraper {
    /// Starts it, with what counts the requests of each load, and how many it has counted before that:
    /// what is answered must be counted.
    #[must_use]
    pub fn start(address: SocketAddr, loads: &[(&Load, &Series, u64)]) -> Self {
        let counted = |(load, series, before): &(&Load, &Series, u64)| Counted {
            series: (*series).clone(),
            before: *before,
            sent: load.sent(),
        };
        let counted: Vec<_> = loads.iter().map(counted).collect();
        let stopped = Arc::<AtomicBool>::default();
        let until = Arc::clone(&stopped);
        let thread = thread::spawn(move || scrape(address, &counted, &until));
        Self { thread: Some(thread), stopped }
    }

    /// Stops it.
    ///
    /// # Panics
    ///
    /// If it has seen something that may not be.
    #[must_use]
    pub fn stop(mut self) -> Scraped {
        self.stopped.store(true, Ordering::Relaxed);
        let thread = self.thread.take().expect("not stopped yet");
        thread.join().expect("no total falls")
    }
}

impl Drop for Scraper {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

/// The metrics, by the process that answers.
///
/// # Errors
///
/// If there is no whole answer.
///
/// # Panics
///
/// If the answer is another one than the metrics.
pub fn metrics(address: SocketAddr) -> std::io::Result<String> {
    let (status, text) = exchange(address, GET)?;
    assert_eq!(status, 200, "{text}");
    Ok(text)
}

/// The series of all processes together that never fall.
#[must_use]
pub fn totals(families: &[Family]) -> BTreeMap<Series, f64> {
    let counting =
        families.iter().filter(|family| matches!(&*family.kind, "counter" | "histogram"));
    let samples = counting.flat_map(|family| &family.samples);
    // With it they are of the process that answers, and this is another one each time.
    let together = samples.filter(|sample| !sample.series.labels.contains_key("worker"));
    together.map(|sample| (sample.series.clone(), sample.value)).collect()
}

fn scrape(address: SocketAddr, counted: &[Counted], stopped: &AtomicBool) -> Scraped {
    let mut scraped = Scraped::default();
    let mut last = BTreeMap::<Series, f64>::new();
    while !stopped.load(Ordering::Relaxed) {
        let before: Vec<_> = counted.iter().map(Counted::answered).collect();
        let families = match metrics(address) {
            Ok(text) => read_text(&text, Syntax::Text),
            Err(error) => {
                scraped.failures.push(failure(&error));
                continue;
            }
        };
        let samples = families.iter().flat_map(|family| &family.samples);
        let workers = samples.filter_map(|sample| sample.series.labels.get("worker"));
        scraped.workers.extend(workers.cloned());
        assert_no_errors(&families);
        let now = totals(&families);
        for (series, last) in &last {
            // Of one that is gone nothing may have been counted. For a moment there are such: what has
            // just been started has the name of its counter before its `main` gives it another.
            let now = now.get(series).copied().unwrap_or_default();
            assert!(now >= *last, "{series:?} is {now} after {last}");
        }
        for (Counted { series, .. }, before) in counted.iter().zip(before) {
            let now = now.get(series).copied().unwrap_or_default();
            assert!(now >= float(before), "{series:?} is {now}, and {before} were answered");
        }
        last.extend(now);
        scraped.answers += 1;
    }
    scraped
}

/// Nothing may be missing from what a process answers.
fn assert_no_errors(families: &[Family]) {
    let name = "tallymark_multiprocess_errors_total";
    let errors = families.iter().find(|family| family.name == name).expect(name);
    for error in &errors.samples {
        assert!(error.value.abs() < 0.5, "{error:?}");
    }
}

/// A count, as formats have it.
#[expect(clippy::cast_precision_loss, reason = "far fewer than that")]
fn float(count: u64) -> f64 {
    count as f64
}
