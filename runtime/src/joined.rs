//! The families of other collectors, as they stand beside those of a registry.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use crate::included::Included;
use crate::listing::{Given, Listing, identity};
use crate::offered::{Head, Offered};
use crate::snapshot::Family;

/// A family that the registry itself has not.
#[derive(Clone, Debug)]
pub(crate) struct Joined {
    head: Head,
    series: Arc<Listing>,
    more: Vec<Arc<Listing>>,
}

impl Joined {
    /// A family that clashes with no other.
    pub(crate) fn alone(Offered { head, series }: Offered) -> Self {
        Self { head, series: Arc::new(Listing::given(series)), more: Vec::new() }
    }

    /// A family whose numbers stay as they are.
    pub(crate) fn steady(Offered { head, series }: Offered) -> Self {
        Self { head, series: Arc::new(Listing::steady(series)), more: Vec::new() }
    }

    pub(crate) fn name(&self) -> &str {
        &self.head.name
    }

    pub(crate) fn family(&self) -> Family<'_> {
        let Head { name, help, kind } = &self.head;
        let (series, more) = (Arc::clone(&self.series), self.more.clone());
        Family { name, help, kind: *kind, series, more }
    }
}

/// Finds a place for what was offered: with the own family of the same name and kind, which are in
/// the order of their names, or else beside them. What has no place is reported.
pub(crate) fn join(
    own: &mut [Family<'_>],
    offered: Vec<Offered>,
    is_own_sample: impl Fn(&str) -> bool,
    included: &Included,
) -> Vec<Joined> {
    let mut joined: Vec<Joined> = Vec::new();
    let mut samples = BTreeSet::new();
    for Offered { head, mut series } in offered {
        let name = &*head.name;
        let offers = series.len();
        let present = match own.binary_search_by(|family| family.name.cmp(name)) {
            Ok(at) => {
                let Family { kind, series, more, .. } = &mut own[at];
                Some((*kind, &*series, more))
            }
            Err(_) => joined
                .iter_mut()
                .find(|family| family.head.name == name)
                .map(|family| (family.head.kind, &family.series, &mut family.more)),
        };
        let fits = if let Some((kind, first, more)) = present {
            kind == head.kind && {
                keep_new(&mut series, std::iter::once(first).chain(&*more));
                let all = series.len() == offers;
                more.push(Arc::new(Listing::given(series)));
                all
            }
        } else {
            // `x_count` is a sample of the histogram `x`, and can be no family beside it.
            let names = head.kind.sample_names(name);
            if !names.iter().any(|name| is_own_sample(name) || samples.contains(name)) {
                samples.extend(names);
                joined.push(Joined::alone(Offered { head, series }));
                continue;
            }
            false
        };
        if !fits {
            let problem = "another family of that name has another kind or the same series";
            included.report(&head.name, problem);
        }
    }
    joined
}

/// Keeps the series that are not there yet: one that is written twice would make the whole exposition
/// invalid.
fn keep_new<'a>(series: &mut Vec<Given>, present: impl Iterator<Item = &'a Arc<Listing>>) {
    let each = |listing: &'a Arc<Listing>| {
        (0..listing.len()).map(move |series| identity(listing.labels(series)))
    };
    let known: HashSet<_> = present.flat_map(each).collect();
    series.retain(|given| !known.contains(&given.identity()));
}
