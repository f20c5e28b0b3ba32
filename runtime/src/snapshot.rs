use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::kind::Kind;
use crate::value::Value;

/// All families as they stood at one scrape, in the order of their names: all that an encoder
/// reads.
#[derive(Debug, Default)]
pub(crate) struct Snapshot<'a> {
    families: BTreeMap<Cow<'a, str>, Family<'a>>,
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
    pub(crate) fn add(&mut self, family: Family<'a>) -> bool {
        let Some(present) = self.families.get_mut(&family.name) else {
            self.families.insert(family.name.clone(), family);
            return true;
        };
        if present.kind != family.kind {
            return false;
        }
        // Series of one identity written twice would make the whole exposition invalid.
        let offered = family.series.len();
        let before = present.series.len();
        let mut known: BTreeSet<_> = present.series.iter().map(Series::identity).collect();
        let fresh: Vec<_> = family
            .series
            .into_iter()
            .filter(|series| known.insert(series.identity()))
            .collect();
        present.series.extend(fresh);
        present.series.len() - before == offered
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
