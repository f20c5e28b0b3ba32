mod apart;

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use self::apart::apart;
use crate::attached::Attached;
use crate::catalog::Catalog;
use crate::cells::{self, Isolated, Reader, Store};
use crate::contradiction::{Contradictions, Declaration};
use crate::error::StartError;
use crate::file::{self, Own};
use crate::included::Included;
#[cfg(target_os = "linux")]
use crate::inherited;
use crate::item::Item;
use crate::joined::{self, Joined};
use crate::listing::Given;
use crate::metrics::{self, MetricFamily};
use crate::name;
use crate::naming::Naming;
use crate::offered::{Offered, mark};
use crate::processes::{self, Processes, Reading, Union, Usage, is_usage};
use crate::scrapes::Scrapes;
use crate::snapshot::{Family, Snapshot};
use crate::{clock, described, link};

static DEFAULT: LazyLock<Registry> = LazyLock::new(|| {
    // Who asks for it is about to serve, and so before the first call that is timed.
    clock::calibrate();
    let registry = Registry::linked();
    // The first and only time.
    let _ = registry.inner.default.set(());
    registry.include(prometheus::default_registry().clone());
    registry
});

/// The registry of the program: every annotated function and metric in it, and the default registry
/// of the `prometheus` crate with its `process_*` metrics (Linux).
#[must_use]
pub fn default_registry() -> &'static Registry {
    // Not while it is made: what there is to be said then may have somebody ask for it.
    cells::start();
    &DEFAULT
}

/// Names the counter of the default registry.
pub(crate) fn name_counter(name: &str, help: &str) -> Result<(), StartError> {
    // First, so that those who share a file with this process never know it by another name.
    let named = DEFAULT.name_counter(name, help);
    cells::start();
    named
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
    /// Set in the one of the program.
    default: OnceLock<()>,
    /// Where the counts are, if they are not those of the process.
    isolated: Option<Isolated>,
    /// The processes whose counts are read, if this process is none of them.
    processes: Option<Processes>,
    /// What a `prometheus` registry is told that this one collects.
    pub(crate) descriptors: OnceLock<Vec<prometheus::core::Desc>>,
    pub(crate) included: Included,
    pub(crate) scrapes: Scrapes,
    /// Kept for its memory. Nothing of the user's runs while it is locked.
    reader: Mutex<Reader>,
    attached: Attached,
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

    /// Makes a registry of what the processes count that share a directory, of which this one need not
    /// be one.
    #[cfg(target_os = "linux")]
    pub(crate) fn of_directory(path: &std::path::Path) -> Self {
        let mut registry = Self::new();
        if let Some(inner) = Arc::get_mut(&mut registry.inner) {
            inner.processes = Some(Processes::new(path));
        }
        registry
    }

    pub(crate) fn of(linked: Vec<Item>, takes_used: bool, isolated: Option<Isolated>) -> Self {
        let store = isolated.as_ref().map_or_else(Store::process, Isolated::store);
        let reader = Mutex::new(Reader::new(store));
        let inner = Inner {
            linked,
            takes_used,
            state: Mutex::default(),
            default: OnceLock::new(),
            isolated,
            processes: None,
            descriptors: OnceLock::new(),
            included: Included::default(),
            scrapes: Scrapes::default(),
            reader,
            attached: Attached::default(),
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
        // With the state locked: a family that others still know must not live longer than that.
        family.describe(!self.inner.takes_used);
        Ok(())
    }

    /// Includes a `prometheus` registry: from now on its families are gathered with this one's.
    ///
    /// Where both have series of one name and kind, they stand in one family under the first help.
    /// Where the kinds differ or a series is there already, this registry's own come first, then
    /// those of the registry that was included first; what has no place is left out, logged once,
    /// and counted in `tallymark_collect_errors_total{family}` at every scrape. So is a family that
    /// cannot be exposed: with a name that is not allowed, series of the same labels, or of another
    /// type than the family's, or buckets that fall.
    pub fn include(&self, registry: prometheus::Registry) {
        self.inner.included.push_registry(registry);
    }

    /// Includes a collector of the `prometheus` crate by itself: from now on its families are gathered
    /// with this one's, as those of a registry that is [included](Self::include).
    ///
    /// If it panics, its own families alone are left out of that scrape, and counted by their names.
    /// Of a `prometheus` registry, whose collectors cannot be asked one by one, all families are lost
    /// then, and counted as `unknown`.
    ///
    /// ```
    /// use tallymark::{Registry, prometheus};
    ///
    /// let registry = Registry::new();
    /// let jobs = prometheus::IntCounter::new("jobs_total", "Jobs done.")?;
    /// registry.include_collector(Box::new(jobs.clone()));
    /// jobs.inc();
    /// assert!(registry.gather_text().contains("jobs_total 1"));
    /// # Ok::<(), prometheus::Error>(())
    /// ```
    pub fn include_collector(&self, collector: Box<dyn prometheus::core::Collector>) {
        self.inner.included.push_collector(collector);
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
        if self.inner.default.get().is_some() {
            described::rename(chosen.clone());
        }
        state.naming = Some(chosen);
        Ok(())
    }

    /// Checks that no annotated functions or metrics contradict each other: that those of one metric
    /// name agree on its kind, help and label names, and those of one interface in it on the buckets
    /// and on what is promised.
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
        // First, with nothing locked: it runs code of the user's.
        let offered = self.inner.included.gather();
        self.read_with(offered, read)
    }

    /// As [`gather`](Self::gather), for who is called again and again, each time on any thread.
    pub(crate) fn gather_again<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Snapshot<'_>) -> T + Send + 'static,
    ) -> T {
        // Here, where the user's code has what it expects of a thread.
        let offered = self.inner.included.gather();
        if self.inner.processes().is_none() {
            return self.read_with(offered, read);
        }
        // Each time that a process goes, all is made anew that is known of the others.
        let registry = self.clone();
        apart(move || registry.read_with(offered, read))
    }

    /// What somebody above keeps for this registry, made at its first use.
    pub(crate) fn attached<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        self.inner.attached.get()
    }

    /// Has the families of this registry read, without those of the registries that it includes.
    pub(crate) fn gather_own<T>(&self, read: impl FnOnce(&Snapshot<'_>) -> T) -> T {
        self.read_with(Vec::new(), read)
    }

    fn read_with<T>(&self, mut offered: Vec<Offered>, read: impl FnOnce(&Snapshot<'_>) -> T) -> T {
        let inner = &*self.inner;
        file::say();
        let all = inner.processes.is_some();
        let with_usage = all || offered.iter().any(is_usage);
        let reading = inner.processes().map(|processes| processes.read(with_usage));
        let not_now = matches!(reading, Some(Reading::NotNow));
        let mut union = match reading {
            Some(Reading::All(union)) => Some(union),
            _ => None,
        };
        let usage = union.as_mut().and_then(Union::take_usage);
        let beside = union.as_mut().map(Union::take_values);
        let worker = inner.worker();
        let catalog = inner.catalog();
        let mut held = Vec::new();
        let mut own = Vec::new();
        for members in catalog.families() {
            let Declaration { name, help, kind, .. } = &members.declaration;
            let series = members.listing(inner.store(), &mut held);
            own.push(Family { name, help, kind: *kind, series, more: Vec::new() });
        }
        if not_now {
            // Better that they are missing once than that they seem to begin anew.
            own.clear();
        }
        if let Some(union) = &union {
            let shows = |apart: bool| all || (inner.takes_used && !apart);
            let more = file::own().is_some_and(Own::lacks_some);
            union.replace(&mut own, more, shows);
            own.sort_by(|a, b| a.name.cmp(b.name));
        }
        if usage.is_some() {
            offered.retain(|family| !is_usage(family));
        }
        if let Some(worker) = worker {
            mark(&mut offered, worker);
        }
        offered.extend(usage.iter().flat_map(Usage::of_all));
        let of_all = |name: &str| union.as_ref().is_some_and(|union| union.has_sample(name));
        let is_own_sample = |name: &str| catalog.has_sample(name) || of_all(name);
        let mut others = joined::join(&mut own, offered, is_own_sample, &inner.included);
        // Nobody else's begin as ours do, unless they are another registry's of this library.
        others.retain(|family| !name::is_reserved(family.name()));
        let mut of_ours = Vec::new();
        if !(own.is_empty() && others.is_empty()) {
            of_ours.extend(inner.scrapes.families());
        }
        of_ours.extend(inner.included.errors());
        of_ours.extend(inner.process_errors());
        if let Some(worker) = worker {
            mark(&mut of_ours, worker);
        }
        of_ours.extend(usage.iter().flat_map(Usage::of_each));
        others.extend(of_ours.into_iter().map(Joined::alone));
        others.extend(inner.of_ours(&catalog, worker));
        own.extend(others.iter().map(Joined::family));
        own.sort_by(|a, b| a.name.cmp(b.name));
        // Behind the listings: whatever was counted when they were made is in the sums, and their
        // slots are theirs while they are read.
        let mut reader = inner.reader.lock().unwrap_or_else(PoisonError::into_inner);
        reader.clear();
        for listing in own.iter().flat_map(Family::listings) {
            listing.prepare(&mut reader);
        }
        reader.refresh();
        reader.beside = beside.unwrap_or_default();
        let read = read(&Snapshot::new(own, &reader));
        drop(reader);
        file::say();
        #[cfg(target_os = "linux")]
        if inner.isolated.is_none() && !all && file::own().is_none() {
            inherited::warn();
        }
        read
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

    /// The processes whose counts are read together.
    fn processes(&self) -> Option<&Processes> {
        if self.isolated.is_some() {
            return None;
        }
        self.processes.as_ref().or_else(|| {
            cells::start();
            processes::of_own()
        })
    }

    /// The number of this process, if it is one of those whose counts are read together.
    fn worker(&self) -> Option<u64> {
        let alone = self.isolated.is_some() || self.processes.is_some();
        file::own().filter(|_| !alone).map(Own::worker)
    }

    /// What went wrong in counting together, if that is what this registry reads.
    fn process_errors(&self) -> Option<Offered> {
        let together =
            self.isolated.is_none() && (self.processes.is_some() || file::own().is_some());
        let errors = file::errors();
        if !together && errors.clone().all(|(_, count)| count == 0) {
            return None;
        }
        let series =
            errors.map(|(reason, count)| Given::count(Some(("reason", reason.into())), count));
        let help = "What could not be counted together with other processes, by the reason.";
        Some(Offered::counter("tallymark_multiprocess_errors_total", help, series))
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

    /// What is to be said of the own families.
    fn of_ours(&self, catalog: &Catalog, worker: Option<u64>) -> impl Iterator<Item = Joined> {
        let store = self.store();
        let of = |mut offered: Offered| {
            if let Some(worker) = worker {
                mark(std::slice::from_mut(&mut offered), worker);
            }
            offered
        };
        let [conflicts, overflows, refused] = &catalog.of_ours;
        let count = (!catalog.is_empty()).then_some(catalog.contradictions().len() as u64);
        let conflicts = conflicts.get(worker, std::iter::once(count), || {
            let help = "Contradictions among the annotated functions and metrics.";
            let series = count.map(|count| Given::count(None, count));
            of(Offered::counter("tallymark_site_conflicts_total", help, series))
        });
        let beyond = catalog.families().map(|members| members.overflows(store));
        let overflows = overflows.get(worker, beyond.clone(), || {
            let help = "Counts whose label values were beyond the limit of the metric.";
            let series = of_each_metric(catalog, beyond);
            of(Offered::counter("tallymark_series_overflow_total", help, series))
        });
        let left_out =
            catalog.families().map(|members| metrics::refused(&members.declaration.name));
        let refused = refused.get(worker, left_out.clone(), || {
            let help = "Values that the metric did not take, such as NaN.";
            let series = of_each_metric(catalog, left_out);
            of(Offered::counter("tallymark_refused_values_total", help, series))
        });
        [conflicts, overflows, refused].into_iter().flatten()
    }

    /// What a `prometheus` registry is told of the own families: name, help and label names.
    pub(crate) fn described(&self) -> Vec<(String, String, Vec<String>)> {
        let catalog = self.catalog();
        let own = catalog.families().map(|members| {
            let Declaration { name, help, label_names, .. } = &members.declaration;
            let labels = label_names.iter().map(|name| name.clone().into_owned()).collect();
            (name.clone(), help.clone(), labels)
        });
        let of_ours = self.of_ours(&catalog, self.worker()).map(|joined| {
            let Family { name, help, series, .. } = joined.family();
            // They are there because they have series.
            let labels = series.labels(0).map(|(name, _)| name.to_owned()).collect();
            (name.to_owned(), help.to_owned(), labels)
        });
        own.chain(of_ours).collect()
    }
}

/// A series for each metric that has a number.
fn of_each_metric(catalog: &Catalog, numbers: impl Iterator<Item = Option<u64>>) -> Vec<Given> {
    let numbered = catalog.families().zip(numbers).filter_map(|(members, number)| {
        let metric = ("metric", members.declaration.name.clone().into());
        Some(Given::count(Some(metric), number?))
    });
    numbered.collect()
}

#[cfg(test)]
mod tests;
