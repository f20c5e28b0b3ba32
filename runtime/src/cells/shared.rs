//! Cells that any thread may write, by locked instructions.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU64;

use super::numbering::{PAGED, page_of};
use super::page::{PAGE, Page};
use super::storage::{self, Of};

/// The shared cell of every slot, so far as there was need of it.
#[derive(Debug)]
pub(super) struct Shared {
    flat: Directory,
    paged: Directory,
}

/// Pages by number, in levels that double, so that none ever has to move.
#[derive(Debug)]
struct Directory {
    /// The first ones, where they need no memory to be made.
    early: fn() -> &'static [Page],
    /// The slot of the first cell of all.
    first: u32,
    of: Of,
    levels: [OnceLock<Box<[OnceLock<&'static Page>]>>; LEVELS],
}

/// How many pages the first level has.
const FIRST: usize = 16;

/// Enough for as many pages as there are slots for.
const LEVELS: usize = 22;

impl Shared {
    /// With cells that are there already for the first slots of what the program's text names.
    pub(super) const fn with(of: Of, early: fn() -> &'static [Page]) -> Self {
        Self { flat: Directory::with(of, 0, early), paged: Directory::with(of, PAGED, || &[]) }
    }

    /// Makes the page of the slots that come at run time, if it can be where those see it who share a
    /// file; whether it is there.
    pub(super) fn keep_page(&self, number: usize) -> bool {
        let directory = &self.paged;
        let page = directory.find_or_make(number, || directory.new_page(number));
        page.is_some_and(storage::is_kept)
    }

    /// The cell, if anything was ever written to its neighbourhood.
    pub(super) fn get(&self, slot: u32) -> Option<&AtomicU64> {
        let (directory, number, cell) = self.find(slot);
        Some(&directory.get(number)?[cell])
    }

    /// The shared cells of a page of slots that the program's text names.
    pub(super) fn flat_page(&self, number: usize) -> Option<&'static Page> {
        self.flat.get(number)
    }

    /// The shared cells of a page of the slots that come at run time.
    pub(super) fn paged_page(&self, number: usize) -> Option<&'static Page> {
        self.paged.get(number)
    }

    pub(super) fn cell(&self, slot: u32) -> &AtomicU64 {
        let (directory, number, cell) = self.find(slot);
        &directory.page(number)[cell]
    }

    pub(super) fn zero(&self) {
        for directory in [&self.flat, &self.paged] {
            let levels = directory.levels.iter().filter_map(OnceLock::get);
            let pages = levels.flat_map(|level| level.iter().filter_map(OnceLock::get).copied());
            for cell in pages.chain((directory.early)()).flatten() {
                cell.store(0, std::sync::atomic::Ordering::Relaxed);
            }
        }
    }

    fn find(&self, slot: u32) -> (&Directory, usize, usize) {
        match page_of(slot) {
            Some((number, cell)) => (&self.paged, number, cell),
            None => (&self.flat, slot as usize / PAGE, slot as usize % PAGE),
        }
    }
}

impl Directory {
    const fn with(of: Of, first: u32, early: fn() -> &'static [Page]) -> Self {
        Self { early, first, of, levels: [const { OnceLock::new() }; LEVELS] }
    }

    /// A page where it should be, if there is room.
    fn new_page(&self, number: usize) -> Option<&'static Page> {
        storage::page(self.of, self.first + u32::try_from(number * PAGE).ok()?)
    }

    fn get(&self, number: usize) -> Option<&'static Page> {
        if let Some(page) = (self.early)().get(number) {
            return Some(page);
        }
        let (level, place) = place(number);
        self.levels.get(level)?.get()?[place].get().copied()
    }

    fn page(&self, number: usize) -> &'static Page {
        let make = || Some(self.new_page(number).unwrap_or_else(storage::heap_page));
        self.find_or_make(number, make).expect("what cannot be in a file is on the heap")
    }

    fn find_or_make(
        &self,
        number: usize,
        make: impl FnOnce() -> Option<&'static Page>,
    ) -> Option<&'static Page> {
        if let Some(page) = self.get(number) {
            return Some(page);
        }
        let (level, place) = place(number);
        // Made before it is set, and not while: an allocator that counts may come by here again.
        if self.levels[level].get().is_none() {
            let places = (0..FIRST << level).map(|_| OnceLock::new()).collect();
            // Another thread may have been first, and then there is a level too.
            drop(self.levels[level].set(places));
        }
        let level = self.levels[level].get().expect("set above");
        if level[place].get().is_none() {
            // Another thread may be first, and then what was made is nobody's.
            let _ = level[place].set(make()?);
        }
        level[place].get().copied()
    }
}

/// The level of a page, and its place in it.
fn place(number: usize) -> (usize, usize) {
    let level = (number / FIRST + 1).ilog2() as usize;
    (level, number - ((FIRST << level) - FIRST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_a_place_of_its_own() {
        let places: Vec<_> = (0..1000).map(place).collect();
        for (number, (level, at)) in places.iter().enumerate() {
            assert!(*at < FIRST << level, "{number}");
            if number > 0 {
                let (before_level, before) = places[number - 1];
                let next = *level == before_level && *at == before + 1;
                assert!(next || (*level == before_level + 1 && *at == 0), "{number}");
            }
        }
    }
}
