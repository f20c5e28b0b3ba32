//! A file as a process writes it, made by hand for tests.

use super::bytes::Writing;
use super::header::{Header, LENGTH};
use super::record::{Cells, Head, sort, write_exemplar};
use super::told::{Metric, Series};
use crate::exemplar::Exemplar;

/// What stands behind the header.
#[derive(Debug, Default)]
pub(crate) struct Made(Vec<u64>);

impl Made {
    pub(crate) fn metric(&mut self, metric: &Metric<'_>) {
        self.write(sort::METRIC, &metric.write());
    }

    pub(crate) fn series(&mut self, series: &Series<'_>) {
        self.write(sort::SERIES, &series.write());
    }

    pub(crate) fn exemplar(&mut self, slot: u32, exemplar: &Exemplar) {
        self.record(sort::EXEMPLAR, &write_exemplar(slot, exemplar));
    }

    /// Cells in the midst of the records, which go on behind them.
    pub(crate) fn cells(&mut self, first: u32, cells: &[u64]) {
        let offset = self.end() + 16;
        self.link(offset + cells.len() as u64 * 8);
        self.0.extend(cells);
        let count = u32::try_from(cells.len()).expect("a few");
        self.write(sort::CELLS, &Cells { first, count, offset }.write());
    }

    pub(super) fn link(&mut self, next: u64) {
        self.record(sort::LINK, &[next]);
    }

    pub(super) fn write(&mut self, sort: u8, content: &Writing) {
        self.record(sort, &content.words().collect::<Vec<_>>());
    }

    pub(super) fn record(&mut self, sort: u8, content: &[u64]) {
        let words = u32::try_from(content.len() + 1).expect("a few");
        self.word(Head { sort, there: true, words }.word());
        self.0.extend(content);
    }

    pub(super) fn word(&mut self, word: u64) {
        self.0.push(word);
    }

    /// Where the next record is going to be.
    pub(super) fn end(&self) -> u64 {
        (LENGTH + self.0.len() * 8) as u64
    }

    /// The bytes, with some behind them that are for later.
    pub(crate) fn finish(mut self, header: &Header) -> Vec<u8> {
        self.word(0);
        let used = LENGTH + self.0.len() * 8;
        let mut bytes = Vec::with_capacity(used + 64);
        let header = Header { used, ..header.clone() };
        for word in header.words().iter().chain(&self.0) {
            bytes.extend_from_slice(&word.to_ne_bytes());
        }
        bytes.resize(used + 64, 0xff);
        bytes
    }
}
