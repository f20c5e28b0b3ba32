use std::sync::atomic::{AtomicU64, Ordering};

use super::numbering::page_of;
use super::page::Page;
use super::store::Store;

/// What a store's cells add up to.
///
/// It looks once for the memory of the threads; what a thread that is new since then counts is in
/// the next reader's sums.
#[derive(Debug)]
pub struct Reader {
    store: &'static Store,
    slabs: Vec<&'static [AtomicU64]>,
    /// Every thread's pages, in the order of their numbers.
    pages: Vec<(usize, &'static Page)>,
    /// Where the pages of a number begin.
    starts: Vec<usize>,
}

impl Reader {
    pub(crate) fn new(store: &'static Store) -> Self {
        let slabs = store.slabs.iter().map(|slab| slab.cells).collect();
        let tables = store.tables.iter().flat_map(|table| table.pages.iter().enumerate());
        let pages = tables.filter_map(|(number, page)| Some((number, *page.get()?)));
        let mut pages: Vec<_> = pages.collect();
        // Stable, so that sums of floats are taken in one order and never fall.
        pages.sort_by_key(|(number, _)| *number);
        let mut starts = Vec::with_capacity(pages.last().map_or(0, |(last, _)| last + 2));
        for (at, (number, _)) in pages.iter().enumerate() {
            while starts.len() <= *number {
                starts.push(at);
            }
        }
        starts.push(pages.len());
        Self { store, slabs, pages, starts }
    }

    pub(crate) fn store(&self) -> &'static Store {
        self.store
    }

    pub(crate) fn count(&self, slot: u32) -> u64 {
        let cells = self.cells(slot).map(|cell| cell.load(Ordering::Relaxed));
        cells.fold(0, u64::wrapping_add)
    }

    pub(crate) fn float(&self, slot: u32) -> f64 {
        let cells = self.cells(slot).map(|cell| f64::from_bits(cell.load(Ordering::Relaxed)));
        cells.fold(0.0, std::ops::Add::add)
    }

    /// A count that was written by `end`: what was counted before it, is seen by a count that is
    /// taken afterwards, by [`count_begun`](Self::count_begun).
    pub(crate) fn count_ended(&self, slot: u32) -> u64 {
        self.cells(slot).map(|cell| cell.load(Ordering::Acquire)).fold(0, u64::wrapping_add)
    }

    /// A count that takes in threads which are new since this reader was made.
    pub(crate) fn count_begun(&self, slot: u32) -> u64 {
        self.store.count(slot)
    }

    /// Whether nothing was ever counted in a slot.
    pub(crate) fn is_zero(&self, slot: u32) -> bool {
        self.cells(slot).all(|cell| cell.load(Ordering::Relaxed) == 0)
    }

    /// What the shared cell of a slot stands at.
    pub(crate) fn shared(&self, slot: u32) -> u64 {
        self.store.shared(slot)
    }

    fn cells(&self, slot: u32) -> impl Iterator<Item = &AtomicU64> {
        let slabs = if slot < super::numbering::PAGED { &self.slabs[..] } else { &[] };
        let flat = slabs.iter().filter_map(move |slab| slab.get(slot as usize));
        let paged = page_of(slot).into_iter().flat_map(|(number, cell)| {
            let bounds = self.starts.get(number).zip(self.starts.get(number + 1));
            let pages = bounds.map_or(&[][..], |(start, end)| &self.pages[*start..*end]);
            pages.iter().map(move |(_, page)| &page[cell])
        });
        flat.chain(paged).chain(self.store.shared.get(slot))
    }
}
