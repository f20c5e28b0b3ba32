use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::cells::Store;
use crate::contradiction::{Contradiction, Contradictions, Declaration, Promise};
use crate::error::StartError;
use crate::item::Item;
use crate::labelled::{Child, Children};
use crate::listing::{At, LabelValues, Listing, Source};
use crate::metrics::Family;
use crate::naming::Naming;
use crate::outcome::Outcome;
use crate::site::{AnySite, Label, Origin, PREFIX, Part};
use crate::steady::Steady;

/// The sites and the families of a registry, sorted by metric name.
#[derive(Debug, Default)]
pub(crate) struct Catalog {
    families: BTreeMap<String, Members>,
    contradictions: Vec<Contradiction>,
    /// The names of all samples, and whose they are.
    samples: BTreeMap<String, Declaration>,
    /// The families that came after what was linked.
    later: Vec<Weak<Family>>,
    /// What is to be said of them: contradictions, overflows, and values that were refused.
    pub(crate) of_ours: [Steady; 3],
}

/// What counts in one metric name, and describes it in the same way.
#[derive(Debug)]
pub(crate) struct Members {
    /// What the first of its members says.
    pub(crate) declaration: Declaration,
    counting: Vec<Member>,
    /// Where a histogram's series were declared first, and with which buckets.
    declared: BTreeMap<Key, Declaration>,
    /// The interfaces that a route gave, and where.
    inferred: BTreeMap<&'static str, &'static dyn AnySite>,
    /// What is promised of which interface, and where that was said first.
    promised: BTreeMap<&'static str, Promise>,
    /// The listing of the process's store.
    kept: Mutex<Option<Kept>>,
}

/// What counts in a metric: a part of a site, or a family of the user's own, for as long as it is
/// there.
#[derive(Debug)]
enum Member {
    Site(&'static dyn AnySite, Part),
    Family(Weak<Family>),
}

/// What counts in a family, and how it is described there.
#[derive(Debug)]
pub(crate) enum Declared {
    Site(&'static dyn AnySite, Part, Declaration),
    Family(Arc<Family>),
}

/// What is known of a site's series before any call.
type Key = (&'static str, &'static [Label]);

/// What was listed last.
#[derive(Debug)]
struct Kept {
    /// Of each member.
    versions: Vec<Option<u64>>,
    /// The children whose series were not there.
    hidden: Vec<Arc<Child>>,
    listing: Arc<Listing>,
}

impl Catalog {
    /// Sorts the items; of two that contradict each other the first in the order of source
    /// locations is kept, since the linker promises no order. Those given later come later, whose
    /// order is their own.
    pub(crate) fn bind(linked: &[Item], later: &[Arc<Family>], naming: Option<&Naming>) -> Self {
        let mut linked = linked.to_vec();
        linked.sort_by_key(Self::order);
        let later_ones = later.iter().map(Arc::downgrade).collect();
        let mut catalog = Self { later: later_ones, ..Self::default() };
        let mut pairs = BTreeSet::new();
        let mut known = BTreeSet::new();
        let later = later.iter().map(|family| Item::Family(Arc::clone(family)));
        for item in linked.into_iter().chain(later) {
            match &item {
                Item::Site(site) => {
                    for part in site.parts() {
                        catalog.add_site(*site, *part, naming, &mut pairs);
                    }
                }
                // Linked, registered and used, it is still one.
                Item::Family(family) => {
                    if known.insert(Arc::as_ptr(family).addr()) {
                        catalog.add_family(family);
                    }
                }
            }
        }
        catalog
    }

    fn order(item: &Item) -> impl Ord + use<> {
        let at = match item {
            Item::Site(site) => site.origin().location,
            Item::Family(family) => family.location,
        };
        // All functions that one `macro_rules!` makes stand at one place.
        let (interface, name) = match item {
            Item::Site(site) => {
                let origin = site.origin();
                let named = origin.named.as_ref();
                let name = named.map(|named| (named.name.to_owned(), named.help, named.labels));
                (origin.interface, name)
            }
            Item::Family(family) => ("", Some((family.meta.name.clone(), None, &[][..]))),
        };
        (at.file(), at.line(), at.column(), interface, name)
    }

    /// The members of the declared name, if it may join them.
    fn join(&mut self, declaration: &Declaration) -> Option<&mut Members> {
        match self.families.entry(declaration.name.clone()) {
            Entry::Vacant(free) => {
                let samples = declaration.kind.sample_names(&declaration.name);
                let taken = samples.iter().find_map(|sample| self.samples.get_key_value(sample));
                if let Some((sample, kept)) = taken {
                    self.contradictions.push(Contradiction::Sample {
                        sample: sample.clone(),
                        kept: kept.clone(),
                        left_out: declaration.clone(),
                    });
                    return None;
                }
                let owned = samples.into_iter().map(|sample| (sample, declaration.clone()));
                self.samples.extend(owned);
                Some(free.insert(Members::new(declaration.clone())))
            }
            Entry::Occupied(taken) if taken.get().declaration.agrees_with(declaration) => {
                Some(taken.into_mut())
            }
            Entry::Occupied(taken) => {
                self.contradictions.push(Contradiction::Description {
                    kept: taken.get().declaration.clone(),
                    left_out: declaration.clone(),
                });
                None
            }
        }
    }

    fn add_site(
        &mut self,
        site: &'static dyn AnySite,
        part: Part,
        naming: Option<&Naming>,
        pairs: &mut BTreeSet<[usize; 2]>,
    ) {
        let declaration = declare_site(site, part, naming);
        let Some(members) = self.join(&declaration) else { return };
        let origin = site.origin();
        let key = (origin.interface, origin.labels());
        // All series of a family have its buckets; those of sites need not have each other's.
        let of_family = members.counting.iter().any(|member| matches!(member, Member::Family(_)));
        let first = of_family.then_some(&members.declaration);
        if let Some(kept) = members.declared.get(&key).or(first)
            && kept.bounds != declaration.bounds
        {
            let kept = kept.clone();
            self.contradictions.push(Contradiction::Description { kept, left_out: declaration });
            return;
        }
        members.declared.entry(key).or_insert(declaration);
        members.counting.push(Member::Site(site, part));
        let twofold = members.promise(origin);
        if origin.inferred {
            let interface = origin.interface;
            let first = *members.inferred.entry(interface).or_insert(site);
            let pair = [first, site].map(|site| std::ptr::from_ref(site).addr());
            if pair[0] != pair[1] && pairs.insert(pair) {
                let [first, second] = [first, site].map(|site| site.origin().location);
                self.contradictions.push(Contradiction::Inference { interface, first, second });
            }
        }
        // The parts of a site all say the same.
        if let Some(twofold) = twofold
            && !self.contradictions.contains(&twofold)
        {
            self.contradictions.push(twofold);
        }
    }

    fn add_family(&mut self, family: &Arc<Family>) {
        let declaration = declare_family(family);
        let Some(members) = self.join(&declaration) else { return };
        let first = &members.declaration;
        if first.bounds != declaration.bounds {
            let kept = first.clone();
            self.contradictions.push(Contradiction::Description { kept, left_out: declaration });
            return;
        }
        members.counting.push(Member::Family(Arc::downgrade(family)));
    }

    /// Everything that counts in a family, in the order of the families' names.
    pub(crate) fn declared(&self) -> impl Iterator<Item = Declared> {
        self.families.values().flat_map(|members| {
            members.counting.iter().filter_map(|member| match member {
                Member::Site(site, part) => {
                    let Declaration { name, help, .. } = &members.declaration;
                    let (name, help) = (name.clone(), help.clone());
                    let own = declare_site(*site, *part, None);
                    Some(Declared::Site(*site, *part, Declaration { name, help, ..own }))
                }
                Member::Family(family) => family.upgrade().map(Declared::Family),
            })
        })
    }

    /// The families in the order of their names.
    pub(crate) fn families(&self) -> impl Iterator<Item = &Members> + Clone {
        self.families.values()
    }

    pub(crate) fn check(&self) -> Result<(), StartError> {
        if self.contradictions.is_empty() {
            return Ok(());
        }
        Err(Contradictions(self.contradictions.clone()).into())
    }

    /// Whether it was bound of these, behind those that were linked.
    pub(crate) fn is_of(&self, later: &[Arc<Family>]) -> bool {
        let same = |(known, item): (&Weak<Family>, &Arc<Family>)| {
            std::ptr::eq(known.as_ptr(), Arc::as_ptr(item))
        };
        self.later.len() == later.len() && self.later.iter().zip(later).all(same)
    }

    /// Whether a family of ours has a sample of that name.
    pub(crate) fn has_sample(&self, name: &str) -> bool {
        self.samples.contains_key(name)
    }

    /// Whether there was nothing to sort.
    pub(crate) fn is_empty(&self) -> bool {
        self.families.is_empty()
    }

    /// The contradictions that another catalog did not have.
    pub(crate) fn contradictions_beyond(&self, before: &Self) -> Vec<Contradiction> {
        let new = |contradiction: &&Contradiction| !before.contradictions.contains(contradiction);
        self.contradictions.iter().filter(new).cloned().collect()
    }

    /// What keeps a family that it was bound of from being read.
    pub(crate) fn against(&self, family: &Family) -> Vec<Contradiction> {
        let declaration = declare_family(family);
        let against = |contradiction: &&Contradiction| match contradiction {
            Contradiction::Description { left_out, .. }
            | Contradiction::Sample { left_out, .. } => *left_out == declaration,
            Contradiction::Inference { .. } | Contradiction::Promise { .. } => false,
        };
        self.contradictions.iter().filter(against).cloned().collect()
    }

    pub(crate) fn contradictions(&self) -> &[Contradiction] {
        &self.contradictions
    }
}

impl Members {
    fn new(declaration: Declaration) -> Self {
        Self {
            declaration,
            counting: Vec::new(),
            declared: BTreeMap::new(),
            inferred: BTreeMap::new(),
            promised: BTreeMap::new(),
            kept: Mutex::new(None),
        }
    }

    /// What a site promises, if that contradicts what another one did before.
    fn promise(&mut self, origin: &Origin) -> Option<Contradiction> {
        let (interface, left_out) = (origin.interface, (origin.location, origin.objective?));
        let kept = *self.promised.entry(interface).or_insert(left_out);
        (kept.1 != left_out.1).then_some(Contradiction::Promise { interface, kept, left_out })
    }

    /// The series that there are in a store.
    ///
    /// A family is held for as long as `held` is: it must not be given back its slots while these
    /// are read. What is listed for the process is kept, as long as it is the same.
    pub(crate) fn listing(
        &self,
        store: &'static Store,
        held: &mut Vec<Arc<Family>>,
    ) -> Arc<Listing> {
        let before = held.len();
        held.extend(self.counting.iter().filter_map(Member::family));
        if !store.is_process() {
            return Arc::new(self.list(store, &held[before..], &mut Vec::new()));
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = &*kept
            && kept.versions.iter().copied().eq(self.versions())
            && !kept.hidden.iter().any(|child| child.is_there(store))
        {
            return Arc::clone(&kept.listing);
        }
        // Before the children: what comes in between makes for another version.
        let versions = self.versions().collect();
        let mut hidden = Vec::new();
        let listing = Arc::new(self.list(store, &held[before..], &mut hidden));
        *kept = Some(Kept { versions, hidden, listing: Arc::clone(&listing) });
        listing
    }

    fn versions(&self) -> impl Iterator<Item = Option<u64>> {
        self.counting.iter().map(|member| match member {
            Member::Site(site, _) => Some(site.children().map_or(0, Children::version)),
            Member::Family(family) => {
                let family = family.upgrade()?;
                Some(family.children().map_or(0, Children::version))
            }
        })
    }

    fn list(
        &self,
        store: &'static Store,
        families: &[Arc<Family>],
        hidden: &mut Vec<Arc<Child>>,
    ) -> Listing {
        let names = self.declaration.label_names.clone();
        let mut there = |children: &Children| {
            let (there, not): (Vec<_>, Vec<_>) =
                children.all().into_iter().partition(|child| child.is_there(store));
            hidden.extend(not);
            there
        };
        if let ([Member::Family(_)], [family]) = (&self.counting[..], families)
            && let Some(children) = family.children()
        {
            let bounds = family.bounds().into();
            let (content, native) = (family.content, family.is_native());
            return Listing::of_children(names, there(children), content, &bounds, native);
        }
        let mut sources = Vec::new();
        for member in &self.counting {
            let Member::Site(site, part) = member else { continue };
            let bounds: Arc<[f64]> = bounds_of(*site, *part).into();
            let mut push = |given: &[&str], at: &dyn Fn(u32) -> At| {
                let mut push = |outcome, place| {
                    let source = Source {
                        content: part.content(),
                        bounds: Arc::clone(&bounds),
                        native: false,
                        at: at(site.place(*part) + place),
                    };
                    sources.push((site_values(*site, given, outcome), source));
                };
                if part.outcomes().is_empty() {
                    push(None, 0);
                }
                for (outcome, place) in part.outcomes().iter().zip(0..) {
                    push(Some(*outcome), place);
                }
            };
            if let Some(row) = site.row() {
                push(&[], &|place| At::Row(row, place));
            }
            for child in site.children().map(&mut there).unwrap_or_default() {
                let values: Vec<&str> = child.values.iter().collect();
                push(&values, &|place| At::Child(Arc::clone(&child), place));
            }
        }
        for family in families {
            let (content, native) = (family.content, family.is_native());
            let bounds: Arc<[f64]> = family.bounds().into();
            let source = |at| Source { content, bounds: Arc::clone(&bounds), native, at };
            if let Some(first) = family.first() {
                sources.push((Vec::new(), source(At::Slot(first))));
            }
            for child in family.children().map(&mut there).unwrap_or_default() {
                let values = child.values.iter().map(|value| Cow::Owned(value.to_owned()));
                sources.push((values.collect(), source(At::Child(Arc::clone(&child), 0))));
            }
        }
        Listing::of_sources(names, sources)
    }

    /// How often label values were beyond the limit, where label values come at run time.
    pub(crate) fn overflows(&self, store: &'static Store) -> Option<u64> {
        let overflows = self.counting.iter().filter_map(|member| match member {
            Member::Site(site, _) => Some(site.children()?.overflows(store)),
            Member::Family(family) => Some(family.upgrade()?.children()?.overflows(store)),
        });
        overflows.reduce(u64::wrapping_add)
    }
}

impl Member {
    fn family(&self) -> Option<Arc<Family>> {
        match self {
            Self::Site(..) => None,
            Self::Family(family) => family.upgrade(),
        }
    }
}

/// The values of the interface, the labels and the outcome, in this order.
fn site_values(site: &dyn AnySite, given: &[&str], outcome: Option<Outcome>) -> LabelValues {
    let origin = site.origin();
    let mut given = given.iter();
    let labels = origin.labels().iter().map(|(_, value)| match value {
        Some(value) => Cow::Borrowed(*value),
        None => Cow::Owned(given.next().copied().unwrap_or_default().to_owned()),
    });
    let interface = std::iter::once(Cow::Borrowed(origin.interface));
    let outcome = outcome.map(|outcome| Cow::Borrowed(outcome.as_str()));
    interface.chain(labels).chain(outcome).collect()
}

fn declare_site(site: &'static dyn AnySite, part: Part, naming: Option<&Naming>) -> Declaration {
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
    Declaration {
        name,
        help: help.unwrap_or(part.help()).to_owned(),
        kind: part.content().kind(),
        label_names: ["interface"]
            .into_iter()
            .chain(labels)
            .chain(outcome)
            .map(Cow::Borrowed)
            .collect(),
        bounds: bounds_of(site, part).to_vec(),
        location: origin.location,
    }
}

/// The upper bounds of the buckets that one of a site's parts has.
fn bounds_of(site: &'static dyn AnySite, part: Part) -> &'static [f64] {
    if part == Part::Seconds { site.bounds() } else { &[] }
}

fn declare_family(family: &Family) -> Declaration {
    Declaration {
        name: family.meta.name.clone(),
        help: family.help.clone().into_owned(),
        kind: family.kind(),
        label_names: family.label_names.clone(),
        bounds: family.bounds().to_vec(),
        location: family.location,
    }
}
