use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::kind::Kind;
use crate::value::Value;

/// All families as they stood at one scrape, in the order of their names: all that an encoder
/// reads.
#[derive(Debug, Default)]
pub(crate) struct Snapshot<'a> {
    families: BTreeMap<Cow<'a, str>, Family<'a>>,
    /// The names of all samples.
    samples: BTreeSet<String>,
}

#[derive(Debug)]
pub(crate) struct Family<'a> {
    pub(crate) name: Cow<'a, str>,
    /// Empty where a `prometheus` collector gave none.
    pub(crate) help: Cow<'a, str>,
    pub(crate) kind: Kind,
    pub(crate) series: Vec<Series<'a>>,
}

#[derive(Debug)]
pub(crate) struct Series<'a> {
    pub(crate) labels: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    pub(crate) value: Value,
    /// Milliseconds since the Unix epoch, where a collector gave its own time.
    pub(crate) timestamp_ms: Option<i64>,
}

impl<'a> Snapshot<'a> {
    pub(crate) fn families(&self) -> impl Iterator<Item = &Family<'a>> {
        self.families.values()
    }

    /// Adds a family. Series of a name that is there already join it, if they are of its kind and
    /// not there yet; returns whether all that was given found its place.
    pub(crate) fn add(&mut self, mut family: Family<'a>) -> bool {
        let present = match self.families.entry(family.name.clone()) {
            Entry::Occupied(present) if present.get().kind == family.kind => present.into_mut(),
            Entry::Occupied(_) => return false,
            Entry::Vacant(free) => {
                // `x_count` is a sample of the histogram `x`, and can be no family beside it.
                let names = family.kind.sample_names(&family.name);
                if names.iter().any(|name| self.samples.contains(name)) {
                    return false;
                }
                self.samples.extend(names);
                free.insert(family.header())
            }
        };
        // Series of one identity written twice would make the whole exposition invalid.
        let mut known: BTreeSet<_> = present.series.iter().map(Series::identity).collect();
        let offered = family.series.len();
        family.series.retain(|series| known.insert(series.identity()));
        let fresh = family.series.len();
        present.series.append(&mut family.series);
        fresh == offered
    }
}

impl Family<'_> {
    /// The family without its series.
    fn header(&self) -> Self {
        let Self { name, help, kind, series: _ } = self;
        Self { name: name.clone(), help: help.clone(), kind: *kind, series: Vec::new() }
    }
}

impl<'a> Series<'a> {
    /// The labels in an order that does not depend on how they were given.
    fn identity(&self) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
        let mut labels = self.labels.clone();
        labels.sort();
        labels
    }
}
