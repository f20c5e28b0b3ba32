//! What a series comes to in all files.

use std::sync::Arc;

use crate::combine::Combine;
use crate::content::Content;
use crate::shape::Shape;

/// One series of all files, as cells: a count for each bucket and beyond, and the sum, or what else the
/// content says.
#[derive(Clone, Debug)]
pub(super) struct Total {
    /// Which family it is one of.
    pub(super) family: usize,
    /// Their values, in the order of the family's names.
    pub(super) labels: Vec<String>,
    pub(super) content: Content,
    pub(super) combine: Combine,
    pub(super) bounds: Arc<[f64]>,
    pub(super) native: bool,
    pub(super) created_ms: u64,
    /// The first of its cells.
    pub(super) first: u32,
    pub(super) shape: Shape,
}

impl Total {
    /// How many cells it has, without native buckets.
    pub(super) fn cells(&self) -> usize {
        (self.content.cells(&self.bounds, false) + self.combine.stamps()) as usize
    }

    /// Writes its samples behind those that are there.
    pub(super) fn write(&self, cells: &[u64], samples: &mut Vec<u64>) {
        match self.content {
            Content::Histogram | Content::Seconds => {
                let mut cumulative = 0_u64;
                for count in &cells[..=self.bounds.len()] {
                    cumulative = cumulative.wrapping_add(*count);
                    samples.push(cumulative);
                }
                let sum = cells[self.bounds.len() + 1];
                let sum = if self.content == Content::Histogram {
                    sum
                } else {
                    crate::clock::seconds(sum).to_bits()
                };
                samples.extend([sum, cumulative]);
            }
            Content::Summary => samples.extend([cells[1], cells[0]]),
            _ => samples.push(cells[0]),
        }
    }
}
