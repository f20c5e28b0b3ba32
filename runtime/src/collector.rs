//! A registry as a collector of the `prometheus` crate.

use std::collections::HashMap;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;

use crate::model;
use crate::registry::Registry;

impl Collector for Registry {
    fn desc(&self) -> Vec<&Desc> {
        let describe = || self.inner.described().into_iter().filter_map(describe).collect();
        self.inner.descriptors.get_or_init(describe).iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        if self.inner.included.under_way() {
            // Registered in a registry that this one includes, and asked by way of it: the own
            // families are in that scrape already.
            return Vec::new();
        }
        self.gather_own(|snapshot| {
            let families = snapshot.families().iter();
            families.map(|family| model::write(family, snapshot.reader)).collect()
        })
    }
}

fn describe((name, help, labels): (String, String, Vec<String>)) -> Option<Desc> {
    Desc::new(name, help, labels, HashMap::new())
        .inspect_err(|error| tracing::error!(%error, "a family cannot be described to prometheus"))
        .ok()
}
