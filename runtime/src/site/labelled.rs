use std::borrow::Cow;

use super::at::At;
use super::calls::Calls;
use super::origin::Origin;
use super::part::{Layout, Part};
use super::{AnySite, PREFIX};
use crate::cells::Row;
use crate::labelled::{Children, Handle, Room, Sort};

/// An annotated place some of whose label values come with the calls.
#[derive(Debug)]
pub struct Labelled<L> {
    origin: Origin,
    layout: L,
    children: Children,
}

impl<L: Layout> Labelled<L> {
    pub const fn new(origin: Origin, layout: L) -> Self {
        Self { origin, layout, children: Children::new() }
    }

    /// The cells of a call with these values, which stand in the order of their labels' names.
    #[inline]
    pub fn with(&'static self, values: &[Cow<'_, str>]) -> At<L, Handle> {
        At::new(&self.layout, self.children.get(self.sort(), values))
    }

    #[inline]
    fn sort(&self) -> Sort<'static> {
        let metric = self.origin.named.as_ref().map_or(PREFIX, |named| named.name);
        Sort { room: Room::Metric(metric, L::SERIES), cells: L::CELLS }
    }
}

impl Labelled<Calls> {
    /// Counts a call with these values.
    #[inline]
    pub fn count(&'static self, values: &[Cow<'_, str>]) {
        self.children.count(self.sort(), values, |child| At::new(&self.layout, child).begin());
    }
}

impl<L: Layout> AnySite for Labelled<L> {
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
        None
    }

    fn children(&self) -> Option<&Children> {
        Some(&self.children)
    }
}
