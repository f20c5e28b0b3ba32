use std::fmt;

use crate::cells::Reader;
use crate::kind::Kind;
use crate::outcome::Outcome;
use crate::value::Value;

/// Which of the metrics around a call something counts into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// How many calls began.
    Calls,
    /// How many calls ended, by how they did.
    Outcomes,
    /// How long they took.
    Seconds,
    /// How many are under way.
    InFlight,
}

impl Part {
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Calls => "_total",
            Self::Outcomes => "_outcomes_total",
            Self::Seconds => "_seconds",
            Self::InFlight => "_in_flight",
        }
    }

    pub(crate) fn help(self) -> &'static str {
        match self {
            Self::Calls => "Calls of the annotated interfaces.",
            Self::Outcomes => "Calls of the annotated interfaces by how they ended.",
            Self::Seconds => "Duration of the calls of the annotated interfaces in seconds.",
            Self::InFlight => "Calls of the annotated interfaces under way.",
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Calls | Self::Outcomes => Kind::Counter,
            Self::Seconds => Kind::Histogram,
            Self::InFlight => Kind::Gauge,
        }
    }
}

/// One series of a part, as it stood when it was read.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The values of the labels that each call gives, in the order of their names.
    pub(crate) values: &'a [&'a str],
    /// The value of the label `outcome`, where there is that label.
    pub(crate) outcome: Option<Outcome>,
    pub(crate) value: Value,
}

/// How the cells of one label set are laid out.
pub trait Layout: fmt::Debug + Send + Sync + Sized + 'static {
    /// The metrics that they belong to.
    const PARTS: &'static [Part];

    /// How many series they are, in the metric that has the most.
    const SERIES: usize;

    /// How many cells they are.
    const CELLS: u32;

    /// The upper bounds of the histogram among them.
    fn bounds(&self) -> &[f64] {
        &[]
    }

    /// Reads one part of the cells that begin at that slot, or that nothing was counted in.
    fn read(
        &self,
        part: Part,
        first: Option<u32>,
        reader: &Reader,
        push: &mut dyn FnMut(Option<Outcome>, Value),
    );
}

/// The slot of a place, in cells that begin at a slot if there are any.
pub(super) fn slot(first: Option<u32>, place: u32) -> Option<u32> {
    first.map(|first| first + place)
}
