use std::sync::Arc;

use crate::cells::Reader;
use crate::kind::Kind;
use crate::listing::Listing;

/// All families as they stand at one scrape, in the order of their names: all that an encoder reads.
#[derive(Debug)]
pub(crate) struct Snapshot<'a> {
    families: Vec<Family<'a>>,
    /// What is counted here adds up to.
    pub(crate) reader: &'a Reader,
}

#[derive(Debug)]
pub(crate) struct Family<'a> {
    pub(crate) name: &'a str,
    /// Empty where a `prometheus` collector gave none.
    pub(crate) help: &'a str,
    pub(crate) kind: Kind,
    /// The series, of which no two have the same labels.
    pub(crate) series: Arc<Listing>,
    /// More of them, from other registries.
    pub(crate) more: Vec<Arc<Listing>>,
}

impl Family<'_> {
    /// All listings of its series, one behind the other.
    pub(crate) fn listings(&self) -> impl Iterator<Item = &Arc<Listing>> {
        std::iter::once(&self.series).chain(&self.more)
    }

    /// Reads all series, one by one: each by its listing and its place in it, and its samples.
    pub(crate) fn for_each_series(
        &self,
        reader: &Reader,
        mut each: impl FnMut(&Listing, usize, &[u64]),
    ) {
        let mut samples = Vec::new();
        for listing in self.listings() {
            for series in 0..listing.len() {
                listing.read(series..series + 1, reader, &mut samples);
                each(listing, series, &samples);
            }
        }
    }
}

impl<'a> Snapshot<'a> {
    /// A snapshot of families in the order of their names, each name there once.
    pub(crate) fn new(families: Vec<Family<'a>>, reader: &'a Reader) -> Self {
        Self { families, reader }
    }

    /// Whether there is a family of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.families.binary_search_by(|family| family.name.cmp(name)).is_ok()
    }

    pub(crate) fn families(&self) -> &[Family<'a>] {
        &self.families
    }
}
