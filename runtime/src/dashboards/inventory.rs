use std::collections::BTreeMap;

use crate::kind::Kind;
use crate::measured::Measured;
use crate::registry::Registry;

/// What a registry exposes, without its numbers: the same for each start of a program.
#[derive(Debug)]
pub(super) struct Inventory {
    pub(super) measured: Vec<Measured>,
    /// All other families, in the order of their names.
    pub(super) others: Vec<Described>,
}

/// A metric family.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) kind: Kind,
    pub(super) labels: Vec<String>,
}

impl Inventory {
    pub(super) fn of(registry: &Registry) -> Self {
        let catalog = registry.inner.catalog();
        let measured = Measured::all(&catalog);
        let mut all = registry.gather(|snapshot| {
            let families = snapshot.families().iter().map(|family| {
                // Those of others have no labels but those of their series.
                let listing = family.listings().find(|listing| listing.len() > 0);
                let labels =
                    listing.map(|listing| listing.labels(0).map(|(name, _)| name.to_owned()));
                let described = Described {
                    name: family.name.to_owned(),
                    help: family.help.to_owned(),
                    kind: family.kind,
                    labels: labels.map(Iterator::collect).unwrap_or_default(),
                };
                (described.name.clone(), described)
            });
            families.collect::<BTreeMap<_, _>>()
        });
        for members in catalog.families() {
            let declaration = &members.declaration;
            let labels = declaration.label_names.iter().map(|name| name.clone().into_owned());
            let described = Described {
                name: declaration.name.clone(),
                help: declaration.help.clone(),
                kind: declaration.kind,
                labels: labels.collect(),
            };
            all.insert(described.name.clone(), described);
        }
        for family in measured.iter().flat_map(Measured::families) {
            all.remove(family);
        }
        Self { measured, others: all.into_values().collect() }
    }

    /// A family of each measured name, by which its jobs, instances and interfaces are found.
    pub(super) fn representatives(&self) -> Vec<String> {
        let of = |measured: &Measured| {
            let of_seconds = measured.seconds.as_ref().map(|name| format!("{name}_count"));
            let others = [&measured.calls, &measured.outcomes, &measured.in_flight];
            others.into_iter().flatten().next().cloned().or(of_seconds)
        };
        self.measured.iter().filter_map(of).collect()
    }
}
