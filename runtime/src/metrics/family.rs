use std::borrow::Cow;
use std::panic::Location;
use std::sync::{Arc, OnceLock, Weak};

use super::meta::Meta;
use crate::cells::{Slots, keep, start};
use crate::clock;
use crate::combine::Combine;
use crate::content::Content;
use crate::file::{self, Flags, Label, Metric, Series, own};
use crate::labelled::{Child, Children, Handle, Room, Sort, new_family};
use crate::list::List;

/// A metric family of the user's own, as registries read it.
#[derive(Debug)]
pub struct Family {
    pub(crate) meta: Arc<Meta>,
    pub(crate) help: Cow<'static, str>,
    pub(crate) label_names: Vec<Cow<'static, str>>,
    pub(crate) location: &'static Location<'static>,
    pub(crate) content: Content,
    pub(super) cells: u32,
    pub(super) max_series: Option<usize>,
    pub(super) combine: Combine,
    pub(super) ended: bool,
    /// Where others read what it is, and what its one series is.
    pub(super) described: OnceLock<[Option<file::Place>; 2]>,
    pub(super) rows: Rows,
}

/// The cells of a family.
#[derive(Debug)]
pub(super) enum Rows {
    /// Without labels: the first slot, and what gives the slots back, once nobody can count in them.
    One {
        first: u32,
        slots: OnceLock<Slots>,
    },
    Many(Children),
}

/// The families that were used, of which nobody has to tell the registries.
static ANNOUNCED: List<Weak<Family>> = List::new();

/// The families that were used so far and are still there.
pub(crate) fn announced() -> Vec<Arc<Family>> {
    let there = ANNOUNCED.copy(|family| family.strong_count() > 0);
    there.iter().filter_map(Weak::upgrade).collect()
}

impl Family {
    /// Tells those who share a file with this process what the family is; `apart`, if only registries
    /// have it that somebody put it in.
    pub(crate) fn describe(&self, apart: bool) {
        start();
        let Some(own) = own() else { return };
        self.described.get_or_init(|| {
            let (group, first) = match &self.rows {
                Rows::One { first, .. } => (new_family(), Some(*first)),
                Rows::Many(children) => (children.family(), None),
            };
            let metric = Metric {
                group,
                place: 0,
                content: self.content.number(),
                combine: self.combine.number(),
                flags: Flags { native: self.is_native(), ended: self.ended, apart },
                limit: self.max_series.map(|limit| limit as u64),
                since_ns: 0,
                name: Cow::Borrowed(&self.meta.name),
                help: Cow::Borrowed(&self.help),
                labels: self.label_names.iter().map(|name| Label::of_each(name)).collect(),
                bounds: self.bounds().to_vec(),
            };
            let series = first.filter(|first| keep(*first, self.cells)).and_then(|first| {
                let created_ms = clock::start_ms();
                own.series(&Series { group, first, created_ms, values: Vec::new() })
            });
            [own.metric(&metric), series]
        });
    }

    pub(super) fn announce(self: &Arc<Self>) {
        ANNOUNCED.push(Arc::downgrade(self));
    }

    #[inline]
    pub(super) fn child(&self, values: &[&str]) -> Option<Handle> {
        match &self.rows {
            Rows::One { .. } => None,
            Rows::Many(children) => Some(children.get(self.sort(), values)),
        }
    }

    /// Counts in the child of these values. There is one, where there are labels.
    #[inline]
    pub(super) fn count(&self, values: &[&str], count: impl Fn(&Child)) {
        if let Rows::Many(children) = &self.rows {
            children.count(self.sort(), values, count);
        }
    }

    pub(super) fn remove(&self, values: &[&str]) -> bool {
        match &self.rows {
            Rows::One { .. } => false,
            Rows::Many(children) => children.remove(self.sort(), values),
        }
    }

    fn sort(&self) -> Sort<'_> {
        Sort { room: Room::Own(self.max_series), cells: self.cells }
    }

    pub(crate) fn kind(&self) -> crate::kind::Kind {
        self.content.kind()
    }

    pub(crate) fn bounds(&self) -> &[f64] {
        &self.meta.buckets.bounds
    }

    /// Its children, where it has labels.
    pub(crate) fn children(&self) -> Option<&Children> {
        match &self.rows {
            Rows::One { .. } => None,
            Rows::Many(children) => Some(children),
        }
    }

    /// The first slot of its one series, where it has no labels.
    pub(crate) fn first(&self) -> Option<u32> {
        match &self.rows {
            Rows::One { first, .. } => Some(*first),
            Rows::Many(_) => None,
        }
    }

    /// Whether it has native buckets too.
    pub(crate) fn is_native(&self) -> bool {
        self.meta.buckets.native
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        // Before its slots are given back, since others would read there what is not its own.
        if let (Some(own), Some(described)) = (own(), self.described.get()) {
            for place in described.iter().flatten() {
                own.remove(*place);
            }
        }
    }
}
