use std::sync::Arc;

use super::error::MetricError;
use super::family::Family;
use super::meta::Meta;
use super::private::Sealed;
use super::series::{Found, Series};
use super::shell::Shell;
use super::timer::{Observe, Timer};
use super::{MetricFamily, refused};
use crate::cells::Place;
use crate::content::Content;
use crate::labelled::Handle;

/// The count and the sum of observed values, for each set of label values; `N` is how many labels it
/// has.
///
/// It has no quantiles, which cannot be added up over instances: where they are of interest, observe
/// in a [`Histogram`](crate::Histogram).
///
/// ```
/// use tallymark::Summary;
///
/// #[tallymark::metric]
/// static ROWS: Summary<1> = Summary::new("query_rows", "Rows that a query gave.", ["table"]);
///
/// ROWS.with(["orders"]).observe(40.0);
///
/// let text = tallymark::gather_text();
/// assert!(text.contains(r#"query_rows_sum{table="orders"} 40"#));
/// assert!(text.contains(r#"query_rows_count{table="orders"} 1"#));
/// ```
///
/// It is exposed as a [`Counter`](crate::Counter) is. A global allocator cannot observe in it.
#[derive(Debug)]
pub struct Summary<const N: usize = 0> {
    shell: Shell<N>,
}

/// Observes a value in a series, if that can be done.
#[inline]
fn observe(meta: &Meta, place: &impl Place, value: f64) {
    if value.is_nan() {
        refused::refuse(&meta.name, value, "numbers");
    } else {
        place.add(0, 1);
        place.add_float(1, value);
    }
}

impl<const N: usize> Summary<N> {
    /// Makes a summary of that name and help, with those labels.
    ///
    /// # Panics
    ///
    /// As [`Counter::new`](crate::Counter::new) does.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str, help: &'static str, labels: [&'static str; N]) -> Self {
        Self { shell: Shell::new(name, help, labels, Content::Summary) }
    }

    /// Makes a summary at run time, as [`Counter::owned`](crate::Counter::owned) makes a counter.
    ///
    /// # Errors
    ///
    /// A [`MetricError`] for a name that is not allowed, a label that is there twice, or a blank
    /// help.
    #[track_caller]
    pub fn owned(name: &str, help: &str, labels: [&str; N]) -> Result<Self, MetricError> {
        Ok(Self { shell: Shell::owned(name, help, labels, Content::Summary, &[])? })
    }

    /// Sets how many series the summary may have, in place of the number that is the
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
        const { assert!(N > 0, "a summary without labels has one series: observe in itself") }
        Series { metric: self, values }
    }

    /// The series of these label values, to be kept, as [`Counter::child`](crate::Counter::child)
    /// gives it.
    #[must_use]
    pub fn child<V: AsRef<str>>(&self, values: [V; N]) -> SummaryChild {
        const { assert!(N > 0, "a summary without labels has one series: observe in itself") }
        SummaryChild { handle: self.shell.child(&values), meta: Arc::clone(self.shell.meta()) }
    }

    /// Removes the series of these label values, as [`Counter::remove`](crate::Counter::remove)
    /// does.
    pub fn remove<V: AsRef<str>>(&self, values: [V; N]) -> bool {
        self.shell.remove(&values)
    }
}

impl Summary {
    /// Counts a value, and adds it to the sum.
    ///
    /// One that is not a number is left out, said in the log once, and counted in
    /// `tallymark_refused_values_total{metric}`.
    #[inline]
    pub fn observe(&self, value: f64) {
        observe(self.shell.meta(), &self.shell, value);
    }

    /// Begins to measure a time: the seconds until what is returned is dropped are observed.
    #[inline]
    pub fn timer(&self) -> Timer<&Self> {
        Timer::new(self)
    }
}

impl<'a, const N: usize, V: AsRef<str>> Series<'a, Summary<N>, V, N> {
    /// Counts a value, as [`Summary::observe`] does.
    #[inline]
    pub fn observe(&self, value: f64) {
        let shell = &self.metric.shell;
        shell.count(&self.values, |child| observe(shell.meta(), child, value));
    }

    /// Begins to measure a time: the seconds until what is returned is dropped are observed.
    #[inline]
    pub fn timer(&self) -> Timer<impl Observe + use<'a, N, V>> {
        let shell = &self.metric.shell;
        Timer::new(Found { handle: shell.child(&self.values), meta: shell.meta(), observe })
    }
}

impl Observe for Summary {
    #[inline]
    fn observe(&self, value: f64) {
        self.observe(value);
    }
}

impl<const N: usize> Sealed for Summary<N> {}

impl<const N: usize> MetricFamily for Summary<N> {
    fn family(&self) -> Arc<Family> {
        Arc::clone(self.shell.family())
    }
}

/// One series of a [`Summary`] with labels.
#[derive(Clone, Debug)]
pub struct SummaryChild {
    handle: Handle,
    meta: Arc<Meta>,
}

impl SummaryChild {
    /// Counts a value, as [`Summary::observe`] does.
    #[inline]
    pub fn observe(&self, value: f64) {
        observe(&self.meta, &self.handle, value);
    }

    /// Begins to measure a time: the seconds until what is returned is dropped are observed.
    #[inline]
    pub fn timer(&self) -> Timer<&Self> {
        Timer::new(self)
    }
}

impl Observe for SummaryChild {
    #[inline]
    fn observe(&self, value: f64) {
        self.observe(value);
    }
}
