//! Annotated places in the source: what the compiler builds and the linker finds.

mod at;
mod calls;
mod in_flight;
mod labelled;
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
pub use self::observed::Observed;
pub use self::origin::Origin;
pub(crate) use self::origin::{Label, PREFIX};
pub use self::outcomes::Outcomes;
#[cfg(feature = "actix")]
pub(crate) use self::outcomes::Pending;
pub(crate) use self::outcomes::{Ending, OutcomeGuard};
pub(crate) use self::part::{Layout, Part, Reading};
pub use self::seconds::Seconds;
use crate::cells::{Reader, Row};

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
    fn bounds(&self) -> &[f64];

    /// Reads the cells of one of its parts.
    fn read(&self, part: Part, reader: &Reader, push: &mut dyn FnMut(Reading<'_>));

    /// How many calls had label values beyond the limit; nothing where all values are known.
    fn overflows(&self, reader: &Reader) -> Option<u64>;
}

impl<L: Layout> AnySite for Site<L> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn parts(&self) -> &'static [Part] {
        L::PARTS
    }

    fn bounds(&self) -> &[f64] {
        self.layout.bounds()
    }

    fn read(&self, part: Part, reader: &Reader, push: &mut dyn FnMut(Reading<'_>)) {
        self.layout.read(part, self.row.bound(), reader, &mut |outcome, value| {
            push(Reading { values: &[], outcome, value });
        });
    }

    fn overflows(&self, _reader: &Reader) -> Option<u64> {
        None
    }
}
