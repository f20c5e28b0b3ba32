//! The families of all processes in the place of one's own.

use std::collections::HashSet;
use std::sync::Arc;

use super::plan::Planned;
use super::{Union, Usage};
use crate::cells::Beside;
use crate::combine::WORKER;
use crate::listing::{Listing, identity};
use crate::snapshot::Family;

impl Union {
    /// The numbers of all families, which are read beside this process's own.
    pub(crate) fn take_values(&mut self) -> Beside {
        std::mem::take(&mut self.values)
    }

    /// What all processes take of the machine, if that was asked for.
    pub(crate) fn take_usage(&mut self) -> Option<Usage> {
        self.usage.take()
    }

    /// Puts the families in the place of this process's own, and those beside them that it shows though
    /// this process does not have them, by whether they are apart. Both are in the order of their names.
    ///
    /// Of its own there may be `more` than others see, where there was no room.
    pub(crate) fn replace<'a>(
        &'a self,
        own: &mut Vec<Family<'a>>,
        more: bool,
        shows: impl Fn(bool) -> bool,
    ) {
        let out = self.left_out(own, &shows);
        own.retain(|family| !out.contains(family.name));
        let mut others = Vec::new();
        for planned in &*self.families {
            let series = Arc::clone(&planned.listing);
            match own.binary_search_by(|family| family.name.cmp(&planned.name)) {
                Ok(at) => {
                    let rest = more.then(|| planned.rest(&own[at].series)).flatten();
                    own[at] = planned.family(series, rest);
                }
                Err(_) if shows(planned.apart) => others.push(planned.family(series, None)),
                Err(_) => {}
            }
        }
        own.extend(others);
    }

    /// The names of those of its own that were left out of the families since a newer one, which it
    /// shows, has samples of their names.
    fn left_out<'a>(&self, own: &[Family<'a>], shows: impl Fn(bool) -> bool) -> HashSet<&'a str> {
        let is_there = |name: &str| {
            self.families.binary_search_by(|planned| (*planned.name).cmp(name)).is_ok()
        };
        let has = |name: &str| own.binary_search_by(|family| family.name.cmp(name)).is_ok();
        let is_taken = |sample: &String| {
            let mut families = self.families.iter();
            families.any(|planned| {
                planned.has_sample(sample) && (shows(planned.apart) || has(&planned.name))
            })
        };
        let alone = own.iter().filter(|family| !is_there(family.name));
        let out = alone.filter(|family| family.kind.sample_names(family.name).iter().any(is_taken));
        out.map(|family| family.name).collect()
    }

    /// Whether one of the families has a sample of that name.
    pub(crate) fn has_sample(&self, name: &str) -> bool {
        self.families.iter().any(|family| family.has_sample(name))
    }
}

impl Planned {
    fn has_sample(&self, name: &str) -> bool {
        name.starts_with(&*self.name)
            && self.kind.sample_names(&self.name).iter().any(|sample| sample == name)
    }

    fn family(&self, series: Arc<Listing>, rest: Option<Arc<Listing>>) -> Family<'_> {
        let more = rest.into_iter().collect();
        Family { name: &self.name, help: &self.help, kind: self.kind, series, more }
    }

    /// Those series of a process that are not among these.
    fn rest(&self, own: &Listing) -> Option<Arc<Listing>> {
        let all = &self.listing;
        let labels = |listing: &'_ Listing, series: usize| {
            let labels = listing.labels(series).filter(|(name, _)| *name != WORKER);
            let labels = identity(labels).into_iter();
            labels.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
        };
        let known: HashSet<_> = (0..all.len()).map(|series| labels(all, series)).collect();
        let rest = (0..own.len()).filter(|series| !known.contains(&labels(own, *series)));
        let rest: Vec<_> = rest.collect();
        (!rest.is_empty()).then(|| Arc::new(own.only(&rest)))
    }
}
