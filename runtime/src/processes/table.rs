//! The cells of one file by their slots.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::sum::Sum;
use crate::file::Block;

/// By a hash that costs little, and is seeded once for each process.
pub(super) type Map<K, V> = HashMap<K, V, RandomState>;

/// How many slots are added up together.
const PAGE: u32 = 128;

/// Where the sums of slots come from: of each page of slots that somebody asks for, the cells that any
/// thread has of it.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// By page: the blocks that have cells of it.
    blocks: Map<u32, Vec<Block>>,
    /// By page: where its sums are.
    places: Map<u32, u32>,
    /// The page that was asked for last, and where its sums are.
    last: Option<(u32, u32)>,
    parts: Vec<Part>,
    /// By place: where the cells are of a slot whose cells are floats.
    floats: Map<u32, Vec<usize>>,
    sums: Sums,
}

/// What slots stand at.
#[derive(Debug, Default)]
pub(super) struct Sums {
    words: Vec<u64>,
    /// What is lost of those that are floats.
    lows: Map<u32, f64>,
}

/// Cells that stand one behind the other, and where they are added to.
#[derive(Debug)]
struct Part {
    offset: usize,
    count: usize,
    at: usize,
}

/// The place of a slot of which there is no cell.
pub(super) const NOWHERE: u32 = u32::MAX;

impl Table {
    pub(super) fn new(blocks: &[Block]) -> Self {
        let mut table = Self::default();
        for block in blocks.iter().filter(|block| block.count > 0) {
            let last = block.first + (block.count - 1);
            for page in block.first / PAGE..=last / PAGE {
                table.blocks.entry(page).or_default().push(*block);
            }
        }
        table
    }

    /// Where the sum of a slot is going to be.
    pub(super) fn place(&mut self, slot: u32) -> u32 {
        let page = slot / PAGE;
        // Mostly one asks for slots that follow each other.
        if let Some((last, start)) = self.last
            && last == page
        {
            return start + slot % PAGE;
        }
        let Some(blocks) = self.blocks.get(&page) else { return NOWHERE };
        let start = *self.places.entry(page).or_insert_with(|| {
            let start = self.sums.words.len();
            self.sums.words.resize(start + PAGE as usize, 0);
            for block in blocks {
                let first = block.first.max(page * PAGE);
                let end = (block.first + block.count).min((page + 1).saturating_mul(PAGE));
                self.parts.push(Part {
                    offset: block.offset + (first - block.first) as usize * 8,
                    count: (end - first) as usize,
                    at: start + (first - page * PAGE) as usize,
                });
            }
            // Of no more cells than a file has bytes.
            u32::try_from(start).unwrap_or(NOWHERE)
        });
        self.last = Some((page, start));
        start + slot % PAGE
    }

    /// Where the sum of a slot is going to be whose cells are floats.
    pub(super) fn float(&mut self, slot: u32) -> u32 {
        let place = self.place(slot);
        if place != NOWHERE && !self.floats.contains_key(&place) {
            let blocks = &self.blocks[&(slot / PAGE)];
            let own = blocks
                .iter()
                .filter(|block| (block.first..block.first + block.count).contains(&slot));
            let offsets = own.map(|block| block.offset + (slot - block.first) as usize * 8);
            self.floats.insert(place, offsets.collect());
        }
        place
    }

    /// How many slots there are in the pages from a slot on of which there are cells.
    pub(super) fn slots(&self, first: u32, count: u32) -> usize {
        self.pages_there(first, count).count() * PAGE as usize
    }

    fn pages_there(&self, first: u32, count: u32) -> impl Iterator<Item = u32> {
        let pages = first / PAGE..=first.saturating_add(count - 1) / PAGE;
        pages.filter(|page| self.blocks.contains_key(page))
    }

    /// The pages between two slots of which there are cells, by the place of their first sum.
    pub(super) fn pages(&mut self, first: u32, count: u32) -> Vec<(u32, u32)> {
        let there: Vec<u32> = self.pages_there(first, count).collect();
        there.into_iter().map(|page| (page * PAGE, self.place(page * PAGE))).collect()
    }

    /// Adds up what the file holds.
    pub(super) fn add_up(&mut self, bytes: &[u8]) -> &Sums {
        let Sums { words, lows } = &mut self.sums;
        words.fill(0);
        lows.clear();
        for part in &self.parts {
            let cells = bytes.get(part.offset..part.offset + part.count * 8).unwrap_or_default();
            let (cells, _) = cells.as_chunks();
            for (sum, cell) in words[part.at..].iter_mut().zip(cells) {
                *sum = sum.wrapping_add(u64::from_ne_bytes(*cell));
            }
        }
        for (place, offsets) in &self.floats {
            let numbers = offsets.iter().filter_map(|offset| {
                let cell = bytes.get(*offset..)?.first_chunk()?;
                Some(f64::from_bits(u64::from_ne_bytes(*cell)))
            });
            let mut sum = Sum::default();
            numbers.for_each(|number| sum.add(number));
            words[*place as usize] = sum.high.to_bits();
            if sum.low != 0.0 {
                lows.insert(*place, sum.low);
            }
        }
        &self.sums
    }
}

impl Sums {
    /// That of the slot at a place.
    #[inline]
    pub(super) fn word(&self, place: u32) -> u64 {
        self.words.get(place as usize).copied().unwrap_or(0)
    }

    /// That of a slot whose cells are floats.
    #[inline]
    pub(super) fn float(&self, place: u32) -> Sum {
        let high = f64::from_bits(self.word(place));
        let low = if self.lows.is_empty() { None } else { self.lows.get(&place) };
        Sum { high, low: low.copied().unwrap_or(0.0) }
    }
}
