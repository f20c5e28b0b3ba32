use std::fmt;

use crate::content::Content;
use crate::outcome::Outcome;

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

    /// What the cells of one of its series hold.
    pub(crate) fn content(self) -> Content {
        match self {
            Self::Calls | Self::Outcomes => Content::Count,
            Self::Seconds => Content::Seconds,
            Self::InFlight => Content::UnderWay,
        }
    }

    /// The values of the label `outcome` of its series, in the order of their cells.
    pub(crate) fn outcomes(self) -> &'static [Outcome] {
        match self {
            Self::Outcomes => &Outcome::ALL,
            Self::Calls | Self::Seconds | Self::InFlight => &[],
        }
    }
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

    /// The place of the cells of one of its parts.
    fn place(part: Part) -> u32;
}
