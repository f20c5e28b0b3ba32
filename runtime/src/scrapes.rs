//! How often endpoints answered for a registry, and how long that took.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::kind::Kind;
use crate::listing::Given;
use crate::offered::{Head, Offered};
use crate::shape::Shape;

/// The statuses that an endpoint answers with.
const STATUSES: [(u16, &str); 4] = [(200, "200"), (401, "401"), (405, "405"), (503, "503")];

/// Upper bounds in seconds.
const BOUNDS: [f64; 5] = [0.001, 0.01, 0.1, 1.0, 10.0];

/// What endpoints did with one registry.
#[derive(Debug, Default)]
pub(crate) struct Scrapes {
    /// Whether there is an endpoint.
    served: AtomicBool,
    answers: [AtomicU64; STATUSES.len()],
    /// By bucket and beyond the last, not cumulative.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    nanoseconds: AtomicU64,
}

impl Scrapes {
    /// There is an endpoint from now on.
    pub(crate) fn serve(&self) {
        self.served.store(true, Ordering::Relaxed);
    }

    /// Counts an answer of an endpoint, by its HTTP status, and for a scrape how long it took.
    pub(crate) fn record(&self, status: u16, took: Option<Duration>) {
        if let Some(at) = STATUSES.iter().position(|(known, _)| *known == status) {
            self.answers[at].fetch_add(1, Ordering::Relaxed);
        }
        if let Some(took) = took {
            let seconds = took.as_secs_f64();
            let bucket = BOUNDS.iter().position(|bound| seconds <= *bound);
            self.buckets[bucket.unwrap_or(BOUNDS.len())].fetch_add(1, Ordering::Relaxed);
            let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
            self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
        }
    }

    /// What is known of them, once there is an endpoint.
    pub(crate) fn families(&self) -> Vec<Offered> {
        if !self.served.load(Ordering::Relaxed) {
            return Vec::new();
        }
        let answers = STATUSES.iter().zip(&self.answers).map(|((_, status), count)| {
            let code = ("code", Cow::Borrowed(*status));
            Given::count(Some(code), count.load(Ordering::Relaxed))
        });
        let answers = Offered::counter(
            "tallymark_scrapes_total",
            "Answers of the metrics endpoints, by their HTTP status.",
            answers,
        );
        // The sum before the buckets, so that no scrape is in it that is not among them.
        let sum = Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed)).as_secs_f64();
        let mut count = 0;
        let buckets = self.buckets.iter().map(|bucket| {
            count += bucket.load(Ordering::Relaxed);
            count
        });
        let mut samples: Vec<u64> = buckets.collect();
        samples.extend([sum.to_bits(), count]);
        let durations = Offered {
            head: Head {
                name: "tallymark_scrape_duration_seconds".into(),
                help: "Time that reading and encoding for a scrape took.".into(),
                kind: Kind::Histogram,
            },
            series: vec![Given {
                labels: Vec::new(),
                timestamp_ms: None,
                created_ms: None,
                shape: Shape::Histogram(BOUNDS.into()),
                samples,
            }],
        };
        vec![answers, durations]
    }
}
