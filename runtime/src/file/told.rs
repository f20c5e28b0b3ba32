//! What a process tells those who share its file of what it counts.

use std::borrow::Cow;

/// A metric that a group of cells has a part in. Each set of cells in the group is a series of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Metric<'a> {
    pub(crate) group: u64,
    /// Where its cells begin among those of a series of the group.
    pub(crate) place: u32,
    /// The number of what the cells hold.
    pub(crate) content: u8,
    /// The number of how processes combine.
    pub(crate) combine: u8,
    pub(crate) flags: Flags,
    /// The most series that it may have, or as many as are the rule in its process.
    pub(crate) limit: Option<u64>,
    /// In an archive: when the last process began that described it so, in nanoseconds since the Unix
    /// epoch.
    pub(crate) since_ns: u64,
    pub(crate) name: Cow<'a, str>,
    pub(crate) help: Cow<'a, str>,
    /// In their order.
    pub(crate) labels: Vec<Label<'a>>,
    pub(crate) bounds: Vec<f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    /// It has native buckets too.
    pub(crate) native: bool,
    /// What processes that are gone left counts, though it is a gauge.
    pub(crate) ended: bool,
    /// It is in registries that somebody put it in, and in no others.
    pub(crate) apart: bool,
}

/// A label whose value is the same for all series, or is the next one of each.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Label<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) value: Option<Cow<'a, str>>,
}

/// A set of cells of a group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Series<'a> {
    pub(crate) group: u64,
    /// The first of its slots.
    pub(crate) first: u32,
    /// Milliseconds since the Unix epoch; the largest number, where that is not known.
    pub(crate) created_ms: u64,
    pub(crate) values: Vec<Cow<'a, str>>,
}

/// Where a record stands in the file of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(pub(super) usize);

impl<'a> Label<'a> {
    /// One of which each series has a value of its own.
    pub(crate) fn of_each(name: &'a str) -> Self {
        Self { name: Cow::Borrowed(name), value: None }
    }

    /// One that has the same value for all.
    pub(crate) fn of_all(name: &'a str, value: &'a str) -> Self {
        Self { name: Cow::Borrowed(name), value: Some(Cow::Borrowed(value)) }
    }
}
