use std::collections::BTreeMap;

use crate::exemplar::Exemplar;

/// What is read beside a store's own cells: samples that are added up already, of all processes that
/// count together.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// The samples of all series, one behind the other.
    pub(crate) samples: Vec<u64>,
    /// By the place of their sample.
    pub(crate) exemplars: BTreeMap<usize, Exemplar>,
    /// The native buckets, by the place of their series' first sample.
    pub(crate) native: BTreeMap<usize, Vec<u64>>,
}
