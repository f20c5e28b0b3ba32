//! Reading the `prometheus` registries and collectors that a registry includes.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use prometheus::core::Collector;
use prometheus::proto::MetricFamily;

use crate::listing::Given;
use crate::model;
use crate::offered::Offered;

/// The registries and collectors that one registry includes, and what went wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Included {
    all: RwLock<Vec<Source>>,
    /// By family, how often it lost something.
    errors: Mutex<BTreeMap<String, u64>>,
}

#[derive(Clone)]
enum Source {
    Registry(prometheus::Registry),
    /// A collector by itself, and the names of its families.
    Collector(Arc<dyn Collector>, Arc<[String]>),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registry(_) => f.write_str("Registry"),
            Self::Collector(_, families) => f.debug_tuple("Collector").field(families).finish(),
        }
    }
}

/// The name that errors are counted under where the family is not known.
const UNKNOWN: &str = "unknown";

thread_local! {
    /// The registries being gathered on this thread, by address.
    static UNDER_WAY: RefCell<Vec<*const Included>> = const { RefCell::new(Vec::new()) };
}

impl Included {
    pub(crate) fn push_registry(&self, registry: prometheus::Registry) {
        self.push(Source::Registry(registry));
    }

    pub(crate) fn push_collector(&self, collector: Box<dyn Collector>) {
        let described = catch_unwind(AssertUnwindSafe(|| {
            collector.desc().iter().map(|family| family.fq_name.clone()).collect()
        }));
        let families: Vec<_> = described.unwrap_or_default();
        let families = if families.is_empty() { vec![UNKNOWN.to_owned()] } else { families };
        self.push(Source::Collector(collector.into(), families.into()));
    }

    fn push(&self, source: Source) {
        self.all.write().unwrap_or_else(PoisonError::into_inner).push(source);
    }

    /// Whether this thread is gathering these registries right now: whoever asks then stands below
    /// itself.
    pub(crate) fn under_way(&self) -> bool {
        UNDER_WAY.with_borrow(|under_way| under_way.contains(&std::ptr::from_ref(self)))
    }

    /// What the included registries and collectors hold, so far as it can be exposed.
    ///
    /// It runs code of the user's, and so must nobody be kept from reading meanwhile.
    pub(crate) fn gather(&self) -> Vec<Offered> {
        if self.under_way() {
            return Vec::new();
        }
        // Cloned (handles), so that a collector may itself include a registry.
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut offered = Vec::new();
        for source in all {
            match self.collect(&source) {
                Some(families) => {
                    for family in families {
                        match model::read(&family) {
                            Ok(family) => offered.push(family),
                            Err(problem) => self.report(family.name(), problem),
                        }
                    }
                }
                None => self.report_panic(&source),
            }
        }
        offered
    }

    /// The errors so far.
    pub(crate) fn errors(&self) -> Option<Offered> {
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let series = errors.iter().map(|(family, count)| {
            Given::count(Some(("family", Cow::Owned(family.clone()))), *count)
        });
        let help = "Scrapes at which a family of another collector lost series.";
        let offered = Offered::counter("tallymark_collect_errors_total", help, series);
        Some(offered).filter(|offered| !offered.series.is_empty())
    }

    /// What one of them holds, or nothing if it panicked.
    fn collect(&self, source: &Source) -> Option<Vec<MetricFamily>> {
        UNDER_WAY.with_borrow_mut(|under_way| under_way.push(std::ptr::from_ref(self)));
        // Asserted: the only state of ours that a collector can reach is behind locks that no code
        // of the collector runs under.
        let families = catch_unwind(AssertUnwindSafe(|| match source {
            Source::Registry(registry) => registry.gather(),
            Source::Collector(collector, _) => collector.collect(),
        }));
        UNDER_WAY.with_borrow_mut(Vec::pop);
        families.ok()
    }

    fn report_panic(&self, source: &Source) {
        match source {
            Source::Registry(_) => {
                self.report(UNKNOWN, "a collector panicked; its whole registry is left out");
            }
            Source::Collector(_, families) => {
                for family in &**families {
                    self.report(family, "its collector panicked");
                }
            }
        }
    }

    /// Counts that a family lost series, and says so the first time.
    pub(crate) fn report(&self, family: &str, problem: &str) {
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
