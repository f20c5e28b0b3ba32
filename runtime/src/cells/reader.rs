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
    /// The counts of what the program's text names, by slot. Where a slot has no count, its number
    /// means nothing.
    flat: Vec<u64>,
    /// The counts of the rest: of the wanted pages, one behind the other.
    paged: Vec<u64>,
    slabs: Vec<&'static [AtomicU64]>,
    /// The numbers of the pages that somebody asks for.
    wanted: Vec<u32>,
    /// Of each number from the first wanted one to the last, which one of the wanted it is. Most of a
    /// process's pages may be those of other readers.
    places: Vec<u32>,
    /// Every thread's pages, in the order of the wanted, and where those of each begin.
    pages: Vec<&'static Page>,
    starts: Vec<usize>,
    /// The same pages as they were found, with their places.
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
            wanted: Vec::new(),
            places: Vec::new(),
            pages: Vec::new(),
            starts: Vec::new(),
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
        self.find_places();
        self.find_pages();
        self.paged.resize(self.wanted.len() * PAGE, 0);
        for (place, (number, sums)) in
            self.wanted.iter().zip(self.paged.chunks_mut(PAGE)).enumerate()
        {
            let mut pages = self.pages[self.starts[place]..self.starts[place + 1]].iter();
            match pages.next() {
                None => sums.fill(0),
                Some(page) => set(sums, *page),
            }
            for page in pages {
                add(sums, *page);
            }
            if let Some(page) = self.store.shared.paged_page(*number as usize) {
                add(sums, page);
            }
        }
        self.store.exemplars.read(&mut self.exemplars);
    }

    fn find_places(&mut self) {
        self.places.clear();
        let first = self.wanted.first().copied().unwrap_or_default();
        for (number, place) in self.wanted.iter().zip(0..) {
            // Those in between are nobody's whom this reader is asked for.
            self.places.resize((number - first) as usize, NOWHERE);
            self.places.push(place);
        }
    }

    /// Finds the wanted pages of all threads. Those of one number stay in the order of the threads, so
    /// that sums of floats are taken in one order and never fall.
    fn find_pages(&mut self) {
        self.found.clear();
        for table in self.store.tables.iter() {
            // Once: a thread may go on to fill its tables.
            let pages = self.wanted.iter().enumerate().filter_map(|(place, number)| {
                Some((place, *table.pages.get(*number as usize)?.get()?))
            });
            self.found.extend(pages);
        }
        // How many there are of each place, then where they begin: one further on, so that it comes
        // out right when each has moved its own.
        self.starts.clear();
        self.starts.resize(self.wanted.len() + 2, 0);
        for (place, _) in &self.found {
            self.starts[place + 2] += 1;
        }
        for at in 2..self.starts.len() {
            self.starts[at] += self.starts[at - 1];
        }
        self.pages.clear();
        if let Some((_, any)) = self.found.first() {
            self.pages.resize(self.found.len(), any);
        }
        for (place, page) in &self.found {
            let at = &mut self.starts[place + 1];
            self.pages[*at] = page;
            *at += 1;
        }
    }

    /// Which one of the wanted pages that of a number is.
    #[inline]
    fn place(&self, number: usize) -> Option<usize> {
        let first = *self.wanted.first()? as usize;
        let place = *self.places.get(number.wrapping_sub(first))?;
        (place != NOWHERE).then_some(place as usize)
    }

    /// What the cells of a page stood at, or nothing if it was not wanted.
    #[inline]
    fn sums(&self, number: usize) -> &[u64] {
        self.place(number).map_or(&[], |place| &self.paged[place * PAGE..(place + 1) * PAGE])
    }

    /// What a count stood at.
    #[inline]
    pub(crate) fn count(&self, slot: u32) -> u64 {
        let count = match page_of(slot) {
            Some((number, cell)) => self.sums(number).get(cell),
            None => self.flat.get(slot as usize),
        };
        count.copied().unwrap_or(0)
    }

    /// What counts stood at whose slots came at run time, behind what there is.
    pub(crate) fn read_paged(&self, slots: &[u32], samples: &mut Vec<u64>) {
        // Most are in the page of the one before, which is then looked for once.
        let (mut last, mut sums) = (usize::MAX, &[][..]);
        samples.extend(slots.iter().map(|slot| {
            let Some((number, cell)) = page_of(*slot) else { return 0 };
            if number != last {
                (last, sums) = (number, self.sums(number));
            }
            sums.get(cell).copied().unwrap_or(0)
        }));
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
            let pages = self.place(number).map(|place| self.starts[place]..self.starts[place + 1]);
            let pages = pages.map_or(&[][..], |pages| &self.pages[pages]);
            pages.iter().map(move |page| &page[cell])
        });
        flat.chain(paged).chain(self.store.shared.get(slot))
    }
}

/// What is no place.
const NOWHERE: u32 = u32::MAX;

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

#[cfg(test)]
mod tests {
    use super::super::numbering::fresh;
    use super::super::thread::{Change, change};
    use super::*;

    #[test]
    fn it_has_memory_for_what_is_wanted_alone() {
        let cells = u32::try_from(PAGE).expect("few");
        let first = fresh(Space::Paged, 1_000 * cells);
        let far = first + 998 * cells;
        for (slot, count) in [(first, 3), (far, 5)] {
            change(slot, Change::Add(count));
        }
        let mut reader = Reader::new(Store::process());
        let mut read = |slots: &[u32]| {
            reader.clear();
            for slot in slots {
                reader.want(numbering::pages(*slot, 1).into_iter().flatten());
            }
            reader.refresh();
            assert_eq!(reader.paged.len(), slots.len() * PAGE);
            let slots = [first, first + cells, far, far + cells];
            let mut samples = Vec::new();
            reader.read_paged(&slots, &mut samples);
            assert_eq!(samples, slots.map(|slot| reader.count(slot)));
            samples
        };
        assert_eq!(read(&[far]), [0, 0, 5, 0]);
        assert_eq!(read(&[first, far]), [3, 0, 5, 0]);
        assert_eq!(read(&[first + cells, first]), [3, 0, 0, 0]);
        assert_eq!(read(&[]), [0; 4]);
        assert!(reader.places.is_empty());
    }
}
