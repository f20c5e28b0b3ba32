//! Annotated places in the source: what the compiler builds and the linker finds.

mod calls;
mod children;
mod in_flight;
mod labelled;
mod observed;
mod origin;
mod outcomes;
mod part;
mod seconds;
pub(crate) mod series_limit;

use std::fmt;

pub use self::calls::Calls;
pub use self::in_flight::InFlight;
pub use self::labelled::Labelled;
pub use self::observed::Observed;
pub use self::origin::Origin;
pub(crate) use self::origin::{Label, PREFIX};
pub(crate) use self::outcomes::OutcomeGuard;
pub use self::outcomes::Outcomes;
#[cfg(feature = "actix")]
pub(crate) use self::outcomes::Pending;
pub(crate) use self::part::{Cells, Part, Reading};
pub use self::seconds::Seconds;

/// One annotated place: what its attribute says, and the cells that its calls are counted in.
///
/// A site is built by the compiler and knows no registry; registries find the sites.
#[derive(Debug)]
pub struct Site<C> {
    origin: Origin,
    cells: C,
}

impl<C: Cells> Site<C> {
    /// A site whose label values are all known.
    pub const fn new(origin: Origin, cells: C) -> Self {
        Self { origin, cells }
    }

    /// The cells of a call.
    #[inline]
    pub const fn handle(&'static self) -> &'static C {
        &self.cells
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
    fn read(&self, part: Part, push: &mut dyn FnMut(Reading<'_>));

    /// How many calls had label values beyond the limit; nothing where all values are known.
    fn overflows(&self) -> Option<u64>;
}

impl<C: Cells> AnySite for Site<C> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn parts(&self) -> &'static [Part] {
        C::PARTS
    }

    fn bounds(&self) -> &[f64] {
        self.cells.bounds()
    }

    fn read(&self, part: Part, push: &mut dyn FnMut(Reading<'_>)) {
        self.cells.read(part, &mut |outcome, value| {
            push(Reading { values: &[], outcome, value });
        });
    }

    fn overflows(&self) -> Option<u64> {
        None
    }
}
