//! Annotated functions that count in a static family.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use super::counter::Counter;
use super::gauge::{Gauge, GaugeGuard, GaugeNumber, Keep};
use super::histogram::{Histogram, observe};
use super::meta::Meta;
use super::shell::Shell;
use crate::cells::{Pass, Place, Row};
use crate::clock::Moment;
use crate::labelled::Handle;
use crate::outcome::Outcome;
use crate::site::{At, Outcomes};
use crate::traced;

/// The series of a call: the one of a family without labels, or that of its label values.
#[derive(Debug)]
pub(super) enum Spot {
    Row(&'static Row),
    Child(Handle),
}

macro_rules! either {
    ($spot:expr, $place:ident => $does:expr) => {
        match $spot {
            Spot::Row($place) => $does,
            Spot::Child($place) => $does,
        }
    };
}

impl Pass for Spot {
    fn pass(&mut self) -> Self {
        match self {
            Self::Row(row) => Self::Row(row),
            Self::Child(handle) => Self::Child(handle.pass()),
        }
    }
}

impl Place for Spot {
    #[inline]
    fn add(&self, place: u32, count: u64) {
        either!(self, row => row.add(place, count));
    }

    #[inline]
    fn end(&self, place: u32) {
        either!(self, row => row.end(place));
    }

    #[inline]
    fn add_float(&self, place: u32, number: f64) {
        either!(self, row => row.add_float(place, number));
    }

    #[inline]
    fn slot(&self, place: u32) -> u32 {
        either!(self, row => row.slot(place))
    }

    #[inline]
    fn count(&self) -> u32 {
        either!(self, row => Place::count(row))
    }
}

/// The label values in the family's order. What the compiler has checked: each has a place, and
/// there are no more.
#[inline]
fn ordered<'a, const N: usize>(order: &[usize], values: &'a [Cow<'_, str>]) -> [&'a str; N] {
    let mut ordered = [""; N];
    for (place, value) in order.iter().zip(values) {
        if let Some(label) = ordered.get_mut(*place) {
            *label = value;
        }
    }
    ordered
}

#[inline]
fn spot<const N: usize>(shell: &'static Shell<N>, values: &[&str; N]) -> Spot {
    if N == 0 { Spot::Row(shell.row()) } else { Spot::Child(shell.child(values)) }
}

#[inline]
fn count(place: &impl Place) {
    place.add(0, 1);
    traced::sample(place, 0, 1.0);
}

/// What `#[counted]` can count in.
#[diagnostic::on_unimplemented(
    message = "`#[counted]` counts in a `Counter`, and `{Self}` is none",
    label = "not a counter",
    note = "durations go to a `Histogram`, with `#[timed]`; calls under way to a `Gauge`, with \
            `#[in_flight]`"
)]
pub trait CountedMetric {
    fn count(&'static self, order: &[usize], values: &[Cow<'_, str>]);
    fn counted(&'static self, order: &[usize], values: &[Cow<'_, str>]) -> Counted;
    fn outcomes(&'static self, order: &[usize], values: &[Cow<'_, str>]) -> At<Outcomes, Spots>;
}

impl<const N: usize> CountedMetric for Counter<N> {
    #[inline]
    fn count(&'static self, order: &[usize], values: &[Cow<'_, str>]) {
        if N == 0 {
            count(self.shell().row());
        } else {
            self.shell().count(&ordered(order, values), count);
        }
    }

    #[inline]
    fn counted(&'static self, order: &[usize], values: &[Cow<'_, str>]) -> Counted {
        Counted(spot(self.shell(), &ordered(order, values)))
    }

    fn outcomes(&'static self, order: &[usize], values: &[Cow<'_, str>]) -> At<Outcomes, Spots> {
        let mut values: [&str; N] = ordered(order, values);
        // The outcome is the last that is given.
        let place = order.last().copied();
        let spots = Outcome::ALL.map(|outcome| {
            if let Some(label) = place.and_then(|place| values.get_mut(place)) {
                *label = outcome.as_str();
            }
            spot(self.shell(), &values)
        });
        At::new(&Outcomes, Spots(spots))
    }
}

/// A call that is to be counted.
#[derive(Debug)]
#[must_use]
pub struct Counted(Spot);

impl Counted {
    #[inline]
    pub fn begin(self) {
        count(&self.0);
    }
}

/// The series of all outcomes, which are found before the call so that they are there at 0.
#[derive(Debug)]
pub struct Spots([Spot; Outcome::ALL.len()]);

impl Pass for Spots {
    fn pass(&mut self) -> Self {
        Self(self.0.each_mut().map(Pass::pass))
    }
}

impl Place for Spots {
    fn add(&self, place: u32, count: u64) {
        self.0[place as usize].add(0, count);
    }

    fn end(&self, place: u32) {
        self.0[place as usize].end(0);
    }

    fn add_float(&self, place: u32, number: f64) {
        self.0[place as usize].add_float(0, number);
    }

    fn slot(&self, place: u32) -> u32 {
        self.0[place as usize].slot(0)
    }

    fn count(&self) -> u32 {
        7
    }
}

/// What `#[timed]` can observe in.
#[diagnostic::on_unimplemented(
    message = "`#[timed]` observes in a `Histogram`, and `{Self}` is none",
    label = "not a histogram",
    note = "calls are counted in a `Counter`, with `#[counted]`"
)]
pub trait TimedMetric {
    fn timed(&'static self, order: &[usize], values: &[Cow<'_, str>]) -> Timed;
}

impl<const N: usize> TimedMetric for Histogram<N> {
    #[inline]
    fn timed(&'static self, order: &[usize], values: &[Cow<'_, str>]) -> Timed {
        let spot = spot(self.shell(), &ordered(order, values));
        Timed { meta: self.shell().meta(), spot }
    }
}

/// A call that is to be timed.
#[derive(Debug)]
#[must_use]
pub struct Timed {
    meta: &'static Arc<Meta>,
    spot: Spot,
}

impl Timed {
    #[inline]
    pub fn begin(self) -> TimedGuard {
        TimedGuard { timed: self, start: Moment::now() }
    }
}

/// A call that is being timed.
#[derive(Debug)]
#[must_use]
pub struct TimedGuard {
    timed: Timed,
    start: Moment,
}

impl Drop for TimedGuard {
    #[inline]
    fn drop(&mut self) {
        let seconds = self.start.seconds();
        observe(self.timed.meta, &self.timed.spot, seconds);
    }
}

/// What `#[in_flight]` can go up and down in.
#[diagnostic::on_unimplemented(
    message = "`#[in_flight]` counts in a `Gauge`, and `{Self}` is none",
    label = "not a gauge",
    note = "calls are counted in a `Counter`, with `#[counted]`"
)]
pub trait InFlightMetric<T> {
    fn in_flight(&'static self, order: &[usize], values: &[Cow<'_, str>]) -> UnderWay<T>;
}

impl<const N: usize, T: GaugeNumber> InFlightMetric<T> for Gauge<N, T> {
    fn in_flight(&'static self, order: &[usize], values: &[Cow<'_, str>]) -> UnderWay<T> {
        UnderWay { spot: spot(self.shell(), &ordered(order, values)), number: PhantomData }
    }
}

/// A call that is to be counted while it is under way.
#[derive(Debug)]
#[must_use]
pub struct UnderWay<T> {
    spot: Spot,
    number: PhantomData<fn(T)>,
}

impl<T: GaugeNumber> UnderWay<T> {
    pub fn begin(self) -> GaugeGuard<T> {
        match self.spot {
            // A static's slot is never another's.
            Spot::Row(row) => GaugeGuard::new(&row, Keep::Nothing),
            Spot::Child(handle) => GaugeGuard::new(&handle, Keep::Child(handle.clone())),
        }
    }
}

#[inline]
pub fn count_metric<M: CountedMetric>(
    metric: &'static M,
    order: &[usize],
    values: &[Cow<'_, str>],
) {
    metric.count(order, values);
}

#[inline]
pub fn counted_metric<M: CountedMetric>(
    metric: &'static M,
    order: &[usize],
    values: &[Cow<'_, str>],
) -> Counted {
    metric.counted(order, values)
}

pub fn outcomes_metric<M: CountedMetric>(
    metric: &'static M,
    order: &[usize],
    values: &[Cow<'_, str>],
) -> At<Outcomes, Spots> {
    metric.outcomes(order, values)
}

#[inline]
pub fn timed_metric<M: TimedMetric>(
    metric: &'static M,
    order: &[usize],
    values: &[Cow<'_, str>],
) -> Timed {
    metric.timed(order, values)
}

pub fn in_flight_metric<T, M: InFlightMetric<T>>(
    metric: &'static M,
    order: &[usize],
    values: &[Cow<'_, str>],
) -> UnderWay<T> {
    metric.in_flight(order, values)
}
