//! Families that others count: what their collectors gave.

use std::borrow::Cow;

use crate::combine::WORKER;
use crate::kind::Kind;
use crate::listing::Given;
use crate::shape::Shape;

/// A family as a collector gave it.
#[derive(Debug)]
pub(crate) struct Offered {
    pub(crate) head: Head,
    pub(crate) series: Vec<Given>,
}

#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) name: Cow<'static, str>,
    /// Empty where there is none.
    pub(crate) help: Cow<'static, str>,
    pub(crate) kind: Kind,
}

impl Given {
    /// A count with at most one label.
    pub(crate) fn count(label: Option<(&'static str, Cow<'static, str>)>, count: u64) -> Self {
        let labels = label.into_iter().map(|(name, value)| (Cow::Borrowed(name), value));
        Self {
            labels: labels.collect(),
            timestamp_ms: None,
            created_ms: None,
            shape: Shape::Count,
            samples: vec![count],
        }
    }
}

impl Offered {
    pub(crate) fn counter(
        name: &'static str,
        help: &'static str,
        series: impl IntoIterator<Item = Given>,
    ) -> Self {
        let head = Head { name: name.into(), help: help.into(), kind: Kind::Counter };
        Self { head, series: series.into_iter().collect() }
    }
}

/// Marks families that are one process's own, so that they are never taken for those of another.
pub(crate) fn mark(families: &mut [Offered], worker: u64) {
    for given in families.iter_mut().flat_map(|family| &mut family.series) {
        let taken = given.labels.iter().any(|(name, _)| name == WORKER);
        let name = if taken { "tallymark_worker" } else { WORKER };
        given.labels.push((name.into(), worker.to_string().into()));
    }
}
