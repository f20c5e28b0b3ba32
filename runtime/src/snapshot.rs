use std::collections::HashSet;
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

/// The labels of a series in an order that does not depend on how they were given.
pub(crate) fn identity(listing: &Listing, series: usize) -> Vec<(&str, &str)> {
    let mut labels: Vec<_> = listing.labels(series).collect();
    labels.sort_unstable();
    labels
}

/// The identities of all series of a family.
pub(crate) fn identities<'a>(
    listings: impl Iterator<Item = &'a Arc<Listing>>,
) -> HashSet<Vec<(&'a str, &'a str)>> {
    let each =
        |listing: &'a Arc<Listing>| (0..listing.len()).map(move |series| identity(listing, series));
    listings.flat_map(each).collect()
}
