//! Gauges, which are set.
//!
//! Their cells are shared by all threads and written by locked instructions, unlike a counter's: of
//! cells that each thread has for itself nobody can tell in which one stands what was set last.
//! `inc` and `dec` have to go where `set` goes. A gauge that only goes up and down with what is
//! under way is cheaper as [`in_flight`](crate::in_flight), which is two counts.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::MetricFamily;
use super::error::MetricError;
use super::family::Family;
use super::private::Sealed;
use super::series::Series;
use super::shell::Shell;
use crate::cells::{Lasting, Place, Store, here, shared, update};
use crate::clock;
use crate::combine::Combine;
use crate::content::Content;
use crate::labelled::Handle;

/// A number that goes up and down, for each set of label values; `N` is how many labels it has.
///
/// It is a float, or a whole number, exact, as `Gauge<N, i64>`. All threads write one memory cell for
/// a series, so that the last [`set`](Gauge::set) counts, whichever thread it came from.
///
/// ```
/// use tallymark::Gauge;
///
/// #[tallymark::metric]
/// static TEMPERATURE: Gauge<1> = Gauge::new("temperature_celsius", "Temperature.", ["room"]);
/// #[tallymark::metric]
/// static JOBS: Gauge<0, i64> = Gauge::new("jobs_running", "Jobs under way.", []);
///
/// TEMPERATURE.with(["attic"]).set(-1.5);
/// let job = JOBS.guard();
/// assert_eq!(JOBS.get(), 1);
/// drop(job);
/// assert!(tallymark::gather_text().contains(r#"temperature_celsius{room="attic"} -1.5"#));
/// assert_eq!(JOBS.get(), 0);
/// ```
///
/// It is exposed as a [`Counter`](crate::Counter) is.
#[derive(Debug)]
pub struct Gauge<const N: usize = 0, T = f64> {
    shell: Shell<N>,
    number: PhantomData<fn(T)>,
}

/// What a [`Gauge`] is measured in: `f64`, or `i64`, exact.
pub trait GaugeNumber: number::Number {}

mod number {
    use std::fmt;
    use std::sync::atomic::AtomicU64;

    use crate::content::Content;

    pub trait Number: Copy + fmt::Debug {
        const CONTENT: Content;
        const ONE: Self;

        fn to_bits(self) -> u64;
        fn from_bits(bits: u64) -> Self;
        fn add_to(self, cell: &AtomicU64);
        fn sub_from(self, cell: &AtomicU64);
    }
}

impl GaugeNumber for f64 {}

impl number::Number for f64 {
    const CONTENT: Content = Content::Number;
    const ONE: Self = 1.0;

    fn to_bits(self) -> u64 {
        Self::to_bits(self)
    }

    fn from_bits(bits: u64) -> Self {
        Self::from_bits(bits)
    }

    fn add_to(self, cell: &AtomicU64) {
        update(cell, |bits| (Self::from_bits(bits) + self).to_bits());
    }

    fn sub_from(self, cell: &AtomicU64) {
        update(cell, |bits| (Self::from_bits(bits) - self).to_bits());
    }
}

impl GaugeNumber for i64 {}

impl number::Number for i64 {
    const CONTENT: Content = Content::Integer;
    const ONE: Self = 1;

    fn to_bits(self) -> u64 {
        self.cast_unsigned()
    }

    fn from_bits(bits: u64) -> Self {
        bits.cast_signed()
    }

    fn add_to(self, cell: &AtomicU64) {
        cell.fetch_add(self.to_bits(), Ordering::Relaxed);
    }

    fn sub_from(self, cell: &AtomicU64) {
        cell.fetch_sub(self.to_bits(), Ordering::Relaxed);
    }
}

#[inline]
fn set<T: GaugeNumber>(place: &impl Place, number: T) {
    shared(place, 0).store(number.to_bits(), Ordering::Relaxed);
    stamp(place);
}

#[inline]
fn add<T: GaugeNumber>(place: &impl Place, number: T) {
    number.add_to(shared(place, 0));
    stamp(place);
}

#[inline]
fn sub<T: GaugeNumber>(place: &impl Place, number: T) {
    number.sub_from(shared(place, 0));
    stamp(place);
}

/// Where it matters which process was the last one, that has a cell behind the number's.
#[inline]
fn stamp(place: &impl Place) {
    if place.count() > 1 {
        shared(place, 1).store(clock::unix_ns(), Ordering::Relaxed);
    }
}

impl<const N: usize, T: GaugeNumber> Gauge<N, T> {
    /// Makes a gauge of that name and help, with those labels.
    ///
    /// # Panics
    ///
    /// As [`Counter::new`](crate::Counter::new) does.
    #[must_use]
    #[track_caller]
    pub const fn new(name: &'static str, help: &'static str, labels: [&'static str; N]) -> Self {
        Self { shell: Shell::new(name, help, labels, T::CONTENT), number: PhantomData }
    }

    /// Makes a gauge at run time, as [`Counter::owned`](crate::Counter::owned) makes a counter.
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

    /// Sets how many series the gauge may have, in place of the number that is the
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

    /// Says how the numbers of several processes become one, where they
    /// [count together](crate::multiprocess): their sum, unless it is said here.
    ///
    /// ```
    /// use tallymark::{Combine, Gauge};
    ///
    /// #[tallymark::metric]
    /// static OLDEST: Gauge = Gauge::new("oldest_job_seconds", "Age of the oldest job.", [])
    ///     .combine(Combine::Max);
    /// ```
    ///
    /// # Panics
    ///
    /// On what [`owned`](Self::owned) made, and with [`Combine::PerProcess`] on a gauge that has a label
    /// `worker` of its own. In a static, the compiler says so.
    #[must_use]
    pub const fn combine(mut self, combine: Combine) -> Self {
        self.shell.set_combine(combine);
        self
    }

    /// Has the numbers of processes that are gone go on to count, and not those of the living alone.
    ///
    /// # Panics
    ///
    /// On what [`owned`](Self::owned) made.
    #[must_use]
    pub const fn with_ended(mut self) -> Self {
        self.shell.set_ended();
        self
    }

    /// The series of these label values, as [`Counter::with`](crate::Counter::with) finds it.
    #[inline]
    pub const fn with<V: AsRef<str>>(&self, values: [V; N]) -> Series<'_, Self, V, N> {
        const { assert!(N > 0, "a gauge without labels has one series: set it itself") }
        Series { metric: self, values }
    }

    /// The series of these label values, to be kept, as [`Counter::child`](crate::Counter::child)
    /// gives it.
    #[must_use]
    pub fn child<V: AsRef<str>>(&self, values: [V; N]) -> GaugeChild<T> {
        const { assert!(N > 0, "a gauge without labels has one series: set it itself") }
        GaugeChild { handle: self.shell.child(&values), number: PhantomData }
    }

    /// Removes the series of these label values, as [`Counter::remove`](crate::Counter::remove)
    /// does.
    pub fn remove<V: AsRef<str>>(&self, values: [V; N]) -> bool {
        self.shell.remove(&values)
    }

    pub(super) const fn shell(&self) -> &Shell<N> {
        &self.shell
    }
}

impl<T: GaugeNumber> Gauge<0, T> {
    /// Sets it.
    pub fn set(&self, number: T) {
        set(&self.shell, number);
    }

    /// Adds one.
    pub fn inc(&self) {
        self.add(T::ONE);
    }

    /// Takes one away.
    pub fn dec(&self) {
        self.sub(T::ONE);
    }

    /// Adds a number.
    pub fn add(&self, number: T) {
        add(&self.shell, number);
    }

    /// Takes a number away.
    pub fn sub(&self, number: T) {
        sub(&self.shell, number);
    }

    /// Adds one until what is returned is dropped.
    pub fn guard(&self) -> GaugeGuard<T> {
        GaugeGuard::new(&self.shell, Keep::Family(Arc::clone(self.shell.used())))
    }

    /// What it stands at.
    #[must_use]
    pub fn get(&self) -> T {
        T::from_bits(self.shell.read(Store::shared).unwrap_or(0))
    }
}

impl<const N: usize, T: GaugeNumber, V: AsRef<str>> Series<'_, Gauge<N, T>, V, N> {
    /// Sets it.
    pub fn set(&self, number: T) {
        self.metric.shell.count(&self.values, |child| set(child, number));
    }

    /// Adds one.
    pub fn inc(&self) {
        self.add(T::ONE);
    }

    /// Takes one away.
    pub fn dec(&self) {
        self.sub(T::ONE);
    }

    /// Adds a number.
    pub fn add(&self, number: T) {
        self.metric.shell.count(&self.values, |child| add(child, number));
    }

    /// Takes a number away.
    pub fn sub(&self, number: T) {
        self.metric.shell.count(&self.values, |child| sub(child, number));
    }

    /// Adds one until what is returned is dropped.
    pub fn guard(&self) -> GaugeGuard<T> {
        let handle = self.metric.shell.child(&self.values);
        GaugeGuard::new(&handle.clone(), Keep::Child(handle))
    }
}

impl<const N: usize, T> Sealed for Gauge<N, T> {}

impl<const N: usize, T: GaugeNumber> MetricFamily for Gauge<N, T> {
    fn family(&self) -> Arc<Family> {
        Arc::clone(self.shell.family())
    }
}

/// One series of a [`Gauge`] with labels.
pub struct GaugeChild<T = f64> {
    handle: Handle,
    number: PhantomData<fn(T)>,
}

impl<T: GaugeNumber> GaugeChild<T> {
    /// Sets it.
    pub fn set(&self, number: T) {
        // It may be 0 that it is set to, in a store where nobody named it.
        let _ = self.handle.child().name();
        set(&self.handle, number);
    }

    /// What it stands at.
    #[must_use]
    pub fn get(&self) -> T {
        T::from_bits(here().shared(self.handle.slot(0)))
    }

    /// Adds one.
    pub fn inc(&self) {
        self.add(T::ONE);
    }

    /// Takes one away.
    pub fn dec(&self) {
        self.sub(T::ONE);
    }

    /// Adds a number.
    pub fn add(&self, number: T) {
        add(&self.handle, number);
    }

    /// Takes a number away.
    pub fn sub(&self, number: T) {
        sub(&self.handle, number);
    }

    /// Adds one until what is returned is dropped.
    pub fn guard(&self) -> GaugeGuard<T> {
        GaugeGuard::new(&self.handle, Keep::Child(self.handle.clone()))
    }
}

impl<T> Clone for GaugeChild<T> {
    fn clone(&self) -> Self {
        Self { handle: self.handle.clone(), number: PhantomData }
    }
}

impl<T> fmt::Debug for GaugeChild<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GaugeChild").field(&self.handle).finish()
    }
}

/// One more in a gauge, for as long as this lives.
#[must_use = "the gauge goes back when this is dropped"]
pub struct GaugeGuard<T: GaugeNumber = f64> {
    cell: Lasting,
    _keep: Keep,
    number: PhantomData<fn(T)>,
}

/// What keeps a series' cell from becoming another's.
#[expect(dead_code, reason = "kept, and not looked at")]
pub(super) enum Keep {
    Nothing,
    Family(Arc<Family>),
    Child(Handle),
}

impl<T: GaugeNumber> GaugeGuard<T> {
    pub(super) fn new(place: &impl Place, keep: Keep) -> Self {
        let cell = Lasting::new(place, 0);
        T::ONE.add_to(cell.cell());
        Self { cell, _keep: keep, number: PhantomData }
    }
}

impl<T: GaugeNumber> Drop for GaugeGuard<T> {
    fn drop(&mut self) {
        T::ONE.sub_from(self.cell.cell());
    }
}

impl<T: GaugeNumber> fmt::Debug for GaugeGuard<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GaugeGuard").field(&self.cell).finish()
    }
}
