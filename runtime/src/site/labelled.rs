use std::borrow::Cow;

use super::children::Children;
use super::origin::Origin;
use super::part::{Cells, Part, Reading};
use super::{AnySite, PREFIX};

/// An annotated place some of whose label values come with the calls.
#[derive(Debug)]
pub struct Labelled<C: 'static> {
    origin: Origin,
    prototype: C,
    children: Children<C>,
}

impl<C: Cells> Labelled<C> {
    pub const fn new(origin: Origin, prototype: C) -> Self {
        Self { origin, prototype, children: Children::new() }
    }

    /// The cells of a call with these values, which stand in the order of their labels' names.
    pub fn with(&self, values: &[Cow<'_, str>]) -> &'static C {
        let metric = self.origin.named.as_ref().map_or(PREFIX, |named| named.name);
        self.children.get(metric, &self.prototype, values)
    }
}

impl<C: Cells> AnySite for Labelled<C> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn parts(&self) -> &'static [Part] {
        C::PARTS
    }

    fn bounds(&self) -> &[f64] {
        self.prototype.bounds()
    }

    fn read(&self, part: Part, push: &mut dyn FnMut(Reading<'_>)) {
        let count = self.origin.labels().iter().filter(|(_, value)| value.is_none()).count();
        self.children.for_each(count, |values, cells| {
            cells.read(part, &mut |outcome, value| {
                push(Reading { values, outcome, value });
            });
        });
    }

    fn overflows(&self) -> Option<u64> {
        Some(self.children.overflows())
    }
}
