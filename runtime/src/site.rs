//! Annotated places in the source: what the compiler builds and the linker finds.

mod at;
mod calls;
mod in_flight;
mod labelled;
mod objective;
mod observed;
mod origin;
mod outcomes;
mod part;
mod seconds;

use std::fmt;

pub(crate) use self::at::At;
pub use self::calls::Calls;
pub use self::in_flight::InFlight;
pub use self::labelled::Labelled;
pub use self::objective::Objective;
pub use self::observed::Observed;
pub use self::origin::Origin;
pub(crate) use self::origin::{Label, PREFIX};
pub use self::outcomes::Outcomes;
#[cfg(feature = "actix")]
pub(crate) use self::outcomes::Pending;
pub(crate) use self::outcomes::{Ending, OutcomeGuard};
pub(crate) use self::part::{Layout, Part};
pub use self::seconds::Seconds;
use crate::cells::Row;
use crate::labelled::Children;

/// One annotated place: what its attribute says, and the cells that its calls are counted in.
///
/// A site is built by the compiler and knows no registry; registries find the sites.
#[derive(Debug)]
pub struct Site<L> {
    origin: Origin,
    layout: L,
    row: Row,
}

impl<L: Layout> Site<L> {
    /// A site whose label values are all known.
    pub const fn new(origin: Origin, layout: L) -> Self {
        Self { origin, layout, row: Row::new(L::CELLS) }
    }

    /// The cells of a call.
    #[inline]
    pub const fn handle(&'static self) -> At<L, &'static Row> {
        At::new(&self.layout, &self.row)
    }
}

impl Site<Calls> {
    /// Counts a call.
    #[inline]
    pub fn count(&'static self) {
        self.handle().begin();
    }
}

/// A site of any kind, as a registry reads it.
pub trait AnySite: fmt::Debug + Sync {
    /// What the attribute says.
    fn origin(&self) -> &Origin;

    /// The metrics that the site counts into.
    fn parts(&self) -> &'static [Part];

    /// The upper bounds of its histogram, if it has one.
    fn bounds(&'static self) -> &'static [f64];

    /// The place of the cells of one of its parts.
    fn place(&self, part: Part) -> u32;

    /// The cells, where all label values are known.
    fn row(&'static self) -> Option<&'static Row>;

    /// The children, where some label values come with the calls.
    fn children(&self) -> Option<&Children>;
}

impl<L: Layout> AnySite for Site<L> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn parts(&self) -> &'static [Part] {
        L::PARTS
    }

    fn bounds(&'static self) -> &'static [f64] {
        self.layout.bounds()
    }

    fn place(&self, part: Part) -> u32 {
        L::place(part)
    }

    fn row(&'static self) -> Option<&'static Row> {
        Some(&self.row)
    }

    fn children(&self) -> Option<&Children> {
        None
    }
}
