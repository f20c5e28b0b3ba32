use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::contradiction::{Contradiction, Contradictions, Declaration};
use crate::error::StartError;
use crate::naming::Naming;
use crate::site::{CALLS, Site};

/// The sites of a registry, sorted into families and series.
#[derive(Debug)]
pub(crate) struct Catalog {
    families: BTreeMap<String, Family>,
    contradictions: Contradictions,
}

/// The sites of one metric name, which all describe it in the same way.
#[derive(Debug)]
pub(crate) struct Family {
    /// What the first of its sites says.
    pub(crate) declaration: Declaration,
    /// By the label values themselves: no two different ones are ever one series.
    series: BTreeMap<&'static [&'static str], Vec<&'static Site>>,
}

impl Catalog {
    /// Sorts the sites; of two that contradict each other the first in the order of source
    /// locations is kept, since the linker promises no order.
    pub(crate) fn bind(sites: &[&'static Site], naming: Option<&Naming>) -> Self {
        let mut sites = sites.to_vec();
        sites.sort_by_key(|site| {
            let at = site.location();
            (at.file(), at.line(), at.column(), site.label_values())
        });
        let mut families = BTreeMap::new();
        let mut contradictions = Vec::new();
        for site in sites {
            let declaration = declare(site, naming);
            let family = match families.entry(declaration.name.clone()) {
                Entry::Vacant(free) => free.insert(Family {
                    declaration,
                    series: BTreeMap::new(),
                }),
                Entry::Occupied(taken) => {
                    let family = taken.into_mut();
                    if !family.declaration.agrees_with(&declaration) {
                        contradictions.push(Contradiction {
                            kept: family.declaration.clone(),
                            left_out: declaration,
                        });
                        continue;
                    }
                    family
                }
            };
            family
                .series
                .entry(site.label_values())
                .or_default()
                .push(site);
        }
        Self {
            families,
            contradictions: Contradictions(contradictions),
        }
    }

    /// The families in the order of their names.
    pub(crate) fn families(&self) -> impl Iterator<Item = &Family> {
        self.families.values()
    }

    pub(crate) fn check(&self) -> Result<(), StartError> {
        if self.contradictions.0.is_empty() {
            return Ok(());
        }
        Err(self.contradictions.clone().into())
    }

    pub(crate) fn contradictions(&self) -> &Contradictions {
        &self.contradictions
    }
}

impl Family {
    /// The label values and the count of each series, in the order of the values.
    pub(crate) fn series(&self) -> impl Iterator<Item = (&'static [&'static str], u64)> {
        self.series.iter().map(|(values, sites)| {
            let count = sites
                .iter()
                .fold(0, |sum: u64, site| sum.wrapping_add(site.count()));
            (*values, count)
        })
    }
}

fn declare(site: &'static Site, naming: Option<&Naming>) -> Declaration {
    let metric = site.metric();
    let (name, help) = match naming {
        Some(naming) if std::ptr::eq(metric, &raw const CALLS) => (&*naming.name, &*naming.help),
        _ => (metric.name, metric.help),
    };
    Declaration {
        name: name.to_owned(),
        help: help.to_owned(),
        kind: metric.kind,
        label_names: metric.label_names,
        location: site.location(),
    }
}
