use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::contradiction::{Contradiction, Contradictions, Declaration};
use crate::error::StartError;
use crate::naming::Naming;
use crate::site::{AnySite, Label, PREFIX, Part};
use crate::value::Value;

/// The sites of a registry, sorted into families.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    families: BTreeMap<String, Family>,
    contradictions: Vec<Contradiction>,
    /// The names of all samples, and whose they are.
    samples: BTreeMap<String, Declaration>,
}

/// The sites of one metric name, which all describe it in the same way.
#[derive(Debug)]
pub(crate) struct Family {
    /// What the first of its sites says.
    pub(crate) declaration: Declaration,
    members: Vec<(&'static dyn AnySite, Part)>,
    /// Where a histogram's series were declared first, and with which buckets.
    declared: BTreeMap<Key, Declaration>,
    /// The interfaces that a route gave, and where.
    inferred: BTreeMap<&'static str, &'static dyn AnySite>,
}

/// What is known of a site's series before any call.
type Key = (&'static str, &'static [Label]);

/// The label values of a series, in the order of the label names.
type LabelValues = Vec<Cow<'static, str>>;

impl Catalog {
    /// Sorts the sites; of two that contradict each other the first in the order of source
    /// locations is kept, since the linker promises no order.
    pub(crate) fn bind(sites: &[&'static dyn AnySite], naming: Option<&Naming>) -> Self {
        let mut sites = sites.to_vec();
        sites.sort_by_key(|site| {
            let origin = site.origin();
            let at = origin.location;
            // All functions that one `macro_rules!` makes stand at one place.
            let name = origin.named.as_ref().map(|named| (named.name, named.help, named.labels));
            (at.file(), at.line(), at.column(), origin.interface, name)
        });
        let mut catalog = Self::default();
        let mut pairs = BTreeSet::new();
        for site in sites {
            for part in site.parts() {
                catalog.add(site, *part, naming, &mut pairs);
            }
        }
        catalog
    }

    fn add(
        &mut self,
        site: &'static dyn AnySite,
        part: Part,
        naming: Option<&Naming>,
        pairs: &mut BTreeSet<[usize; 2]>,
    ) {
        let declaration = declare(site, part, naming);
        let family = match self.families.entry(declaration.name.clone()) {
            Entry::Vacant(free) => {
                let samples = declaration.kind.sample_names(&declaration.name);
                let taken = samples.iter().find_map(|sample| self.samples.get_key_value(sample));
                if let Some((sample, kept)) = taken {
                    self.contradictions.push(Contradiction::Sample {
                        sample: sample.clone(),
                        kept: kept.clone(),
                        left_out: declaration,
                    });
                    return;
                }
                let owned = samples.into_iter().map(|sample| (sample, declaration.clone()));
                self.samples.extend(owned);
                free.insert(Family::new(declaration.clone()))
            }
            Entry::Occupied(taken) => taken.into_mut(),
        };
        let origin = site.origin();
        let key = (origin.interface, origin.labels());
        let same_series = family.declared.get(&key);
        let kept = if family.declaration.agrees_with(&declaration) {
            same_series.filter(|first| first.bounds != declaration.bounds)
        } else {
            Some(&family.declaration)
        };
        if let Some(kept) = kept.cloned() {
            self.contradictions.push(Contradiction::Description { kept, left_out: declaration });
            return;
        }
        family.declared.entry(key).or_insert(declaration);
        family.members.push((site, part));
        if origin.inferred {
            let interface = origin.interface;
            let first = *family.inferred.entry(interface).or_insert(site);
            let pair = [first, site].map(|site| std::ptr::from_ref(site).addr());
            if pair[0] != pair[1] && pairs.insert(pair) {
                let [first, second] = [first, site].map(|site| site.origin().location);
                self.contradictions.push(Contradiction::Inference { interface, first, second });
            }
        }
    }

    /// The families in the order of their names.
    pub(crate) fn families(&self) -> impl Iterator<Item = &Family> {
        self.families.values()
    }

    pub(crate) fn check(&self) -> Result<(), StartError> {
        if self.contradictions.is_empty() {
            return Ok(());
        }
        Err(Contradictions(self.contradictions.clone()).into())
    }

    pub(crate) fn contradictions(&self) -> &[Contradiction] {
        &self.contradictions
    }
}

impl Family {
    fn new(declaration: Declaration) -> Self {
        Self {
            declaration,
            members: Vec::new(),
            declared: BTreeMap::new(),
            inferred: BTreeMap::new(),
        }
    }

    /// The series with what they stand at, in the order of their label values. They are told apart
    /// by the values themselves: no two different ones are ever one series.
    pub(crate) fn series(&self) -> BTreeMap<LabelValues, Value> {
        let mut series = BTreeMap::new();
        for (site, part) in &self.members {
            let origin = site.origin();
            site.read(*part, &mut |reading| {
                let mut given = reading.values.iter();
                let labels = origin.labels().iter().map(|(_, value)| match value {
                    Some(value) => Cow::Borrowed(*value),
                    None => Cow::Owned(given.next().copied().unwrap_or_default().to_owned()),
                });
                let mut values: LabelValues = vec![Cow::Borrowed(origin.interface)];
                values.extend(labels);
                values.extend(reading.outcome.map(|outcome| Cow::Borrowed(outcome.as_str())));
                match series.entry(values) {
                    Entry::Vacant(free) => {
                        free.insert(reading.value);
                    }
                    Entry::Occupied(mut taken) => taken.get_mut().add(reading.value),
                }
            });
        }
        series
    }

    /// How many calls had label values beyond the limit, where label values come with the calls.
    pub(crate) fn overflows(&self) -> Option<u64> {
        let overflows = self.members.iter().filter_map(|(site, _)| site.overflows());
        overflows.reduce(u64::wrapping_add)
    }
}

fn declare(site: &'static dyn AnySite, part: Part, naming: Option<&Naming>) -> Declaration {
    let origin = site.origin();
    let (name, help) = match (&origin.named, naming) {
        (Some(named), _) if site.parts().len() > 1 => {
            (format!("{}{}", named.name, part.suffix()), named.help)
        }
        (Some(named), _) => (named.name.to_owned(), named.help),
        (None, Some(naming)) if part == Part::Calls => (naming.name.clone(), Some(&*naming.help)),
        (None, _) => (format!("{PREFIX}{}", part.suffix()), None),
    };
    let labels = origin.labels().iter().map(|(name, _)| *name);
    let outcome = (part == Part::Outcomes).then_some("outcome");
    let bounds = if part == Part::Seconds { site.bounds() } else { &[] };
    Declaration {
        name,
        help: help.unwrap_or(part.help()).to_owned(),
        kind: part.kind(),
        label_names: ["interface"].into_iter().chain(labels).chain(outcome).collect(),
        bounds: bounds.to_vec(),
        location: origin.location,
    }
}
