//! Where processes do not count together: on systems that this is not written for. No process has a file
//! there, of which anything could be asked.

#[expect(dead_code, reason = "no process begins as the copy of another that counts")]
mod errors;
#[allow(dead_code, reason = "nobody is told anything")]
mod told;

use std::io;
use std::path::Path;
use std::sync::atomic::AtomicU64;

pub(crate) use self::errors::{Reason, errors, report, say};
pub(crate) use self::told::{Flags, Label, Metric, Place, Series};
use crate::exemplar::Exemplar;

/// The file that this process does not have.
#[derive(Debug)]
pub(crate) enum Own {}

#[inline]
pub(crate) fn own() -> Option<&'static Own> {
    None
}

impl Own {
    pub(crate) fn join(_path: &Path) -> io::Result<&'static Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn worker(&self) -> u64 {
        match *self {}
    }

    pub(crate) fn early(&self) -> &'static [AtomicU64] {
        match *self {}
    }

    pub(crate) fn has(&self, _cells: &[AtomicU64]) -> bool {
        match *self {}
    }

    pub(crate) fn keep_early(&self, _end: usize) -> bool {
        match *self {}
    }

    pub(crate) fn cells(&self, _first: u32, _count: usize) -> Option<&'static [AtomicU64]> {
        match *self {}
    }

    pub(crate) fn metric(&self, _metric: &Metric<'_>) -> Option<Place> {
        match *self {}
    }

    pub(crate) fn series(&self, _series: &Series<'_>) -> Option<Place> {
        match *self {}
    }

    pub(crate) fn limit_series(&self, _series: u64) {
        match *self {}
    }

    pub(crate) fn lacks_some(&self) -> bool {
        match *self {}
    }

    pub(crate) fn remove(&self, _place: Place) {
        match *self {}
    }

    pub(crate) fn exemplar(&self, _slot: u32, _exemplar: &Exemplar) {
        match *self {}
    }

    pub(crate) fn remove_exemplar(&self, _slot: u32) {
        match *self {}
    }
}
