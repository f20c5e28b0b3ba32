//! A registry as a collector of the `prometheus` crate.

use std::borrow::Cow;
use std::collections::HashMap;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;

use crate::model;
use crate::registry::Registry;
use crate::snapshot::Family;

impl Collector for Registry {
    fn desc(&self) -> Vec<&Desc> {
        let describe = || {
            let catalog = self.inner.catalog();
            self.inner.own_families(&catalog).filter_map(describe).collect()
        };
        self.inner.descriptors.get_or_init(describe).iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        if self.inner.included.under_way() {
            // Registered in a registry that this one includes, and asked by way of it: the own
            // families are in that scrape already.
            return Vec::new();
        }
        self.gather_own(|snapshot| snapshot.families().map(model::write).collect())
    }
}

fn describe((family, labels): (Family<'_>, Vec<Cow<'static, str>>)) -> Option<Desc> {
    let labels = labels.into_iter().map(Cow::into_owned).collect();
    Desc::new(family.name.into_owned(), family.help.into_owned(), labels, HashMap::new())
        .inspect_err(|error| tracing::error!(%error, "a family cannot be described to prometheus"))
        .ok()
}
