use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::beside::Beside;
use super::numbering::{self, PAGED, Space, page_of};
use super::page::{PAGE, Page};
use super::store::Store;
use crate::exemplar::Exemplar;

/// What a store's cells add up to, as they stood at its last [`refresh`](Self::refresh).
///
/// It keeps its memory from one to the next.
#[derive(Debug)]
pub(crate) struct Reader {
    store: &'static Store,
    /// The counts, by slot, of what the program's text names and of the rest. Where a slot has no
    /// count, its number means nothing.
    flat: Vec<u64>,
    paged: Vec<u64>,
    slabs: Vec<&'static [AtomicU64]>,
    /// Every thread's pages, in the order of their numbers, and where those of a number begin.
    pages: Vec<&'static Page>,
    starts: Vec<usize>,
    /// The numbers of the pages that somebody asks for.
    wanted: Vec<u32>,
    /// The same pages as they were found, with their numbers.
    found: Vec<(usize, &'static Page)>,
    /// In the order of their slots.
    exemplars: Vec<(u32, Arc<Exemplar>)>,
    /// What was added up elsewhere.
    pub(crate) beside: Beside,
}

impl Reader {
    pub(crate) fn new(store: &'static Store) -> Self {
        Self {
            store,
            flat: Vec::new(),
            paged: Vec::new(),
            slabs: Vec::new(),
            pages: Vec::new(),
            starts: Vec::new(),
            wanted: Vec::new(),
            found: Vec::new(),
            exemplars: Vec::new(),
            beside: Beside::default(),
        }
    }

    /// Forgets which pages are wanted.
    pub(crate) fn clear(&mut self) {
        self.wanted.clear();
    }

    /// Wants the pages of these numbers read, of the slots that come at run time.
    pub(crate) fn want(&mut self, pages: impl Iterator<Item = u32>) {
        self.wanted.extend(pages);
    }

    /// Reads all cells that any thread has in the wanted pages, and those of what the program's text
    /// names.
    ///
    /// It takes as long as there are such cells: those of a page that a thread never wrote are not
    /// there. A slot must have been somebody's before, and stay so for as long as it is asked for.
    pub(crate) fn refresh(&mut self) {
        let flat = numbering::given_out(Space::Flat);
        self.slabs.clear();
        self.slabs.extend(self.store.slabs.iter().map(|slab| slab.cells));
        self.flat.clear();
        self.flat.resize(flat, 0);
        for slab in &self.slabs {
            add(&mut self.flat, slab);
        }
        for (number, sums) in self.flat.chunks_mut(PAGE).enumerate() {
            if let Some(page) = self.store.shared.flat_page(number) {
                add(sums, page);
            }
        }
        self.wanted.sort_unstable();
        self.wanted.dedup();
        self.find_pages();
        // What is not wanted stays as it was, and means nothing.
        let end = self.wanted.last().map_or(0, |last| *last as usize + 1);
        if self.paged.len() < end * PAGE {
            self.paged.resize(end * PAGE, 0);
        }
        for number in self.wanted.iter().map(|number| *number as usize) {
            let sums = &mut self.paged[number * PAGE..(number + 1) * PAGE];
            let mut pages = self.pages[self.starts[number]..self.starts[number + 1]].iter();
            match pages.next() {
                None => sums.fill(0),
                Some(page) => set(sums, *page),
            }
            for page in pages {
                add(sums, *page);
            }
            if let Some(page) = self.store.shared.paged_page(number) {
                add(sums, page);
            }
        }
        self.store.exemplars.read(&mut self.exemplars);
    }

    /// Finds the wanted pages of all threads. Those of one number stay in the order of the threads, so
    /// that sums of floats are taken in one order and never fall.
    fn find_pages(&mut self) {
        self.found.clear();
        for table in self.store.tables.iter() {
            // Once: a thread may go on to fill its tables.
            let pages = self.wanted.iter().filter_map(|number| {
                let number = *number as usize;
                Some((number, *table.pages.get(number)?.get()?))
            });
            self.found.extend(pages);
        }
        // How many there are of each number, then where they begin: one further on, so that it comes
        // out right when each has moved its own.
        let numbers = self.wanted.last().map_or(0, |last| *last as usize + 1);
        self.starts.clear();
        self.starts.resize(numbers + 2, 0);
        for (number, _) in &self.found {
            self.starts[number + 2] += 1;
        }
        for at in 2..self.starts.len() {
            self.starts[at] += self.starts[at - 1];
        }
        self.pages.clear();
        if let Some((_, any)) = self.found.first() {
            self.pages.resize(self.found.len(), any);
        }
        for (number, page) in &self.found {
            let at = &mut self.starts[number + 1];
            self.pages[*at] = page;
            *at += 1;
        }
    }

    /// What a count stood at.
    #[inline]
    pub(crate) fn count(&self, slot: u32) -> u64 {
        let sums = if slot < PAGED { &self.flat } else { &self.paged };
        sums.get((slot & !PAGED) as usize).copied().unwrap_or(0)
    }

    /// What a count stood at whose slot came at run time.
    #[inline]
    pub(crate) fn paged(&self, slot: u32) -> u64 {
        self.paged.get((slot & !PAGED) as usize).copied().unwrap_or(0)
    }

    /// What a sum of floats stands at.
    pub(crate) fn float(&self, slot: u32) -> f64 {
        let cells = self.cells(slot).map(|cell| f64::from_bits(cell.load(Ordering::Relaxed)));
        cells.fold(0.0, std::ops::Add::add)
    }

    /// What is under way, of which the two counts begin at that slot.
    pub(crate) fn under_way(&self, first: u32) -> u64 {
        // The ended first, of which each was written behind its beginning: every end seen has its
        // beginning in the later sum, so that the difference is never below 0. That sum takes in
        // threads that are new since the refresh.
        let ended = self.cells(first + 1).map(|cell| cell.load(Ordering::Acquire));
        let ended = ended.fold(0, u64::wrapping_add);
        self.store.count(first).wrapping_sub(ended)
    }

    /// What the shared cell of a slot stands at.
    pub(crate) fn shared(&self, slot: u32) -> u64 {
        self.store.shared(slot)
    }

    /// Whether there are exemplars of anything.
    pub(crate) fn has_exemplars(&self) -> bool {
        !self.exemplars.is_empty() || !self.beside.exemplars.is_empty()
    }

    /// The exemplar of a slot.
    pub(crate) fn exemplar(&self, slot: u32) -> Option<&Exemplar> {
        let at = self.exemplars.binary_search_by_key(&slot, |(slot, _)| *slot).ok()?;
        Some(&self.exemplars[at].1)
    }

    fn cells(&self, slot: u32) -> impl Iterator<Item = &AtomicU64> {
        let slabs = if slot < PAGED { &self.slabs[..] } else { &[] };
        let flat = slabs.iter().filter_map(move |slab| slab.get(slot as usize));
        let paged = page_of(slot).into_iter().flat_map(|(number, cell)| {
            let bounds = self.starts.get(number).zip(self.starts.get(number + 1));
            let pages = bounds.map_or(&[][..], |(start, end)| &self.pages[*start..*end]);
            pages.iter().map(move |page| &page[cell])
        });
        flat.chain(paged).chain(self.store.shared.get(slot))
    }
}

#[inline]
fn set(sums: &mut [u64], cells: &[AtomicU64]) {
    for (sum, cell) in sums.iter_mut().zip(cells) {
        *sum = cell.load(Ordering::Relaxed);
    }
}

#[inline]
fn add(sums: &mut [u64], cells: &[AtomicU64]) {
    for (sum, cell) in sums.iter_mut().zip(cells) {
        *sum = sum.wrapping_add(cell.load(Ordering::Relaxed));
    }
}
