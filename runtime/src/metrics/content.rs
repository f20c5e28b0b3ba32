use super::buckets;
use crate::kind::Kind;

/// What the cells of a series hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Content {
    Count,
    FloatCount,
    Number,
    Integer,
    Histogram,
    Summary,
}

impl Content {
    pub(super) const fn kind(self) -> Kind {
        match self {
            Self::Count | Self::FloatCount => Kind::Counter,
            Self::Number | Self::Integer => Kind::Gauge,
            Self::Histogram => Kind::Histogram,
            Self::Summary => Kind::Summary,
        }
    }

    pub(super) const fn cells(self, bounds: &[f64], native: bool) -> u32 {
        match self {
            Self::Count | Self::FloatCount | Self::Number | Self::Integer => 1,
            Self::Histogram => buckets::cells(bounds, native),
            Self::Summary => 2,
        }
    }
}
