use std::fmt;
use std::sync::Arc;

use crate::metrics::{
    Counter, CounterNumber, Family, Gauge, GaugeNumber, Histogram, MetricFamily, Summary,
};
use crate::site::{AnySite, Labelled, Layout, Site};

/// What registries find: an annotated place, or a family of the user's own.
#[derive(Clone, Debug)]
pub enum Item {
    Site(&'static dyn AnySite),
    Family(Arc<Family>),
}

/// What the linker finds.
#[diagnostic::on_unimplemented(
    message = "`#[metric]` stands on a static `Counter`, `Gauge`, `Histogram` or `Summary`, and \
               `{Self}` is none",
    label = "not a metric"
)]
pub trait Linked: fmt::Debug + Sync {
    fn item(&'static self) -> Item;
}

impl<L: Layout> Linked for Site<L> {
    fn item(&'static self) -> Item {
        Item::Site(self)
    }
}

impl<L: Layout> Linked for Labelled<L> {
    fn item(&'static self) -> Item {
        Item::Site(self)
    }
}

impl<const N: usize, T: CounterNumber> Linked for Counter<N, T> {
    fn item(&'static self) -> Item {
        Item::Family(self.family())
    }
}

impl<const N: usize, T: GaugeNumber> Linked for Gauge<N, T> {
    fn item(&'static self) -> Item {
        Item::Family(self.family())
    }
}

impl<const N: usize> Linked for Histogram<N> {
    fn item(&'static self) -> Item {
        Item::Family(self.family())
    }
}

impl<const N: usize> Linked for Summary<N> {
    fn item(&'static self) -> Item {
        Item::Family(self.family())
    }
}
