use std::borrow::Cow;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::buckets::Buckets;
use super::error::MetricError;
use super::family::{Family, Rows};
use super::meta::Meta;
use crate::cells::{Place, Row, Slots, Space, Store, here};
use crate::combine::{Combine, WORKER};
use crate::content::Content;
use crate::labelled::{Child, Children, Handle};
use crate::{bounds, name};

/// What a metric is before it is used: all that the compiler knows of it, and the slots of the one
/// series that it has without labels.
#[derive(Debug)]
pub(super) struct Shell<const N: usize> {
    name: &'static str,
    help: &'static str,
    label_names: [&'static str; N],
    location: &'static Location<'static>,
    content: Content,
    bounds: &'static [f64],
    native: bool,
    max_series: Option<usize>,
    combine: Combine,
    /// Whether processes that are gone go on to count, though it is a gauge.
    ended: bool,
    /// Whether it was made at run time, and is what it is.
    owned: bool,
    row: Row,
    /// Whether somebody who counted saw to it that registries hear of the family.
    announced: AtomicBool,
    family: OnceLock<Arc<Family>>,
}

impl<const N: usize> Shell<N> {
    /// # Panics
    ///
    /// If a name is not allowed, or the help blank: in a static, the compiler says so.
    #[track_caller]
    pub(super) const fn new(
        name: &'static str,
        help: &'static str,
        label_names: [&'static str; N],
        content: Content,
    ) -> Self {
        assert!(
            name::is_metric_name(name) && !name::is_reserved(name),
            "a metric's name is `[a-zA-Z_:][a-zA-Z0-9_:]*`, and does not begin with `tallymark_`"
        );
        assert!(!name::is_blank(help), "the help is empty; say in a few words what is measured");
        let mut at = 0;
        while at < N {
            assert!(
                name::is_label_name(label_names[at]),
                "a label's name is `[a-zA-Z_][a-zA-Z0-9_]*`, does not begin with `__`, and is none \
                 of `le`, `quantile`, `instance`, `job`"
            );
            at += 1;
        }
        assert!(name::are_distinct(&label_names), "a label is given twice; keep one of the two");
        let bounds: &[f64] = match content {
            Content::Histogram => &bounds::STANDARD,
            _ => &[],
        };
        Self {
            name,
            help,
            label_names,
            location: Location::caller(),
            content,
            bounds,
            native: false,
            max_series: None,
            combine: Combine::Sum,
            ended: false,
            owned: false,
            row: Row::new(content.cells(bounds, false)),
            announced: AtomicBool::new(false),
            family: OnceLock::new(),
        }
    }

    /// # Panics
    ///
    /// If the bounds are not finite and rising: in a static, the compiler says so.
    pub(super) const fn set_buckets(&mut self, bounds: &'static [f64]) {
        self.assert_unmade();
        assert!(
            bounds::are_valid(bounds),
            "buckets are finite and rise; the infinite bucket is there by itself"
        );
        self.bounds = bounds;
        self.row = Row::new(self.content.cells(bounds, self.native));
    }

    pub(super) const fn set_native(&mut self) {
        self.assert_unmade();
        self.native = true;
        self.row = Row::new(self.content.cells(self.bounds, true));
    }

    pub(super) const fn set_max_series(&mut self, series: usize) {
        self.assert_unmade();
        self.max_series = Some(series);
    }

    /// # Panics
    ///
    /// If the series of each process could not be told from a label of its own.
    pub(super) const fn set_combine(&mut self, combine: Combine) {
        self.assert_unmade();
        assert!(
            !matches!(combine, Combine::PerProcess) || !name::has(&self.label_names, WORKER),
            "a gauge of each process has a label `worker`; give its own label another name"
        );
        self.combine = combine;
        self.row = Row::new(self.content.cells(self.bounds, self.native) + combine.stamps());
    }

    pub(super) const fn set_ended(&mut self) {
        self.assert_unmade();
        self.ended = true;
    }

    const fn assert_unmade(&self) {
        assert!(!self.owned, "what `owned` made cannot be changed: this goes with `new`");
    }

    /// A family that is made at run time.
    #[track_caller]
    pub(super) fn owned(
        name: &str,
        help: &str,
        label_names: [&str; N],
        content: Content,
        bounds: &[f64],
    ) -> Result<Self, MetricError> {
        if !name::is_metric_name(name) || name::is_reserved(name) {
            let proposal = name::corrected(name);
            return Err(MetricError::Name { name: name.to_owned(), proposal });
        }
        let name = name.to_owned();
        if name::is_blank(help) {
            return Err(MetricError::Help { name });
        }
        for (at, label) in label_names.iter().enumerate() {
            let label = (*label).to_owned();
            if !name::is_label_name(&label) {
                return Err(MetricError::Label { name, label });
            }
            if label_names[..at].contains(&&*label) {
                return Err(MetricError::LabelTwice { name, label });
            }
        }
        if !bounds::are_valid(bounds) {
            return Err(MetricError::Buckets { name, bounds: bounds.to_vec() });
        }
        let cells = content.cells(bounds, false);
        let location = Location::caller();
        let (row, rows) = if N == 0 {
            let slots = Slots::allocate(Space::Flat, cells);
            let (row, first) = (Row::of(&slots), slots.first());
            (row, Rows::One { first, slots: OnceLock::from(slots) })
        } else {
            (Row::new(cells), Rows::Many(Children::new()))
        };
        let family = Family {
            meta: Arc::new(Meta {
                name,
                buckets: Buckets { bounds: Cow::Owned(bounds.to_vec()), native: false },
            }),
            help: Cow::Owned(help.to_owned()),
            label_names: label_names.iter().map(|name| Cow::Owned((*name).to_owned())).collect(),
            location,
            content,
            cells,
            max_series: None,
            combine: Combine::Sum,
            ended: false,
            described: OnceLock::new(),
            rows,
        };
        Ok(Self {
            name: "",
            help: "",
            label_names: [""; N],
            location,
            content,
            bounds: &[],
            native: false,
            max_series: None,
            combine: Combine::Sum,
            ended: false,
            owned: true,
            row,
            announced: AtomicBool::new(true),
            family: OnceLock::from(Arc::new(family)),
        })
    }

    /// The family, for a registry that is told of it: nobody else has to be.
    pub(super) fn family(&self) -> &Arc<Family> {
        self.announced.store(true, Ordering::Relaxed);
        self.find_family()
    }

    /// The family, for who counts in it: if no registry was told of it, all hear of it now.
    #[inline]
    pub(super) fn used(&self) -> &Arc<Family> {
        if !self.announced.load(Ordering::Relaxed) {
            self.announce();
        }
        self.find_family()
    }

    #[inline]
    fn find_family(&self) -> &Arc<Family> {
        match self.family.get() {
            Some(family) => family,
            None => self.make_family(),
        }
    }

    #[cold]
    fn make_family(&self) -> &Arc<Family> {
        // Made before it is set, and not while: an allocator that counts may come by here again.
        let rows = if N == 0 {
            Rows::One { first: self.row.bind(), slots: OnceLock::new() }
        } else {
            Rows::Many(Children::new())
        };
        let buckets = Buckets { bounds: Cow::Borrowed(self.bounds), native: self.native };
        let family = Family {
            meta: Arc::new(Meta { name: self.name.to_owned(), buckets }),
            help: Cow::Borrowed(self.help),
            label_names: self.label_names.iter().map(|name| Cow::Borrowed(*name)).collect(),
            location: self.location,
            content: self.content,
            cells: self.row.count(),
            max_series: self.max_series,
            combine: self.combine,
            ended: self.ended,
            described: OnceLock::new(),
            rows,
        };
        // Another thread may have been first, and then there is a family too.
        drop(self.family.set(Arc::new(family)));
        self.family.get().expect("set above")
    }

    #[cold]
    fn announce(&self) {
        if !self.announced.swap(true, Ordering::Relaxed) {
            let family = self.find_family();
            family.describe(false);
            family.announce();
        }
    }

    /// Counts in the child of these values. There is one, since there are labels.
    #[inline]
    pub(super) fn count(&self, values: &[impl AsRef<str>; N], count: impl Fn(&Child)) {
        self.used().count(&texts(values), count);
    }

    /// The child of these values. There is one, since there are labels.
    #[inline]
    pub(super) fn child(&self, values: &[impl AsRef<str>; N]) -> Handle {
        self.used().child(&texts(values)).expect("called where there are labels")
    }

    pub(super) fn remove(&self, values: &[impl AsRef<str>; N]) -> bool {
        self.family.get().is_some_and(|family| family.remove(&texts(values)))
    }

    pub(super) const fn row(&self) -> &Row {
        &self.row
    }

    pub(super) fn meta(&self) -> &Arc<Meta> {
        &self.used().meta
    }

    /// Reads the one series in the store that this thread counts in; nothing where nothing was
    /// counted yet.
    pub(super) fn read<T>(&self, read: impl FnOnce(&'static Store, u32) -> T) -> Option<T> {
        Some(read(here(), self.row.bound()?))
    }

    #[cold]
    #[inline(never)]
    fn add_cold(&self, place: u32, count: u64) {
        self.row.add_cold(place, count);
        self.announce();
    }

    #[cold]
    #[inline(never)]
    fn add_float_cold(&self, place: u32, number: f64) {
        self.row.add_float_cold(place, number);
        self.announce();
    }
}

/// The values as texts, asked for once: what a type of the user's does meanwhile may be anything.
#[inline]
fn texts<const N: usize>(values: &[impl AsRef<str>; N]) -> [&str; N] {
    values.each_ref().map(AsRef::as_ref)
}

/// The one series of a family without labels.
impl Place for Shell<0> {
    #[inline]
    fn add(&self, place: u32, count: u64) {
        if !self.row.try_add(place, count) {
            self.add_cold(place, count);
        }
    }

    fn end(&self, place: u32) {
        self.row.end(place);
    }

    #[inline]
    fn add_float(&self, place: u32, number: f64) {
        if !self.row.try_add_float(place, number) {
            self.add_float_cold(place, number);
        }
    }

    #[inline]
    fn slot(&self, place: u32) -> u32 {
        if !self.announced.load(Ordering::Relaxed) {
            self.announce();
        }
        self.row.bind() + place
    }

    #[inline]
    fn count(&self) -> u32 {
        self.row.count()
    }
}

/// The one series of a family whose row is wide.
#[derive(Debug)]
pub(super) struct Wide<'a>(pub(super) &'a Shell<0>);

impl Place for Wide<'_> {
    #[inline]
    fn add(&self, place: u32, count: u64) {
        if !self.0.row.try_add_wide(place, count) {
            self.0.add_cold(place, count);
        }
    }

    fn end(&self, place: u32) {
        self.0.row.end(place);
    }

    #[inline]
    fn add_float(&self, place: u32, number: f64) {
        if !self.0.row.try_add_float_wide(place, number) {
            self.0.add_float_cold(place, number);
        }
    }

    fn slot(&self, place: u32) -> u32 {
        self.0.slot(place)
    }

    fn count(&self) -> u32 {
        self.0.row.count()
    }
}

impl<const N: usize> Drop for Shell<N> {
    fn drop(&mut self) {
        // A static is never dropped, and an owned family has its slots; this is one that was built
        // as a static is and stood elsewhere. Who reads it may still do so.
        let Some(first) = self.row.bound() else { return };
        match self.family.get().map(|family| &family.rows) {
            Some(Rows::One { slots, .. }) if slots.get().is_some() => {}
            Some(Rows::One { slots, .. }) => {
                let _ = slots.set(Slots::adopt(first, self.row.count()));
            }
            _ => drop(Slots::adopt(first, self.row.count())),
        }
    }
}
