use super::counter::{Counter, CounterChild, CounterNumber};
use super::histogram::{Histogram, HistogramChild};
use super::series::Series;
use crate::cells::{Place, here};
use crate::exemplar::Exemplar;

/// A series with labels for the one increment or observation that is made by it: an exemplar.
///
/// Made by [`Counter::with_exemplar`], [`Histogram::with_exemplar`] and their like.
#[derive(Debug)]
#[must_use = "it counts nothing by itself"]
pub struct WithExemplar<'a, S, const L: usize> {
    pub(super) series: &'a S,
    pub(super) labels: [(&'a str, &'a str); L],
}

/// What is done once something was counted.
pub(super) trait Then: Copy {
    /// It was counted at a place of these cells.
    fn counted(self, place: &impl Place, at: u32);
}

impl Then for () {
    #[inline]
    fn counted(self, _place: &impl Place, _at: u32) {}
}

/// Remembers an increment or observation.
#[derive(Clone, Copy)]
struct Remember<'a> {
    labels: &'a [(&'a str, &'a str)],
    value: f64,
}

impl Then for Remember<'_> {
    fn counted(self, place: &impl Place, at: u32) {
        match Exemplar::new(self.labels, self.value) {
            Ok(exemplar) => here().exemplars.put(place.slot(at), exemplar),
            // What was counted is counted.
            Err(problem) => {
                tracing::warn!(labels = ?self.labels, "an exemplar is left out: {problem}");
            }
        }
    }
}

macro_rules! counts {
    ($([$($generics:tt)*] $series:ty),+ $(,)?) => { $(
        impl<T: CounterNumber $($generics)*> WithExemplar<'_, $series, L> {
            /// Adds one.
            pub fn inc(&self) {
                self.inc_by(T::ONE);
            }

            /// Adds a number.
            pub fn inc_by(&self, number: T) {
                let value = number.as_float();
                self.series.count(number, Remember { labels: &self.labels, value });
            }
        }
    )+ };
}

counts! {
    [, const L: usize] Counter<0, T>,
    [, const L: usize] CounterChild<T>,
    [, V: AsRef<str>, const N: usize, const L: usize] Series<'_, Counter<N, T>, V, N>,
}

macro_rules! observes {
    ($([$($generics:tt)*] $series:ty),+ $(,)?) => { $(
        impl<$($generics)*> WithExemplar<'_, $series, L> {
            /// Counts a value.
            pub fn observe(&self, value: f64) {
                self.series.observe_in(value, Remember { labels: &self.labels, value });
            }
        }
    )+ };
}

observes! {
    [const L: usize] Histogram,
    [const L: usize] HistogramChild,
    [V: AsRef<str>, const N: usize, const L: usize] Series<'_, Histogram<N>, V, N>,
}
