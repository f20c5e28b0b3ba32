//! What is promised of the calls of one name, and how it is told whether that is kept.

use std::collections::BTreeMap;
use std::time::Duration;

use super::duration::written;
use super::promql::{le, number, one_of, rate, ratio, rounded, sum_by};
use crate::measured::{ERRORS, Measured};
use crate::outcome::Outcome;

/// What a call must not do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Criterion<'a> {
    /// What all families of these calls begin with.
    pub(super) prefix: &'a str,
    /// The counter of outcomes, or the histogram.
    family: &'a str,
    /// Take longer than this; or else end in an error.
    pub(super) seconds: Option<f64>,
}

/// An objective, and the interfaces that have it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Promise<'a> {
    pub(super) criterion: Criterion<'a>,
    /// How many of the calls are to keep it.
    pub(super) percent: f64,
    interfaces: Vec<&'a str>,
}

impl<'a> Promise<'a> {
    /// All of the calls of one name, those of one criterion one behind the other.
    pub(super) fn all(measured: &'a Measured) -> Vec<Self> {
        let mut all = BTreeMap::<_, Self>::new();
        let mut add =
            |family: Option<&'a String>, seconds: Option<f64>, percent: f64, interface| {
                let Some(family) = family else { return };
                // All of them are above 0, where floats and their bits have one order.
                let key = (seconds.map(f64::to_bits), percent.to_bits());
                let promise = all.entry(key).or_insert_with(|| {
                    let criterion = Criterion { prefix: &measured.prefix, family, seconds };
                    Self { criterion, percent, interfaces: Vec::new() }
                });
                promise.interfaces.push(interface);
            };
        for (interface, objective) in &measured.objectives {
            if let Some(percent) = objective.success {
                add(measured.outcomes.as_ref(), None, percent, *interface);
            }
            if let Some(latency) = objective.latency {
                add(measured.seconds.as_ref(), Some(latency.seconds), latency.within, *interface);
            }
        }
        all.into_values().collect()
    }

    /// How many of the calls need not keep it, as a ratio.
    pub(super) fn budget(&self) -> f64 {
        rounded((100.0 - self.percent) / 100.0)
    }

    /// As one would say it.
    pub(super) fn said(&self) -> String {
        let percent = number(self.percent);
        match self.criterion.seconds {
            None => format!("{percent} % without an error"),
            Some(seconds) => format!("{percent} % within {} ms", number(seconds * 1e3)),
        }
    }

    /// The matcher of its interfaces.
    pub(super) fn interfaces(&self) -> String {
        one_of("interface", self.interfaces.iter().copied())
    }
}

impl<'a> Criterion<'a> {
    /// Not to end in an error, where it is counted how calls end.
    pub(super) fn errors(measured: &'a Measured) -> Option<Self> {
        let family = measured.outcomes.as_deref()?;
        Some(Self { prefix: &measured.prefix, family, seconds: None })
    }

    /// Which share of the calls that a selector chooses did not meet it, by these labels.
    pub(super) fn broken(&self, matchers: &str, labels: &str, window: &str) -> String {
        let counted = self.counted(matchers, labels, window);
        if self.seconds.is_some() { format!("1 - {counted}") } else { counted }
    }

    /// Which share did.
    pub(super) fn kept(&self, matchers: &str, labels: &str, window: &str) -> String {
        let counted = self.counted(matchers, labels, window);
        if self.seconds.is_some() { counted } else { format!("1 - {counted}") }
    }

    /// Which share was counted apart: as an error, or as fast enough.
    fn counted(&self, matchers: &str, labels: &str, window: &str) -> String {
        let (part, apart, whole) = match self.seconds {
            None => ("", errors(), ""),
            Some(seconds) => ("_bucket", le(seconds), "_count"),
        };
        let sum = |suffix: &str, matchers: &str| {
            sum_by(labels, &rate(&format!("{}{suffix}", self.family), matchers, window))
        };
        ratio(&sum(part, &format!("{matchers}, {apart}")), &sum(whole, matchers))
    }

    /// The same by job and interface, and nothing where it is not known for all of the window: where calls
    /// were counted without the bucket, as before a new objective was deployed, they would seem to be slow.
    pub(super) fn known_to_be_broken(&self, matchers: &str, window: &str) -> String {
        const LABELS: &str = "job, interface";
        let broken = self.broken(matchers, LABELS, window);
        let Some(seconds) = self.seconds else { return broken };
        let samples = |suffix: &str, matchers: &str| {
            let series = format!("{}{suffix}{{{matchers}}}[{window}]", self.family);
            sum_by(LABELS, &format!("count_over_time({series})"))
        };
        let with_bucket = samples("_bucket", &format!("{matchers}, {}", le(seconds)));
        let all = samples("_count", matchers);
        format!("{broken} unless on ({LABELS}) ({with_bucket} < {all})")
    }

    /// The series in which the share of the broken is recorded, of all instances together.
    pub(super) fn recorded(&self, window: Duration) -> String {
        let what = match self.seconds {
            None => "errors".to_owned(),
            // A metric's name has no point.
            Some(seconds) => {
                format!("slow_{}ms", number(seconds * 1e3).replace(['.', '-', '+'], "_"))
            }
        };
        format!("job_interface:{}_{what}:ratio_rate{}", self.prefix, written(window))
    }
}

/// The matcher of the outcomes that are errors of the service.
pub(super) fn errors() -> String {
    one_of("outcome", ERRORS.map(Outcome::as_str))
}
