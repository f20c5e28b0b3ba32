use std::borrow::Cow;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};

use crate::catalog::{self, Catalog};
use crate::error::StartError;
use crate::included::Included;
use crate::kind::Kind;
use crate::link;
use crate::naming::Naming;
use crate::site::AnySite;
use crate::snapshot::{Family, Series, Snapshot};
use crate::value::Value;

static DEFAULT: LazyLock<Registry> = LazyLock::new(|| {
    let registry = Registry::linked();
    registry.include(prometheus::default_registry().clone());
    registry
});

/// The registry of the program: every annotated function in it, and the default registry of the
/// `prometheus` crate with its `process_*` metrics (Linux).
#[must_use]
pub fn default_registry() -> &'static Registry {
    &DEFAULT
}

/// A set of annotated functions and of `prometheus` registries that are scraped together.
///
/// It is a handle: clones are the same registry. Most programs need only the
/// [default registry](default_registry).
///
/// A registry is itself a [`prometheus::core::Collector`], so an endpoint that serves a
/// `prometheus` registry can serve the annotated functions too. As a collector it yields its own
/// families only, never those of the registries that it includes; registered in a registry that it
/// includes, it stays out of its own way, and every series is exposed once.
///
/// ```
/// let metrics = prometheus::Registry::new();
/// metrics.register(Box::new(tallymark::default_registry().clone()))?;
/// # use tallymark::prometheus;
/// # Ok::<(), prometheus::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Registry {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    sites: Vec<&'static dyn AnySite>,
    /// Locked while the names are being chosen or fixed.
    naming: Mutex<Option<Naming>>,
    /// Made at the first reading, which fixes the names.
    catalog: OnceLock<Catalog>,
    /// What a `prometheus` registry is told that this one collects.
    pub(crate) descriptors: OnceLock<Vec<prometheus::core::Desc>>,
    pub(crate) included: Included,
}

impl Registry {
    /// Makes a registry that has no families.
    #[must_use]
    pub fn new() -> Self {
        Self::of_sites(Vec::new())
    }

    /// Makes a registry of every annotated function in the program, under the default names.
    ///
    /// It reads the same counts as the [default registry](default_registry), and includes no other
    /// registry.
    ///
    /// The linker may drop a library crate from which the program uses nothing, its annotated
    /// functions with it.
    #[must_use]
    pub fn linked() -> Self {
        Self::of_sites(link::sites().to_vec())
    }

    pub(crate) fn of_sites(sites: Vec<&'static dyn AnySite>) -> Self {
        let inner = Inner {
            sites,
            naming: Mutex::default(),
            catalog: OnceLock::new(),
            descriptors: OnceLock::new(),
            included: Included::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Includes a `prometheus` registry: from now on its families are gathered with this one's.
    ///
    /// Where both have series of one name and kind, they stand in one family under the first help.
    /// Where the kinds differ or a series is there already, this registry's own come first, then
    /// those of the registry that was included first; what has no place is left out, logged once,
    /// and counted in `tallymark_collect_errors_total{family}` at every scrape.
    pub fn include(&self, registry: prometheus::Registry) {
        self.inner.included.push(registry);
    }

    /// Gives the counter of `#[counted]`, `request_processing_total` unless renamed, a name and a
    /// help text of the service's own, and checks that no annotated functions contradict each
    /// other.
    ///
    /// It is one line at the start of the program, before anything reads the registry: a scrape,
    /// [`gather_text`](Self::gather_text), or being registered in a `prometheus` registry. The last
    /// name before the first reading counts.
    ///
    /// # Errors
    ///
    /// [`StartError::Name`] for a name outside `[a-zA-Z_:][a-zA-Z0-9_:]*` (Prometheus data model,
    /// "Metric names and labels"), [`StartError::Reserved`] for one that begins with
    /// `tallymark_`, [`StartError::Help`] for a blank help text,
    /// [`StartError::Contradictions`] where annotated functions describe one metric in two ways,
    /// and [`StartError::AlreadyRead`] when it comes too late. After an error the registry is as it
    /// was before.
    pub fn name_counter(&self, name: &str, help: &str) -> Result<(), StartError> {
        let chosen = Naming::new(name, help)?;
        let mut naming = self.inner.naming.lock().unwrap_or_else(PoisonError::into_inner);
        if self.inner.catalog.get().is_some() {
            return Err(StartError::AlreadyRead { name: chosen.name });
        }
        self.inner.bind(Some(&chosen)).check()?;
        *naming = Some(chosen);
        Ok(())
    }

    /// Checks that no annotated functions contradict each other: that those of one metric name
    /// agree on its kind, help and label names.
    ///
    /// Without this check, or the one in [`name_counter`](Self::name_counter), the first of two
    /// that disagree is exposed (by file, line and column), the other is logged once and counted in
    /// `tallymark_site_conflicts_total`.
    ///
    /// # Errors
    ///
    /// [`StartError::Contradictions`], with both source lines of each.
    pub fn check(&self) -> Result<(), StartError> {
        let naming = self.inner.naming.lock().unwrap_or_else(PoisonError::into_inner);
        self.inner.bind(naming.as_ref()).check()
    }

    /// Everything this registry exposes, as it stands now.
    pub(crate) fn gather(&self) -> Snapshot<'_> {
        let mut snapshot = self.gather_own();
        self.inner.included.gather_into(&mut snapshot);
        snapshot
    }

    /// The families of this registry without those of the registries that it includes.
    pub(crate) fn gather_own(&self) -> Snapshot<'_> {
        let mut snapshot = Snapshot::default();
        for family in self.inner.own_families() {
            // Names are unique among a catalog's families, and none begins as ours do.
            snapshot.add(family);
        }
        snapshot
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

impl Inner {
    fn bind(&self, naming: Option<&Naming>) -> Catalog {
        Catalog::bind(&self.sites, naming)
    }

    /// The families that the sites make up; the first call fixes their names.
    pub(crate) fn catalog(&self) -> &Catalog {
        if let Some(catalog) = self.catalog.get() {
            return catalog;
        }
        let naming = self.naming.lock().unwrap_or_else(PoisonError::into_inner);
        let mut first = false;
        let catalog = self.catalog.get_or_init(|| {
            first = true;
            self.bind(naming.as_ref())
        });
        // With nothing locked: a subscriber may itself read the registry.
        drop(naming);
        if first {
            for contradiction in catalog.contradictions() {
                tracing::error!("annotated functions contradict each other: {contradiction}");
            }
        }
        catalog
    }

    fn own_families(&self) -> impl Iterator<Item = Family<'_>> {
        self.own_labels().map(|(family, _)| family)
    }

    /// The own families, each with the names of its labels, which it has before any series too.
    pub(crate) fn own_labels(&self) -> impl Iterator<Item = (Family<'_>, Vec<&str>)> {
        let catalog = self.catalog();
        let conflicts = (!self.sites.is_empty()).then(|| Family {
            name: Cow::Borrowed("tallymark_site_conflicts_total"),
            help: Cow::Borrowed("Contradictions among the annotated functions."),
            kind: Kind::Counter,
            series: vec![Series {
                labels: Vec::new(),
                value: Value::Count(catalog.contradictions().len() as u64),
                timestamp_ms: None,
            }],
        });
        let conflicts = conflicts.map(|family| (family, Vec::new()));
        let overflows = overflows(catalog).map(|family| (family, vec!["metric"]));
        catalog
            .families()
            .map(|family| (expose(family), family.declaration.label_names.clone()))
            .chain(conflicts)
            .chain(overflows)
    }
}

fn expose(family: &catalog::Family) -> Family<'_> {
    let declaration = &family.declaration;
    let names = &declaration.label_names;
    let series = family.series().into_iter().map(|(values, value)| Series {
        labels: names.iter().map(|name| Cow::Borrowed(*name)).zip(values).collect(),
        value,
        timestamp_ms: None,
    });
    Family {
        name: Cow::Borrowed(&declaration.name),
        help: Cow::Borrowed(&declaration.help),
        kind: declaration.kind,
        series: series.collect(),
    }
}

/// The calls beyond the limit, for each metric whose label values come with the calls.
fn overflows(catalog: &Catalog) -> Option<Family<'_>> {
    let series = catalog.families().filter_map(|family| {
        let metric = Cow::Borrowed(&*family.declaration.name);
        Some(Series {
            labels: vec![(Cow::Borrowed("metric"), metric)],
            value: Value::Count(family.overflows()?),
            timestamp_ms: None,
        })
    });
    let series: Vec<_> = series.collect();
    (!series.is_empty()).then_some(Family {
        name: Cow::Borrowed("tallymark_series_overflow_total"),
        help: Cow::Borrowed("Calls whose label values were beyond the limit of the metric."),
        kind: Kind::Counter,
        series,
    })
}

#[cfg(test)]
mod tests;
