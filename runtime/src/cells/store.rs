//! All the cells of one set of counts.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::chain::{Chain, Owned};
use super::exemplars::Exemplars;
use super::numbering::{FLAT, page_of, pages};
use super::page::{PAGE, Page};
use super::shared::Shared;
use super::slab::Slab;
use super::storage::Of;
use super::table::Table;
use crate::file::own;

/// The cells of one set of counts, for every slot: those of each thread, and the shared ones.
#[derive(Debug)]
pub(crate) struct Store {
    pub(super) of: Of,
    pub(super) slabs: Chain<Slab>,
    pub(super) tables: Chain<Table>,
    pub(super) shared: Shared,
    /// What has begun to be counted here and must end here.
    open: AtomicUsize,
    /// The first slots of series that are to be exposed though nothing may be counted in them.
    named: Mutex<BTreeSet<u32>>,
    pub(crate) exemplars: Exemplars,
}

/// Where everything is counted that is not counted apart.
pub(super) static PROCESS: Store = Store::with(Of::Process, early_pages);

/// The shared cells of everything that the program's text names: an allocator that counts must not
/// need memory for it. What is never written takes none.
static EARLY: [Page; FLAT as usize / PAGE] =
    [const { [const { AtomicU64::new(0) }; PAGE] }; FLAT as usize / PAGE];

/// Where they are instead, if they are in a file.
static MOVED: OnceLock<&'static [AtomicU64]> = OnceLock::new();

/// The shared cell of a slot in the process's store, where it needs no memory to be made.
#[inline]
pub(super) fn early(slot: u32) -> Option<&'static AtomicU64> {
    early_cells().get(slot as usize)
}

#[inline]
fn early_cells() -> &'static [AtomicU64] {
    MOVED.get().copied().unwrap_or(EARLY.as_flattened())
}

fn early_pages() -> &'static [Page] {
    early_cells().as_chunks().0
}

/// Has the early cells be others from now on, before anybody has a slot; but for an allocator that counts
/// in the meantime, whose counts go along.
pub(super) fn move_early(cells: &'static [AtomicU64]) {
    if MOVED.set(cells).is_ok() {
        for (before, now) in EARLY.as_flattened().iter().zip(cells) {
            now.fetch_add(before.swap(0, Ordering::Relaxed), Ordering::Relaxed);
        }
    }
}

/// Has the shared cells of slots be there, so that whoever has no others can count in them; whether they
/// are in a file, if they are to be.
pub(crate) fn keep(first: u32, count: u32) -> bool {
    let Some(own) = own() else { return true };
    if count > WIDEST {
        return true;
    }
    if page_of(first).is_none() {
        return own.keep_early((first + count) as usize);
    }
    let pages = pages(first, count).into_iter().flatten();
    let mut all = pages.map(|page| PROCESS.shared.keep_page(page as usize));
    all.all(|kept| kept)
}

/// Of more cells than this in a row the shared ones are made when somebody writes them.
const WIDEST: u32 = 256;

/// The stores that are not the process's.
static APART: Chain<Store> = Chain::new();

impl Store {
    const fn with(of: Of, early: fn() -> &'static [Page]) -> Self {
        Self {
            of,
            slabs: Chain::new(),
            tables: Chain::new(),
            shared: Shared::with(of, early),
            open: AtomicUsize::new(0),
            named: Mutex::new(BTreeSet::new()),
            exemplars: Exemplars::new(of),
        }
    }

    pub(crate) fn process() -> &'static Self {
        &PROCESS
    }

    pub(crate) fn name(&self, first: u32) {
        self.lock_named().insert(first);
    }

    pub(crate) fn is_named(&self, first: u32) -> bool {
        self.lock_named().contains(&first)
    }

    fn lock_named(&self) -> MutexGuard<'_, BTreeSet<u32>> {
        self.named.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_process(&self) -> bool {
        std::ptr::eq(self, &raw const PROCESS)
    }

    /// Something begins here that must end here, or ends. The process's store, which is never given
    /// back, does not have to know.
    #[inline]
    pub(super) fn open(&self, by: isize) {
        if self.is_process() {
            return;
        }
        // With the acquire in the drop of `Isolated`: who sees the last end sees what it wrote.
        self.open.fetch_add(by.cast_unsigned(), Ordering::Release);
    }

    /// The threads' cells of a slot.
    pub(super) fn cells(&'static self, slot: u32) -> impl Iterator<Item = &'static AtomicU64> {
        let place = page_of(slot);
        let flat = self.slabs.iter().filter(move |_| place.is_none());
        let flat = flat.filter_map(move |slab| slab.cells.get(slot as usize));
        let pages = place.into_iter().flat_map(|(number, cell)| {
            let tables = self.tables.iter();
            tables.filter_map(move |table| Some(&table.pages.get(number)?.get()?[cell]))
        });
        flat.chain(pages)
    }

    /// What a count stands at.
    pub(crate) fn count(&'static self, slot: u32) -> u64 {
        let cells = self.cells(slot).chain(self.shared.get(slot));
        cells.map(|cell| cell.load(Ordering::Relaxed)).fold(0, u64::wrapping_add)
    }

    /// What a sum stands at.
    pub(crate) fn float(&'static self, slot: u32) -> f64 {
        let cells = self.cells(slot).chain(self.shared.get(slot));
        let numbers = cells.map(|cell| f64::from_bits(cell.load(Ordering::Relaxed)));
        numbers.fold(0.0, std::ops::Add::add)
    }

    /// What the shared cell of a slot stands at.
    pub(crate) fn shared(&self, slot: u32) -> u64 {
        self.shared.get(slot).map_or(0, |cell| cell.load(Ordering::Relaxed))
    }

    /// Whether nothing was ever counted in a slot.
    pub(crate) fn is_zero(&'static self, slot: u32) -> bool {
        let mut cells = self.cells(slot).chain(self.shared.get(slot));
        cells.all(|cell| cell.load(Ordering::Relaxed) == 0)
    }

    fn zero(&'static self, slot: u32) {
        for cell in self.cells(slot).chain(self.shared.get(slot)) {
            cell.store(0, Ordering::Relaxed);
        }
        self.exemplars.remove(slot);
    }
}

/// Zeroes a slot's cells in every store; for who alone can write them.
pub(super) fn zero(slot: u32) {
    PROCESS.zero(slot);
    for store in APART.iter() {
        store.lock_named().remove(&slot);
        store.zero(slot);
    }
}

/// A store apart from that of the process, until this is dropped.
#[derive(Debug)]
pub(crate) struct Isolated(Option<Owned<Store>>);

impl Isolated {
    pub(crate) fn new() -> Self {
        Self(Some(APART.acquire(|_| true, || Store::with(Of::Apart, || &[]))))
    }

    pub(crate) fn store(&self) -> &'static Store {
        self.0.as_ref().map_or(&PROCESS, |store| store.shard())
    }
}

impl Drop for Isolated {
    fn drop(&mut self) {
        let Some(owned) = self.0.take() else { return };
        let store = owned.shard();
        if store.open.load(Ordering::Acquire) != 0 {
            // Something that began in here has yet to end, and will write these cells then: they
            // stay as they are, and nobody's.
            std::mem::forget(owned);
            return;
        }
        // Nobody writes in here: who does holds the registry that this is dropped with.
        for cell in store.slabs.iter().flat_map(|slab| slab.cells) {
            cell.store(0, Ordering::Relaxed);
        }
        let pages = store.tables.iter().flat_map(|table| &table.pages);
        for cell in pages.filter_map(|page| page.get()).flat_map(|page| page.iter()) {
            cell.store(0, Ordering::Relaxed);
        }
        store.shared.zero();
        store.lock_named().clear();
        store.exemplars.clear();
    }
}
