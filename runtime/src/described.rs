//! What annotated places count, as it is told to those who share a file with this process.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::catalog::{Catalog, Declared};
use crate::cells::{Place as _, keep};
use crate::clock;
use crate::combine::Combine;
use crate::contradiction::Declaration;
use crate::file::{Flags, Label, Metric, Own, Place, Series, own};
use crate::item::Item;
use crate::labelled::{Children, new_family};
use crate::link;
use crate::naming::Naming;
use crate::site::{AnySite, Part};

/// What was told so far: of each site, by its address.
static TOLD: Mutex<BTreeMap<usize, Told>> = Mutex::new(BTreeMap::new());

#[derive(Debug)]
struct Told {
    group: u64,
    parts: BTreeMap<Part, (Declaration, Vec<Place>)>,
}

/// The name that the default registry has for calls, if it is one of the service's own.
static NAMING: Mutex<Option<Naming>> = Mutex::new(None);

/// Has calls be known by another name.
pub(crate) fn rename(naming: Naming) {
    *NAMING.lock().unwrap_or_else(PoisonError::into_inner) = Some(naming);
    describe();
}

/// Tells of everything that the linker found, under the names that hold.
pub(crate) fn describe() {
    let Some(own) = own() else { return };
    let naming = NAMING.lock().unwrap_or_else(PoisonError::into_inner);
    let items: Vec<Item> = link::items().iter().map(|linked| linked.item()).collect();
    let catalog = Catalog::bind(&items, &[], naming.as_ref());
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    for declared in catalog.declared() {
        match declared {
            Declared::Family(family) => family.describe(false),
            Declared::Site(site, part, declaration) => {
                let told = told.entry(std::ptr::from_ref(site).cast::<()>().addr());
                told.or_insert_with(|| Told::new(own, site)).tell(own, site, part, declaration);
            }
        }
    }
}

impl Told {
    fn new(own: &Own, site: &'static dyn AnySite) -> Self {
        let group = site.children().map_or_else(new_family, Children::family);
        if let Some(row) = site.row() {
            let first = row.bind();
            if keep(first, row.count()) {
                let created_ms = clock::start_ms();
                own.series(&Series { group, first, created_ms, values: Vec::new() });
            }
        }
        Self { group, parts: BTreeMap::new() }
    }

    fn tell(&mut self, own: &Own, site: &dyn AnySite, part: Part, declaration: Declaration) {
        if let Some((before, places)) = self.parts.get(&part) {
            if *before == declaration {
                return;
            }
            for place in places {
                own.remove(*place);
            }
        }
        let origin = site.origin();
        let outcomes = match part.outcomes() {
            [] => vec![(None, 0)],
            outcomes => outcomes.iter().map(Some).zip(0..).collect(),
        };
        let places = outcomes.into_iter().filter_map(|(outcome, place)| {
            let interface = Label::of_all("interface", origin.interface);
            let labels = origin.labels().iter().map(|(name, value)| match value {
                Some(value) => Label::of_all(name, value),
                None => Label::of_each(name),
            });
            let outcome = outcome.map(|outcome| Label::of_all("outcome", outcome.as_str()));
            own.metric(&Metric {
                group: self.group,
                place: site.place(part) + place,
                content: part.content().number(),
                combine: Combine::Sum.number(),
                flags: Flags::default(),
                limit: None,
                since_ns: 0,
                name: (&*declaration.name).into(),
                help: (&*declaration.help).into(),
                labels: std::iter::once(interface).chain(labels).chain(outcome).collect(),
                bounds: declaration.bounds.clone(),
            })
        });
        let places = places.collect();
        self.parts.insert(part, (declaration, places));
    }
}
