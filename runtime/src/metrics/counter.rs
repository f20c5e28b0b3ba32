use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::error::MetricError;
use super::exemplified::{Then, WithExemplar, with_exemplar};
use super::family::Family;
use super::meta::Meta;
use super::private::Sealed;
use super::series::Series;
use super::shell::Shell;
use super::{MetricFamily, refused};
use crate::cells::{Place, Store, here};
use crate::content::Content;
use crate::labelled::Handle;
use crate::traced;

/// A count that only rises, for each set of label values; `N` is how many labels it has.
///
/// It counts in whole numbers, exact up to 2^64, or in floats as `Counter<N, f64>`. An increment is
/// a plain add to memory that only its thread writes: threads do not wait for each other, however
/// many count in one series.
///
/// ```
/// use tallymark::Counter;
///
/// #[tallymark::metric]
/// static JOBS: Counter = Counter::new("jobs_total", "Jobs done.", []);
/// #[tallymark::metric]
/// static MAILS: Counter<1> = Counter::new("mails_sent_total", "Mails sent.", ["list"]);
///
/// JOBS.inc();
/// MAILS.with(["news"]).inc_by(2);
///
/// let text = tallymark::gather_text();
/// assert!(text.contains("jobs_total 1"));
/// assert!(text.contains(r#"mails_sent_total{list="news"} 2"#));
/// ```
///
/// [`metric`](crate::metric) has the linker find a static, so that it is exposed before it is used.
/// Without the attribute it is exposed after [`Registry::register`](crate::Registry::register), or
/// from its first use on. By the convention of Prometheus ("Metric and label naming") a counter's
/// name ends in `_total`.
#[derive(Debug)]
pub struct Counter<const N: usize = 0, T = u64> {
    shell: Shell<N>,
    number: PhantomData<fn(T)>,
}

/// What a [`Counter`] counts in: `u64`, exact, or `f64`.
pub trait CounterNumber: number::Number {}

mod number {
    use std::fmt;

    use crate::cells::Place;
    use crate::content::Content;
    use crate::metrics::meta::Meta;

    pub trait Number: Copy + PartialOrd + fmt::Debug {
        const CONTENT: Content;
        const ONE: Self;

        /// Adds to a series, if that can be done; whether it can.
        fn add(self, place: &impl Place) -> bool;

        fn refuse(self, meta: &Meta);

        fn as_float(self) -> f64;
    }
}

impl CounterNumber for u64 {}

impl number::Number for u64 {
    const CONTENT: Content = Content::Count;
    const ONE: Self = 1;

    #[inline]
    fn add(self, place: &impl Place) -> bool {
        place.add(0, self);
        true
    }

    fn refuse(self, _meta: &Meta) {}

    #[expect(clippy::cast_precision_loss, reason = "exemplars have no other number")]
    fn as_float(self) -> f64 {
        self as f64
    }
}

impl CounterNumber for f64 {}

impl number::Number for f64 {
    const CONTENT: Content = Content::FloatCount;
    const ONE: Self = 1.0;

    #[inline]
    fn add(self, place: &impl Place) -> bool {
        let rises = (0.0..Self::INFINITY).contains(&self);
        if rises {
            place.add_float(0, self);
        }
        rises
    }

    fn refuse(self, meta: &Meta) {
        refused::refuse(&meta.name, self, "finite increments that are not below 0");
    }

    fn as_float(self) -> f64 {
        self
    }
}

impl<const N: usize, T: CounterNumber> Counter<N, T> {
    /// Makes a counter of that name and help, with those labels.
    ///
    /// # Panics
    ///
    /// If a name is not allowed, a label there twice, or the help blank. In a `static` that is a
    /// compile error. For names that come at run time see [`owned`](Self::owned).
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str, help: &'static str, labels: [&'static str; N]) -> Self {
        Self { shell: Shell::new(name, help, labels, T::CONTENT), number: PhantomData }
    }

    /// Makes a counter at run time.
    ///
    /// It is exposed by the registries in which it is [registered](crate::Registry::register), for as
    /// long as it lives.
    ///
    /// # Errors
    ///
    /// A [`MetricError`] for a name that is not allowed, a label that is there twice, or a blank
    /// help.
    #[track_caller]
    pub fn owned(name: &str, help: &str, labels: [&str; N]) -> Result<Self, MetricError> {
        let shell = Shell::owned(name, help, labels, T::CONTENT, &[])?;
        Ok(Self { shell, number: PhantomData })
    }

    /// Sets how many series the counter may have, in place of the number that is the
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

    /// The series of these label values, which stand in the order of the labels' names.
    ///
    /// Values are told apart as they are: no two different sets of them are ever one series, but for
    /// those beyond the limit, which are all counted in the one where each value is `_overflow`.
    ///
    /// A global allocator can count in metrics without labels only, since a new series takes memory,
    /// and in counters and gauges only; this is tested on Linux.
    #[inline]
    pub const fn with<V: AsRef<str>>(&self, values: [V; N]) -> Series<'_, Self, V, N> {
        const { assert!(N > 0, "a counter without labels has one series: count in itself") }
        Series { metric: self, values }
    }

    /// The series of these label values, to be kept, in any thread: to count in it takes no lookup.
    ///
    /// It is exposed from now on, at 0.
    #[must_use]
    pub fn child<V: AsRef<str>>(&self, values: [V; N]) -> CounterChild<T> {
        const { assert!(N > 0, "a counter without labels has one series: count in itself") }
        let (handle, meta) = (self.shell.child(&values), Arc::clone(self.shell.meta()));
        CounterChild { handle, meta, number: PhantomData }
    }

    /// Removes the series of these label values, and says whether there was one.
    ///
    /// It is no longer exposed, whatever is counted in a [`CounterChild`] kept from before. What
    /// is counted next in these values is a new series, from 0 on. The series `_overflow` stays.
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

impl<T: CounterNumber> Counter<0, T> {
    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.inc_by(T::ONE);
    }

    /// Adds a number.
    ///
    /// A float that is negative, infinite or not a number is left out, said in the log once, and
    /// counted in `tallymark_refused_values_total{metric}`.
    #[inline]
    pub fn inc_by(&self, number: T) {
        self.count(number, ());
    }

    with_exemplar! {
        /// Counts what is to be remembered, with labels of its own, such as the id of a trace: an exemplar
        /// (OpenMetrics 1.0, "Exemplars").
        ///
        /// The last one of the series is exposed, in OpenMetrics if the counter's name ends in `_total`, and
        /// in protobuf. Names and values of the labels have at most 128 characters together; with more, or
        /// with a name that is not allowed, the increment counts and the exemplar is left out.
        ///
        /// ```
        /// use tallymark::Counter;
        ///
        /// #[tallymark::metric]
        /// static MISSES: Counter<1> = Counter::new("cache_misses_total", "Misses.", ["cache"]);
        ///
        /// MISSES.with(["users"]).with_exemplar([("trace_id", "4bf92f3577b34da6")]).inc();
        /// ```
    }

    #[inline]
    pub(super) fn count(&self, number: T, then: impl Then) {
        count(&self.shell, number, then, || self.shell.meta());
    }
}

/// Counts a number in a series, and does what is to be done then; or refuses it in the name of what it
/// is a series of.
#[inline]
fn count<'a, T: CounterNumber>(
    place: &impl Place,
    number: T,
    then: impl Then,
    meta: impl FnOnce() -> &'a Arc<Meta>,
) {
    if number.add(place) {
        traced::sample(place, 0, number.as_float());
        then.counted(place, 0);
    } else {
        number.refuse(meta());
    }
}

impl<const N: usize, T: CounterNumber, V: AsRef<str>> Series<'_, Counter<N, T>, V, N> {
    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.inc_by(T::ONE);
    }

    /// Adds a number, as [`Counter::inc_by`] does.
    #[inline]
    pub fn inc_by(&self, number: T) {
        self.count(number, ());
    }

    with_exemplar! {
        /// Counts what is to be remembered, as [`Counter::with_exemplar`] does.
    }

    #[inline]
    pub(super) fn count(&self, number: T, then: impl Then) {
        let shell = &self.metric.shell;
        shell.count(&self.values, |child| count(child, number, then, || shell.meta()));
    }
}

impl Counter {
    /// What it stands at; to be read now and then, since it adds up what all threads counted.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.shell.read(Store::count).unwrap_or(0)
    }
}

impl Counter<0, f64> {
    /// What it stands at; to be read now and then, since it adds up what all threads counted.
    #[must_use]
    pub fn get(&self) -> f64 {
        self.shell.read(Store::float).unwrap_or(0.0)
    }
}

impl<const N: usize, T> Sealed for Counter<N, T> {}

impl<const N: usize, T: CounterNumber> MetricFamily for Counter<N, T> {
    fn family(&self) -> Arc<Family> {
        Arc::clone(self.shell.family())
    }
}

/// One series of a [`Counter`] with labels.
pub struct CounterChild<T = u64> {
    handle: Handle,
    meta: Arc<Meta>,
    number: PhantomData<fn(T)>,
}

impl<T: CounterNumber> CounterChild<T> {
    /// Adds one.
    #[inline]
    pub fn inc(&self) {
        self.inc_by(T::ONE);
    }

    /// Adds a number, as [`Counter::inc_by`] does.
    #[inline]
    pub fn inc_by(&self, number: T) {
        self.count(number, ());
    }

    with_exemplar! {
        /// Counts what is to be remembered, as [`Counter::with_exemplar`] does.
    }

    #[inline]
    pub(super) fn count(&self, number: T, then: impl Then) {
        count(&self.handle, number, then, || &self.meta);
    }
}

impl CounterChild {
    /// What it stands at; to be read now and then, since it adds up what all threads counted.
    #[must_use]
    pub fn get(&self) -> u64 {
        here().count(self.handle.slot(0))
    }
}

impl CounterChild<f64> {
    /// What it stands at; to be read now and then, since it adds up what all threads counted.
    #[must_use]
    pub fn get(&self) -> f64 {
        here().float(self.handle.slot(0))
    }
}

impl<T> Clone for CounterChild<T> {
    fn clone(&self) -> Self {
        Self { handle: self.handle.clone(), meta: Arc::clone(&self.meta), number: PhantomData }
    }
}

impl<T> fmt::Debug for CounterChild<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CounterChild").field(&self.handle).finish()
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
                self.series.count(number, self.remember(number.as_float()));
            }
        }
    )+ };
}

counts! {
    [, const L: usize] Counter<0, T>,
    [, const L: usize] CounterChild<T>,
    [, V: AsRef<str>, const N: usize, const L: usize] Series<'_, Counter<N, T>, V, N>,
}
