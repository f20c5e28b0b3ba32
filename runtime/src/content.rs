use std::sync::Arc;

use crate::kind::Kind;
use crate::shape::Shape;
use crate::{bounds, native};

/// What the cells of a series hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Content {
    Count,
    FloatCount,
    /// A gauge, in one cell for all threads.
    Number,
    /// A gauge, in one cell for all threads.
    Integer,
    /// What is under way: how much began and, behind it, how much ended.
    UnderWay,
    /// A count for each bucket and for what is beyond the last, not cumulative, and the sum.
    Histogram,
    /// The same, with the sum in whole nanoseconds.
    Seconds,
    /// The count and the sum.
    Summary,
}

impl Content {
    const ALL: [Self; 8] = [
        Self::Count,
        Self::FloatCount,
        Self::Number,
        Self::Integer,
        Self::UnderWay,
        Self::Histogram,
        Self::Seconds,
        Self::Summary,
    ];

    /// What it is in a file; it stays what it is.
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "no others to be read"))]
    pub(crate) fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    pub(crate) const fn kind(self) -> Kind {
        match self {
            Self::Count | Self::FloatCount => Kind::Counter,
            Self::Number | Self::Integer | Self::UnderWay => Kind::Gauge,
            Self::Histogram | Self::Seconds => Kind::Histogram,
            Self::Summary => Kind::Summary,
        }
    }

    /// How many cells they are.
    pub(crate) const fn cells(self, bounds: &[f64], native: bool) -> u32 {
        match self {
            Self::Count | Self::FloatCount | Self::Number | Self::Integer => 1,
            Self::UnderWay | Self::Summary => 2,
            Self::Histogram | Self::Seconds => {
                bounds::sum(bounds) + 1 + if native { native::CELLS } else { 0 }
            }
        }
    }

    /// The samples that it is exposed as.
    pub(crate) fn shape(self, bounds: &Arc<[f64]>) -> Shape {
        match self {
            Self::Count | Self::UnderWay => Shape::Count,
            Self::Integer => Shape::Integer,
            Self::FloatCount | Self::Number => Shape::Number,
            Self::Histogram | Self::Seconds => Shape::Histogram(Arc::clone(bounds)),
            Self::Summary => Shape::Summary([].into()),
        }
    }
}
