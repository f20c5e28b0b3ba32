//! Reading single samples, for tests.

use std::collections::BTreeMap;

use crate::registry::Registry;
use crate::sample::{Bound, Sample};
use crate::snapshot::Snapshot;

impl Registry {
    /// What a counter stands at: the sample of that name with just these labels, in any order, or
    /// nothing if it is not exposed or no whole number.
    ///
    /// `name_count` and `name_bucket` of a histogram, whose label `le` is a label here, are counters
    /// too. It gathers all of the registry, and is for tests; see [`testing`](crate::testing).
    #[must_use]
    pub fn counter_value(&self, name: &str, labels: &[(&str, &str)]) -> Option<u64> {
        self.samples().get(&key(name, labels)).and_then(|sample| whole(*sample))
    }

    /// What any sample stands at, as [`counter_value`](Self::counter_value) finds it.
    #[must_use]
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        self.samples().get(&key(name, labels)).map(|sample| sample.as_float())
    }

    /// Remembers what every sample stands at, to tell later how far it has come.
    ///
    /// ```
    /// use tallymark::{Counter, default_registry};
    ///
    /// #[tallymark::metric]
    /// static ROWS: Counter<1> = Counter::new("rows_read_total", "Rows read.", ["table"]);
    ///
    /// fn read() {
    ///     ROWS.with(["orders"]).inc_by(3);
    /// }
    ///
    /// read();
    /// let delta = default_registry().delta();
    /// read();
    /// assert_eq!(delta.counter_value("rows_read_total", &[("table", "orders")]), 3);
    /// ```
    #[must_use]
    pub fn delta(&self) -> Delta {
        Delta { registry: self.clone(), before: self.samples() }
    }

    fn samples(&self) -> Samples {
        self.gather(samples)
    }
}

/// How far the samples of a registry have come since; made by [`Registry::delta`].
#[derive(Clone, Debug)]
pub struct Delta {
    registry: Registry,
    before: Samples,
}

impl Delta {
    /// By how much a counter has risen; from 0, if it was not there before, and not at all, if it is
    /// not there now. The sample is found as [`Registry::counter_value`] does.
    #[must_use]
    pub fn counter_value(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let before = self.before.get(&key(name, labels)).and_then(|sample| whole(*sample));
        let now = self.registry.counter_value(name, labels).unwrap_or(0);
        now.saturating_sub(before.unwrap_or(0))
    }

    /// By how much any sample has changed, which is 0 where it is not there.
    #[must_use]
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let before = self.before.get(&key(name, labels)).map_or(0.0, |sample| sample.as_float());
        self.registry.value(name, labels).unwrap_or(0.0) - before
    }
}

/// By the name of the sample and its labels, sorted.
type Samples = BTreeMap<Key, Sample>;
type Key = (String, Vec<(String, String)>);

fn key(name: &str, labels: &[(&str, &str)]) -> Key {
    let owned = labels.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned()));
    let mut labels: Vec<_> = owned.collect();
    labels.sort();
    (name.to_owned(), labels)
}

fn samples(snapshot: &Snapshot<'_>) -> Samples {
    let mut samples = Samples::new();
    for family in snapshot.families() {
        family.for_each_series(snapshot.reader, |listing, series, bits| {
            let labels: Vec<_> = listing.labels(series).collect();
            let shape = listing.shape(series);
            for (at, bits) in bits.iter().enumerate() {
                let (suffix, bound) = shape.suffix(at);
                let bound = bound.map(|(label, bound)| (label, Bound(bound).to_string()));
                let bound = bound.as_ref().map(|(label, bound)| (*label, &**bound));
                let labels: Vec<_> = labels.iter().copied().chain(bound).collect();
                let name = format!("{}{suffix}", family.name);
                samples.insert(key(&name, &labels), shape.sample(at, *bits));
            }
        });
    }
    samples
}

fn whole(sample: Sample) -> Option<u64> {
    match sample {
        Sample::Count(count) => Some(count),
        Sample::Integer(number) => u64::try_from(number).ok(),
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
        Sample::Number(number) => {
            let exact = number >= 0.0 && number.fract() == 0.0 && number < 9_007_199_254_740_992.0;
            exact.then_some(number as u64)
        }
    }
}
