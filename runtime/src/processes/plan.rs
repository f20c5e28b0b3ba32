//! What the series of all files are, and where in the files each of them is counted.

use std::ops::Range;
use std::sync::Arc;

use super::source::Source;
use super::step::Step;
use super::table::{Map, Table};
use super::total::Total;
use crate::cells::Beside;
use crate::file::{Header, Identity, read_exemplar};
use crate::kind::Kind;
use crate::listing::Listing;
use crate::native;

/// A family of all files.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) kind: Kind,
    pub(super) apart: bool,
    pub(super) listing: Arc<Listing>,
    pub(super) label_names: Vec<String>,
    pub(super) ended: bool,
    pub(super) limit: usize,
    pub(super) since_ns: u64,
}

#[derive(Debug)]
pub(super) struct Plan {
    /// Of each source what it was when this was made.
    pub(super) sources: Vec<Edition>,
    /// Whether all of them make sense.
    pub(super) is_sound: bool,
    pub(super) families: Arc<Vec<Planned>>,
    pub(super) totals: Vec<Total>,
    pub(super) tables: Vec<Table>,
    /// Of each source: what is done with which of its sums for which number.
    pub(super) steps: Vec<Vec<(Step, u32, u32)>>,
    /// What all numbers are before the first source.
    pub(super) empty: Vec<u64>,
    /// Of each source: runs of native buckets, by the place of their sum, their total, and its cells.
    pub(super) natives: Vec<Vec<(u32, u32, u32)>>,
    /// Of each source that has exemplars: by slot, which sample one belongs to.
    pub(super) exemplified: Vec<Option<Map<u32, u32>>>,
    /// Of each source: where its exemplars stand.
    pub(super) exemplars: Vec<Vec<Range<usize>>>,
}

/// What tells a file from all others, and from itself before something came or went in it: of a process,
/// how often that was, and of an archive, how often it was written.
pub(super) type Edition = (Identity, u64, u64);

pub(super) fn edition(source: &Source) -> Edition {
    let Header { identity, changes, generation, .. } = source.header;
    (identity, changes, generation)
}

/// What sources add up to.
#[derive(Debug)]
pub(super) struct Cells {
    pub(super) numbers: Vec<u64>,
    /// Of those that are floats what they have no room for.
    pub(super) lows: Vec<f64>,
    /// Native buckets by total: none, where no process has written any.
    pub(super) natives: Vec<Vec<u64>>,
}

impl Plan {
    /// Whether it is still right for these sources.
    pub(super) fn is_of(&self, sources: &[Source]) -> bool {
        // Where something makes no sense, it is said each time.
        self.is_sound && self.sources.iter().copied().eq(sources.iter().map(edition))
    }

    /// What the sources add up to, as cells.
    pub(super) fn cells(&mut self, sources: &[Source]) -> Cells {
        let mut numbers = self.empty.clone();
        let mut lows = vec![0.0; numbers.len()];
        let mut natives = vec![Vec::new(); self.totals.len()];
        for (at, (table, source)) in self.tables.iter_mut().zip(sources).enumerate() {
            let sums = table.add_up(&source.bytes);
            for (step, place, total) in &self.steps[at] {
                let total = *total as usize;
                step.take(sums, *place, &mut numbers[total..], &mut lows[total]);
            }
            for (place, total, cell) in &self.natives[at] {
                let sum = sums.word(*place);
                let cells: &mut Vec<u64> = &mut natives[*total as usize];
                cells.resize(native::CELLS as usize, 0);
                let total = &mut cells[*cell as usize];
                *total = total.wrapping_add(sum);
            }
        }
        Cells { numbers, lows, natives }
    }

    /// What the sources add up to, as samples.
    pub(super) fn values(&mut self, sources: &[Source]) -> Beside {
        let Cells { numbers, natives, .. } = self.cells(sources);
        let mut beside = Beside::default();
        for (total, native) in self.totals.iter().zip(natives) {
            if total.native {
                beside.native.insert(beside.samples.len(), native);
            }
            total.write(&numbers[total.first as usize..], &mut beside.samples);
        }
        for ((places, source), ranges) in self.exemplified.iter().zip(sources).zip(&self.exemplars)
        {
            // One that is written over in this moment is left out.
            let records = ranges.iter().filter_map(|range| source.bytes.get(range.clone()));
            for (slot, exemplar) in records.filter_map(read_exemplar) {
                let Some(place) = places.as_ref().and_then(|places| places.get(&slot)) else {
                    continue;
                };
                let place = *place as usize;
                if beside.exemplars.get(&place).is_none_or(|other| other.at_ms < exemplar.at_ms) {
                    beside.exemplars.insert(place, exemplar);
                }
            }
        }
        beside
    }
}

#[cfg(test)]
mod tests;
