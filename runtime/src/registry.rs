use std::borrow::Cow;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use crate::catalog::{Catalog, Members};
use crate::cells::{Isolated, Reader, Store};
use crate::contradiction::Contradictions;
use crate::error::StartError;
use crate::included::Included;
use crate::item::Item;
use crate::kind::Kind;
use crate::metrics::{self, MetricFamily};
use crate::naming::Naming;
use crate::snapshot::{Family, Series, Snapshot};
use crate::value::Value;
use crate::{clock, link};

static DEFAULT: LazyLock<Registry> = LazyLock::new(|| {
    // Who asks for it is about to serve, and so before the first call that is timed.
    clock::calibrate();
    let registry = Registry::linked();
    registry.include(prometheus::default_registry().clone());
    registry
});

/// The registry of the program: every annotated function and metric in it, and the default registry
/// of the `prometheus` crate with its `process_*` metrics (Linux).
#[must_use]
pub fn default_registry() -> &'static Registry {
    &DEFAULT
}

/// A set of annotated functions, metrics and `prometheus` registries that are scraped together.
///
/// It is a handle: clones are the same registry. Most programs need only the
/// [default registry](default_registry); tests make one with [`isolated`](Self::isolated).
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
    /// What the linker found, where this is a registry of that.
    linked: Vec<Item>,
    /// Whether families that are used belong here though nobody registered them.
    takes_used: bool,
    state: Mutex<State>,
    /// Where the counts are, if they are not those of the process.
    isolated: Option<Isolated>,
    /// What a `prometheus` registry is told that this one collects.
    pub(crate) descriptors: OnceLock<Vec<prometheus::core::Desc>>,
    pub(crate) included: Included,
}

/// What a registry knows of its families.
#[derive(Debug, Default)]
struct State {
    naming: Option<Naming>,
    /// Families that were registered, or used, and are still there.
    later: Vec<Weak<metrics::Family>>,
    /// Made at the first reading, which fixes the names, and anew when families come and go.
    catalog: Option<Arc<Catalog>>,
}

impl Registry {
    /// Makes a registry that has no families.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Vec::new(), false, None)
    }

    /// Makes a registry of every annotated function and metric in the program, under the default
    /// names.
    ///
    /// It reads the same counts as the [default registry](default_registry), and includes no other
    /// registry.
    ///
    /// The linker may drop a library crate from which the program uses nothing, its annotated
    /// functions and metrics with it.
    #[must_use]
    pub fn linked() -> Self {
        Self::of(linked(), true, None)
    }

    /// Makes a registry of every annotated function and metric in the program whose counts are its
    /// own, and 0: what is counted in its [`scope`](Self::scope).
    ///
    /// It is for tests, which do not see each other's counts then, though they run at once in one
    /// process; see [`testing`](crate::testing).
    #[must_use]
    pub fn isolated() -> Self {
        Self::of(linked(), true, Some(Isolated::new()))
    }

    pub(crate) fn of(linked: Vec<Item>, takes_used: bool, isolated: Option<Isolated>) -> Self {
        let inner = Inner {
            linked,
            takes_used,
            state: Mutex::default(),
            isolated,
            descriptors: OnceLock::new(),
            included: Included::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Registers a metric: from now on it is exposed here, for as long as it lives.
    ///
    /// Metrics with [`metric`](crate::metric) are in the [default registry](default_registry) by
    /// themselves. To register one twice is to register it once.
    ///
    /// ```
    /// use tallymark::{Counter, Registry};
    ///
    /// let registry = Registry::new();
    /// let rows: Counter = Counter::owned("rows_total", "Rows written.", [])?;
    /// registry.register(&rows)?;
    /// rows.inc();
    /// assert!(registry.gather_text().contains("rows_total 1"));
    ///
    /// drop(rows);
    /// assert_eq!(registry.gather_text(), "");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Contradictions`], if an annotated function or a metric of this registry has its name, or
    /// that of one of its samples, and describes it in another way. Then it is not registered.
    pub fn register(&self, metric: &impl MetricFamily) -> Result<(), Contradictions> {
        let family = metric.family();
        let mut state = self.inner.state();
        let mut later = state.later();
        if !state.knows(&family) {
            later.push(Arc::clone(&family));
        }
        let after = self.inner.bind(&later, state.naming.as_ref());
        let against = after.against(&family);
        if !against.is_empty() {
            return Err(Contradictions(against));
        }
        if !state.knows(&family) {
            state.later.push(Arc::downgrade(&family));
        }
        if state.catalog.is_some() {
            state.catalog = Some(Arc::new(after));
        }
        Ok(())
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
    /// help text of the service's own, and checks that no annotated functions or metrics contradict
    /// each other.
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
    /// [`StartError::Contradictions`] where annotated functions or metrics describe one metric in
    /// two ways, and [`StartError::AlreadyRead`] when it comes too late. After an error the registry
    /// is as it was before.
    pub fn name_counter(&self, name: &str, help: &str) -> Result<(), StartError> {
        let chosen = Naming::new(name, help)?;
        let mut state = self.inner.state();
        if state.catalog.is_some() {
            return Err(StartError::AlreadyRead { name: chosen.name });
        }
        self.inner.bind(&state.later(), Some(&chosen)).check()?;
        state.naming = Some(chosen);
        Ok(())
    }

    /// Checks that no annotated functions or metrics contradict each other: that those of one metric
    /// name agree on its kind, help and label names.
    ///
    /// Without this check, or the one in [`name_counter`](Self::name_counter), the first of two
    /// that disagree is exposed (by file, line and column), the other is logged once and counted in
    /// `tallymark_site_conflicts_total`.
    ///
    /// # Errors
    ///
    /// [`StartError::Contradictions`], with both source lines of each.
    pub fn check(&self) -> Result<(), StartError> {
        let mut state = self.inner.state();
        self.inner.bind(&state.later(), state.naming.as_ref()).check()
    }

    /// Has everything that this registry exposes read as it stands now.
    pub(crate) fn gather<T>(&self, read: impl FnOnce(&Snapshot<'_>) -> T) -> T {
        self.gather_own(|mut snapshot| {
            self.inner.included.gather_into(&mut snapshot);
            read(&snapshot)
        })
    }

    /// Has the families of this registry read, without those of the registries that it includes.
    pub(crate) fn gather_own<T>(&self, read: impl FnOnce(Snapshot<'_>) -> T) -> T {
        let catalog = self.inner.catalog();
        let mut snapshot = Snapshot::default();
        for (family, _) in self.inner.own_families(&catalog) {
            // Names are unique among a catalog's families, and none begins as ours do.
            snapshot.add(family);
        }
        read(snapshot)
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

fn linked() -> Vec<Item> {
    link::items().iter().map(|linked| linked.item()).collect()
}

impl State {
    /// The families that came later, of which those that are gone are forgotten.
    fn later(&mut self) -> Vec<Arc<metrics::Family>> {
        self.later.retain(|family| family.strong_count() > 0);
        self.later.iter().filter_map(Weak::upgrade).collect()
    }

    fn knows(&self, family: &Arc<metrics::Family>) -> bool {
        self.later.iter().any(|known| std::ptr::eq(known.as_ptr(), Arc::as_ptr(family)))
    }
}

impl Inner {
    fn bind(&self, later: &[Arc<metrics::Family>], naming: Option<&Naming>) -> Catalog {
        Catalog::bind(&self.linked, later, naming)
    }

    /// What is known, with the families that were used since.
    fn state(&self) -> MutexGuard<'_, State> {
        let used = if self.takes_used { metrics::announced() } else { Vec::new() };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for family in used {
            if !state.knows(&family) {
                state.later.push(Arc::downgrade(&family));
            }
        }
        state
    }

    pub(crate) fn store(&self) -> &'static Store {
        self.isolated.as_ref().map_or_else(Store::process, Isolated::store)
    }

    /// The families that are made up of all that is known; the first call fixes their names.
    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        let mut state = self.state();
        let later = state.later();
        let mut new = Vec::new();
        let catalog = match &state.catalog {
            Some(catalog) if catalog.is_of(&later) => Arc::clone(catalog),
            before => {
                let catalog = Arc::new(self.bind(&later, state.naming.as_ref()));
                new = match before {
                    Some(before) => catalog.contradictions_beyond(before),
                    None => catalog.contradictions().to_vec(),
                };
                catalog
            }
        };
        state.catalog = Some(Arc::clone(&catalog));
        // With nothing locked: a subscriber may itself read the registry.
        drop(state);
        for contradiction in new {
            tracing::error!(
                "annotated functions or metrics contradict each other: {contradiction}"
            );
        }
        catalog
    }

    /// The own families, each with the names of its labels, which it has before any series too.
    pub(crate) fn own_families<'a>(
        &self,
        catalog: &'a Catalog,
    ) -> impl Iterator<Item = (Family<'a>, Vec<Cow<'static, str>>)> + use<'a> {
        let reader = Reader::new(self.store());
        let conflicts = (!catalog.is_empty()).then(|| {
            let count = catalog.contradictions().len() as u64;
            let help = "Contradictions among the annotated functions and metrics.";
            of_ours("tallymark_site_conflicts_total", help, [(None, count)])
        });
        let metric = || vec![Cow::Borrowed("metric")];
        let overflows =
            of_each_metric(catalog, |members| members.overflows(&reader)).map(|series| {
                let help = "Counts whose label values were beyond the limit of the metric.";
                (of_ours("tallymark_series_overflow_total", help, series), metric())
            });
        let refused = |members: &Members| metrics::refused(&members.declaration.name);
        let refused = of_each_metric(catalog, refused).map(|series| {
            let help = "Values that the metric did not take, such as NaN.";
            (of_ours("tallymark_refused_values_total", help, series), metric())
        });
        let own: Vec<_> = catalog
            .families()
            .map(|members| (expose(members, &reader), members.declaration.label_names.clone()))
            .collect();
        let conflicts = conflicts.map(|family| (family, Vec::new()));
        own.into_iter().chain(conflicts).chain(overflows).chain(refused)
    }
}

fn expose<'a>(members: &'a Members, reader: &Reader) -> Family<'a> {
    let declaration = &members.declaration;
    let names = &declaration.label_names;
    let series = members.series(reader).into_iter().map(|(values, value)| Series {
        labels: names.iter().map(|name| Cow::Borrowed(&**name)).zip(values).collect(),
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

/// A number for each metric that has one; nothing where none has.
fn of_each_metric(
    catalog: &Catalog,
    number: impl Fn(&Members) -> Option<u64>,
) -> Option<Vec<(Option<&str>, u64)>> {
    let numbers = catalog.families().filter_map(|members| {
        let number = number(members)?;
        Some((Some(&*members.declaration.name), number))
    });
    Some(numbers.collect::<Vec<_>>()).filter(|numbers| !numbers.is_empty())
}

/// A counter of this library's own, with the label `metric` where that is given.
fn of_ours<'a>(
    name: &'static str,
    help: &'static str,
    series: impl IntoIterator<Item = (Option<&'a str>, u64)>,
) -> Family<'a> {
    let series = series.into_iter().map(|(metric, count)| {
        let label = metric.map(|metric| (Cow::Borrowed("metric"), Cow::Borrowed(metric)));
        let labels = label.into_iter().collect();
        Series { labels, value: Value::Count(count), timestamp_ms: None }
    });
    Family {
        name: Cow::Borrowed(name),
        help: Cow::Borrowed(help),
        kind: Kind::Counter,
        series: series.collect(),
    }
}

#[cfg(test)]
mod tests;
