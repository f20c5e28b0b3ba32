use super::calls::Calls;
use super::in_flight::{InFlight, InFlightGuard};
use super::outcomes::{OutcomeGuard, Outcomes};
use super::part::{Cells, Part};
use super::seconds::{Seconds, SecondsGuard};
use crate::outcome::Outcome;
use crate::value::Value;

/// All that is measured of a call.
#[derive(Debug)]
pub struct Observed<const N: usize> {
    calls: Calls,
    outcomes: Outcomes,
    seconds: Seconds<N>,
    in_flight: InFlight,
}

impl<const N: usize> Observed<N> {
    pub const fn new(seconds: Seconds<N>) -> Self {
        let (calls, outcomes, in_flight) = (Calls::new(), Outcomes::new(), InFlight::new());
        Self { calls, outcomes, seconds, in_flight }
    }

    /// A call begins.
    #[inline]
    pub fn begin(&'static self) -> OutcomeGuard<(InFlightGuard, SecondsGuard<N>)> {
        self.calls.begin();
        self.outcomes.guard((self.in_flight.begin(), self.seconds.begin()))
    }
}

impl<const N: usize> Cells for Observed<N> {
    const PARTS: &'static [Part] = &[Part::Calls, Part::Outcomes, Part::Seconds, Part::InFlight];
    const SERIES: usize = Outcomes::SERIES;

    fn fresh(&self) -> Self {
        Self::new(self.seconds.fresh())
    }

    fn bounds(&self) -> &[f64] {
        self.seconds.bounds()
    }

    fn read(&self, part: Part, push: &mut dyn FnMut(Option<Outcome>, Value)) {
        match part {
            Part::Calls => self.calls.read(part, push),
            Part::Outcomes => self.outcomes.read(part, push),
            Part::Seconds => self.seconds.read(part, push),
            Part::InFlight => self.in_flight.read(part, push),
        }
    }
}
