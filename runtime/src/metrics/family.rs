use std::borrow::Cow;
use std::panic::Location;
use std::sync::{Arc, OnceLock, Weak};

use super::meta::Meta;
use crate::cells::Slots;
use crate::content::Content;
use crate::labelled::{Child, Children, Handle, Room, Sort};
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
