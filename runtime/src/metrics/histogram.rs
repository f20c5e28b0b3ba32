use std::sync::Arc;

use super::error::MetricError;
use super::exemplified::{Then, WithExemplar, with_exemplar};
use super::family::Family;
use super::meta::Meta;
use super::private::Sealed;
use super::series::{Found, Series};
use super::shell::{Shell, Wide};
use super::timer::{Observe, Timer};
use super::{MetricFamily, refused};
use crate::bounds::STANDARD;
use crate::cells::Place;
use crate::content::Content;
use crate::labelled::Handle;
use crate::traced;

/// How observed values are spread, for each set of label values; `N` is how many labels it has.
///
/// Values are counted in buckets, up to and with their upper bounds, and added up. The buckets are
/// those of Prometheus's client libraries, from 0.005 to 10, unless [`buckets`](Self::buckets) gives
/// others; [`native`](Self::native) adds exponential ones. An observation is a few plain adds to
/// memory that only its thread writes.
///
/// ```
/// use tallymark::Histogram;
///
/// #[tallymark::metric]
/// static SIZES: Histogram<1> =
///     Histogram::new("upload_bytes", "Sizes of uploads.", ["app"]).buckets(&[1e3, 1e6, 1e9]);
/// #[tallymark::metric]
/// static BACKUPS: Histogram = Histogram::new("backup_seconds", "Time that a backup took.", []);
///
/// SIZES.with(["web"]).observe(20_000.0);
/// let timer = BACKUPS.timer();
/// // … make a backup
/// drop(timer);
///
/// let text = tallymark::gather_text();
/// assert!(text.contains(r#"upload_bytes_bucket{app="web",le="1e+06"} 1"#));
/// assert!(text.contains("backup_seconds_count 1"));
/// ```
///
/// It is exposed as a [`Counter`](crate::Counter) is. A global allocator cannot observe in it.
#[derive(Debug)]
pub struct Histogram<const N: usize = 0> {
    shell: Shell<N>,
}

/// Observes a value in a series, if that can be done.
#[inline]
pub(super) fn observe(meta: &Meta, place: &impl Place, value: f64) {
    observe_in(meta, place, value, ());
}

/// Observes a value, if that can be done, and does what is to be done then.
#[inline]
fn observe_in(meta: &Meta, place: &impl Place, value: f64, then: impl Then) {
    if value.is_nan() {
        refused::refuse(&meta.name, value, "numbers");
    } else {
        let bucket = meta.buckets.observe(place, value);
        traced::sample(place, bucket, value);
        then.counted(place, bucket);
    }
}

impl<const N: usize> Histogram<N> {
    /// Makes a histogram of that name and help, with those labels.
    ///
    /// # Panics
    ///
    /// As [`Counter::new`](crate::Counter::new) does.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str, help: &'static str, labels: [&'static str; N]) -> Self {
        Self { shell: Shell::new(name, help, labels, Content::Histogram) }
    }

    /// Gives the buckets their upper bounds, in the unit of what is observed.
    ///
    /// The infinite bucket is there by itself.
    ///
    /// # Panics
    ///
    /// If the bounds are not finite, or do not rise; in a `static` that is a compile error. And on
    /// what [`owned`](Self::owned) made.
    #[must_use]
    pub const fn buckets(mut self, bounds: &'static [f64]) -> Self {
        self.shell.set_buckets(bounds);
        self
    }

    /// Counts in exponential buckets as well, each 9 % wide: a native histogram of Prometheus, of
    /// schema 3.
    ///
    /// Values within 2^-64 of 0 are in its zero bucket, those beyond 2^64 with the infinite ones. They
    /// are exposed in the protobuf format, which a Prometheus that is told to take native histograms
    /// asks for; the text formats show the other buckets alone, with `buckets(&[])` the infinite one.
    ///
    /// # Panics
    ///
    /// On what [`owned`](Self::owned) made.
    #[must_use]
    pub const fn native(mut self) -> Self {
        self.shell.set_native();
        self
    }

    /// Makes a histogram at run time, as [`Counter::owned`](crate::Counter::owned) makes a counter;
    /// without bounds, with the usual buckets.
    ///
    /// # Errors
    ///
    /// A [`MetricError`] for a name that is not allowed, a label that is there twice, a blank help,
    /// and bounds that are not finite or do not rise.
    #[track_caller]
    pub fn owned(
        name: &str,
        help: &str,
        labels: [&str; N],
        bounds: Option<&[f64]>,
    ) -> Result<Self, MetricError> {
        let bounds = bounds.unwrap_or(&STANDARD);
        Ok(Self { shell: Shell::owned(name, help, labels, Content::Histogram, bounds)? })
    }

    /// Sets how many series the histogram may have, in place of the number that is the
    /// [rule](crate::limit_series).
    ///
    /// # Panics
    ///
    /// On what [`owned`](Self::owned) made.
    #[must_use]
    pub const fn max_series(mut self, series: usize) -> Self {
        self.shell.set_max_series(series);
        self
    }

    /// The series of these label values, as [`Counter::with`](crate::Counter::with) finds it.
    #[inline]
    pub const fn with<V: AsRef<str>>(&self, values: [V; N]) -> Series<'_, Self, V, N> {
        const { assert!(N > 0, "a histogram without labels has one series: observe in itself") }
        Series { metric: self, values }
    }

    /// The series of these label values, to be kept, as [`Counter::child`](crate::Counter::child)
    /// gives it.
    #[must_use]
    pub fn child<V: AsRef<str>>(&self, values: [V; N]) -> HistogramChild {
        const { assert!(N > 0, "a histogram without labels has one series: observe in itself") }
        HistogramChild { handle: self.shell.child(&values), meta: Arc::clone(self.shell.meta()) }
    }

    /// Removes the series of these label values, as [`Counter::remove`](crate::Counter::remove)
    /// does.
    pub fn remove<V: AsRef<str>>(&self, values: [V; N]) -> bool {
        self.shell.remove(&values)
    }

    /// Has it exposed from now on, by those registries that expose what is used.
    #[cfg(feature = "actix")]
    pub(crate) fn expose(&self) {
        self.shell.used();
    }

    pub(super) const fn shell(&self) -> &Shell<N> {
        &self.shell
    }
}

impl Histogram {
    /// Counts a value.
    ///
    /// One that is not a number is left out, said in the log once, and counted in
    /// `tallymark_refused_values_total{metric}`.
    #[inline]
    pub fn observe(&self, value: f64) {
        self.observe_in(value, ());
    }

    with_exemplar! {
        /// Observes what is to be remembered, with labels of its own, such as the id of a trace: an exemplar
        /// (OpenMetrics 1.0, "Exemplars").
        ///
        /// The last one of each bucket is exposed, in OpenMetrics and protobuf. Names and values of the
        /// labels have at most 128 characters together; with more, or with a name that is not allowed, the
        /// value counts and the exemplar is left out.
        ///
        /// ```
        /// use tallymark::Histogram;
        ///
        /// #[tallymark::metric]
        /// static QUERIES: Histogram = Histogram::new("query_seconds", "Time of a query.", []);
        ///
        /// QUERIES.with_exemplar([("trace_id", "4bf92f3577b34da6")]).observe(0.3);
        /// ```
    }

    #[inline]
    pub(super) fn observe_in(&self, value: f64, then: impl Then) {
        let meta = self.shell.meta();
        if self.shell.row().is_wide() {
            observe_in(meta, &Wide(&self.shell), value, then);
        } else {
            observe_in(meta, &self.shell, value, then);
        }
    }

    /// Begins to measure a time: the seconds until what is returned is dropped are observed.
    #[inline]
    pub fn timer(&self) -> Timer<&Self> {
        Timer::new(self)
    }
}

impl<'a, const N: usize, V: AsRef<str>> Series<'a, Histogram<N>, V, N> {
    /// Counts a value, as [`Histogram::observe`] does.
    #[inline]
    pub fn observe(&self, value: f64) {
        self.observe_in(value, ());
    }

    with_exemplar! {
        /// Observes what is to be remembered, as [`Histogram::with_exemplar`] does.
    }

    #[inline]
    pub(super) fn observe_in(&self, value: f64, then: impl Then) {
        let shell = &self.metric.shell;
        shell.count(&self.values, |child| observe_in(shell.meta(), child, value, then));
    }

    /// Begins to measure a time: the seconds until what is returned is dropped are observed.
    #[inline]
    pub fn timer(&self) -> Timer<impl Observe + use<'a, N, V>> {
        let shell = &self.metric.shell;
        Timer::new(Found { handle: shell.child(&self.values), meta: shell.meta(), observe })
    }
}

impl Observe for Histogram {
    #[inline]
    fn observe(&self, value: f64) {
        self.observe(value);
    }
}

impl<const N: usize> Sealed for Histogram<N> {}

impl<const N: usize> MetricFamily for Histogram<N> {
    fn family(&self) -> Arc<Family> {
        Arc::clone(self.shell.family())
    }
}

/// One series of a [`Histogram`] with labels.
#[derive(Clone, Debug)]
pub struct HistogramChild {
    handle: Handle,
    meta: Arc<Meta>,
}

impl HistogramChild {
    /// Counts a value, as [`Histogram::observe`] does.
    #[inline]
    pub fn observe(&self, value: f64) {
        self.observe_in(value, ());
    }

    with_exemplar! {
        /// Observes what is to be remembered, as [`Histogram::with_exemplar`] does.
    }

    #[inline]
    pub(super) fn observe_in(&self, value: f64, then: impl Then) {
        observe_in(&self.meta, &self.handle, value, then);
    }

    /// Begins to measure a time: the seconds until what is returned is dropped are observed.
    #[inline]
    pub fn timer(&self) -> Timer<&Self> {
        Timer::new(self)
    }
}

impl Observe for HistogramChild {
    #[inline]
    fn observe(&self, value: f64) {
        self.observe(value);
    }
}

macro_rules! observes {
    ($([$($generics:tt)*] $series:ty),+ $(,)?) => { $(
        impl<$($generics)*> WithExemplar<'_, $series, L> {
            /// Counts a value.
            pub fn observe(&self, value: f64) {
                self.series.observe_in(value, self.remember(value));
            }
        }
    )+ };
}

observes! {
    [const L: usize] Histogram,
    [const L: usize] HistogramChild,
    [V: AsRef<str>, const N: usize, const L: usize] Series<'_, Histogram<N>, V, N>,
}
