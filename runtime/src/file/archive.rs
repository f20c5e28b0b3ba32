//! The bytes of an archive, which is written as a whole.

use super::bytes::Writing;
use super::header::{self, Header, Identity, at};
use super::record::{Cells, Head, sort, write_absorbed};
use super::told::{Metric, Series};

/// Where the cells begin, at a multiple of this.
const LINE: usize = 128;

/// Cells of slots that follow each other.
#[derive(Debug)]
pub(crate) struct Run {
    first: u32,
    cells: Vec<u64>,
}

impl Run {
    /// Puts cells behind the others, whose slots are before theirs.
    pub(crate) fn put(runs: &mut Vec<Self>, first: u32, cells: &[u64]) {
        match runs.last_mut() {
            Some(last) if last.first as usize + last.cells.len() == first as usize => {
                last.cells.extend(cells);
            }
            _ => runs.push(Self { first, cells: cells.to_vec() }),
        }
    }
}

/// An archive of these cells.
pub(crate) fn archive(
    header: &Header,
    metrics: &[Metric<'_>],
    series: &[Series<'_>],
    runs: &[Run],
    absorbed: &[Identity],
) -> Vec<u8> {
    let mut records: Vec<u64> = Vec::new();
    let mut record = |sort: u8, content: &Writing| {
        let content = content.words();
        let words = u32::try_from(content.len() + 1).unwrap_or(u32::MAX);
        records.push(Head { sort, there: true, words }.word());
        records.extend(content);
    };
    for metric in metrics {
        record(sort::METRIC, &metric.write());
    }
    for series in series {
        record(sort::SERIES, &series.write());
    }
    record(sort::ABSORBED, &write_absorbed(absorbed));
    // The last records say where the cells are: behind them, and behind the word that ends the records.
    let own = Cells { first: 0, count: 0, offset: 0 }.write().words().len() + 1;
    let words = u32::try_from(own).unwrap_or(u32::MAX);
    let count = records.len() + own * runs.len() + 1;
    let offset = (header::LENGTH + count * 8).next_multiple_of(LINE);
    let mut length = offset;
    for Run { first, cells } in runs {
        let count = u32::try_from(cells.len()).unwrap_or(u32::MAX);
        let place = Cells { first: *first, count, offset: length as u64 }.write();
        records.push(Head { sort: sort::CELLS, there: true, words }.word());
        records.extend(place.words());
        length += cells.len() * 8;
    }
    let mut head = header.words();
    head[at::USED] = length as u64;
    let mut bytes = Vec::with_capacity(length);
    bytes.extend(head.iter().chain(&records).flat_map(|word| word.to_ne_bytes()));
    bytes.resize(offset, 0);
    let cells = runs.iter().flat_map(|run| &run.cells);
    bytes.extend(cells.flat_map(|cell| cell.to_ne_bytes()));
    bytes
}
