//! Reading the `prometheus` registries that a registry includes.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError, RwLock};

use crate::kind::Kind;
use crate::model;
use crate::snapshot::{Family, Series, Snapshot};
use crate::value::Value;

/// The registries that one registry includes, and what went wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Included {
    registries: RwLock<Vec<prometheus::Registry>>,
    /// By family, how often it lost something.
    errors: Mutex<BTreeMap<String, u64>>,
}

/// The name that errors are counted under where the family is not known.
const UNKNOWN: &str = "unknown";

thread_local! {
    /// The registries being gathered on this thread, by address.
    static UNDER_WAY: RefCell<Vec<*const Included>> = const { RefCell::new(Vec::new()) };
}

impl Included {
    pub(crate) fn push(&self, registry: prometheus::Registry) {
        self.registries.write().unwrap_or_else(PoisonError::into_inner).push(registry);
    }

    /// Whether this thread is gathering these registries right now: whoever asks then stands below
    /// itself.
    pub(crate) fn under_way(&self) -> bool {
        UNDER_WAY.with_borrow(|under_way| under_way.contains(&std::ptr::from_ref(self)))
    }

    /// Adds what the included registries hold, and the errors so far.
    pub(crate) fn gather_into(&self, snapshot: &mut Snapshot<'_>) {
        if self.under_way() {
            return;
        }
        // Cloned (handles), so that a collector may itself include a registry.
        let registries = self.registries.read().unwrap_or_else(PoisonError::into_inner).clone();
        for registry in registries {
            let Some(families) = self.gather(&registry) else {
                self.report(UNKNOWN, "a collector panicked; its whole registry is left out");
                continue;
            };
            for family in families {
                let name = family.name().to_owned();
                if !snapshot.add(model::read(&family)) {
                    self.report(
                        &name,
                        "another family of that name has another kind or the same series",
                    );
                }
            }
        }
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        if !errors.is_empty() {
            snapshot.add(Family {
                name: Cow::Borrowed("tallymark_collect_errors_total"),
                help: Cow::Borrowed(
                    "Scrapes at which a family of an included registry lost series.",
                ),
                kind: Kind::Counter,
                series: errors
                    .iter()
                    .map(|(family, count)| Series {
                        labels: vec![(Cow::Borrowed("family"), Cow::Owned(family.clone()))],
                        value: Value::Count(*count),
                        timestamp_ms: None,
                    })
                    .collect(),
            });
        }
    }

    /// What one registry holds, or nothing if one of its collectors panicked.
    fn gather(
        &self,
        registry: &prometheus::Registry,
    ) -> Option<Vec<prometheus::proto::MetricFamily>> {
        UNDER_WAY.with_borrow_mut(|under_way| under_way.push(std::ptr::from_ref(self)));
        // Asserted: the only state of ours that a collector can reach is behind locks that no code
        // of the collector runs under.
        let families = catch_unwind(AssertUnwindSafe(|| registry.gather()));
        UNDER_WAY.with_borrow_mut(Vec::pop);
        families.ok()
    }

    fn report(&self, family: &str, problem: &str) {
        let mut errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        match errors.entry(family.to_owned()) {
            Entry::Vacant(first) => {
                first.insert(1);
                drop(errors);
                tracing::error!(family, "left out of the metrics: {problem}");
            }
            Entry::Occupied(mut count) => *count.get_mut() += 1,
        }
    }
}
