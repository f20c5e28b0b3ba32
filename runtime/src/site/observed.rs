use super::at::At;
use super::calls::Calls;
use super::in_flight;
use super::outcomes::{Ending, OutcomeGuard, Outcomes};
use super::part::{Layout, Part};
use super::seconds::Seconds;
use crate::cells::{Begun, Place};
use crate::clock::Moment;
use crate::traced;

/// All that is measured of a call.
#[derive(Debug)]
pub struct Observed<const N: usize> {
    seconds: Seconds<N>,
}

/// Where the outcomes' cells begin, behind that of the calls; and the others behind them.
const OUTCOMES: u32 = Calls::CELLS;
const IN_FLIGHT: u32 = OUTCOMES + Outcomes::CELLS;
const SECONDS: u32 = IN_FLIGHT + in_flight::InFlight::CELLS;

impl<const N: usize> Observed<N> {
    pub const fn new(seconds: Seconds<N>) -> Self {
        Self { seconds }
    }
}

impl<const N: usize, P: Place> At<Observed<N>, P> {
    /// A call begins.
    #[inline]
    pub fn begin(self) -> OutcomeGuard<P, UnderWay<N>> {
        self.place.add(0, 1);
        traced::sample(&self.place, 0, 1.0);
        let begun = Begun::new(&self.place, IN_FLIGHT);
        let under_way = UnderWay { seconds: &self.layout.seconds, begun, start: Moment::now() };
        OutcomeGuard::new(self.place, under_way)
    }
}

/// A call that is under way and is being timed.
#[derive(Debug)]
pub struct UnderWay<const N: usize> {
    seconds: &'static Seconds<N>,
    begun: Begun,
    start: Moment,
}

impl<const N: usize> Ending for UnderWay<N> {
    const OUTCOMES: u32 = OUTCOMES;

    #[inline]
    fn end(self, place: &impl Place) {
        self.begun.end(place, IN_FLIGHT);
        self.seconds.observe(self.start.nanoseconds(), place, SECONDS);
    }
}

impl<const N: usize> Layout for Observed<N> {
    const PARTS: &'static [Part] = &[Part::Calls, Part::Outcomes, Part::Seconds, Part::InFlight];
    const SERIES: usize = Outcomes::SERIES;
    const CELLS: u32 = SECONDS + Seconds::<N>::CELLS;

    fn bounds(&self) -> &[f64] {
        self.seconds.bounds()
    }

    fn place(part: Part) -> u32 {
        match part {
            Part::Calls => 0,
            Part::Outcomes => OUTCOMES,
            Part::Seconds => SECONDS,
            Part::InFlight => IN_FLIGHT,
        }
    }
}
