//! The bytes of an archive, which is written as a whole.

use super::bytes::Writing;
use super::header::{self, Header, Identity, at};
use super::record::{Cells, Head, Metric, Series, sort, write_absorbed};

/// Where the cells begin, at a multiple of this.
const LINE: usize = 128;

/// An archive of these cells, of which the series have the slots from 0 on.
pub(crate) fn archive(
    header: &Header,
    metrics: &[Metric<'_>],
    series: &[Series<'_>],
    cells: &[u64],
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
    // The last record says where the cells are: behind it, and behind the word that ends the records.
    let count = u32::try_from(cells.len()).unwrap_or(u32::MAX);
    let own = Cells { first: 0, count, offset: 0 }.write().words().len() + 1;
    let offset = (header::LENGTH + (records.len() + own + 1) * 8).next_multiple_of(LINE);
    let place = Cells { first: 0, count, offset: offset as u64 }.write();
    let words = u32::try_from(own).unwrap_or(u32::MAX);
    records.push(Head { sort: sort::CELLS, there: true, words }.word());
    records.extend(place.words());
    let length = offset + cells.len() * 8;
    let mut head = header.words();
    head[at::USED] = length as u64;
    let mut bytes = Vec::with_capacity(length);
    bytes.extend(head.iter().chain(&records).flat_map(|word| word.to_ne_bytes()));
    bytes.resize(offset, 0);
    bytes.extend(cells.iter().flat_map(|cell| cell.to_ne_bytes()));
    bytes
}
