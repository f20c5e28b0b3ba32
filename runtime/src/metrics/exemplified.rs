use crate::cells::{Place, here};
use crate::exemplar::Exemplar;

/// A series with labels for the one increment or observation that is made by it: an exemplar.
///
/// Made by [`Counter::with_exemplar`](crate::Counter::with_exemplar),
/// [`Histogram::with_exemplar`](crate::Histogram::with_exemplar) and their like.
#[derive(Debug)]
#[must_use = "it counts nothing by itself"]
pub struct WithExemplar<'a, S, const L: usize> {
    pub(super) series: &'a S,
    pub(super) labels: [(&'a str, &'a str); L],
}

impl<S, const L: usize> WithExemplar<'_, S, L> {
    /// Remembers an increment or observation, once it is counted.
    pub(super) fn remember(&self, value: f64) -> impl Then {
        Remember { labels: &self.labels, value }
    }
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

/// The method that makes one of a series, with the documentation that it has there.
macro_rules! with_exemplar {
    ($(#[$doc:meta])*) => {
        $(#[$doc])*
        pub const fn with_exemplar<'e, const L: usize>(
            &'e self,
            labels: [(&'e str, &'e str); L],
        ) -> WithExemplar<'e, Self, L> {
            WithExemplar { series: self, labels }
        }
    };
}

pub(super) use with_exemplar;
