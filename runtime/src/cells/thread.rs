//! The cells of this thread.
//!
//! Two thread-local references reach them, both without a destructor, so that they can be read for
//! as long as the thread runs; one bounds check on the first covers everything that is not the
//! common case: a slot that is not given out yet, one whose cells are in pages, a slab that is too
//! small, and a thread that has none because it has just begun or is about to end.

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::LocalKey;

use super::chain::Owned;
use super::numbering::{PAGED, page_of};
use super::page::{PAGE, Page};
use super::slab::Slab;
use super::storage;
use super::store::{PROCESS, Store, early};
use super::table::Table;

thread_local! {
    static SLAB: Cell<&'static [AtomicU64]> = const { Cell::new(&[]) };
    static PAGES: Cell<&'static [OnceLock<&'static Page>]> = const { Cell::new(&[]) };
    static STORE: Cell<&'static Store> = const { Cell::new(&PROCESS) };
    /// Whether this thread is getting itself cells: what its allocator counts meanwhile must not
    /// need any.
    static BUSY: Cell<bool> = const { Cell::new(false) };
    static HELD: Held = const { Held(RefCell::new((None, None))) };
}

/// What a thread-local cell holds.
#[inline]
fn read<T: Copy>(key: &'static LocalKey<Cell<T>>) -> Option<T> {
    // Not `get`, which the standard library has not marked to be inlined: built without link-time
    // optimization it costs four times what all else does here. It is never gone, since nothing of
    // it has a destructor.
    key.try_with(Cell::get).ok()
}

/// What is written to a cell.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Add(u64),
    AddFloat(f64),
}

impl Change {
    /// What stands there afterwards. Counts wrap, which at one each nanosecond takes 584 years.
    #[inline]
    fn apply(self, before: u64) -> u64 {
        match self {
            Self::Add(count) => before.wrapping_add(count),
            Self::AddFloat(number) => (f64::from_bits(before) + number).to_bits(),
        }
    }
}

/// Changes a cell of this thread, whose only writer this thread is.
#[inline]
fn write(cell: &AtomicU64, change: Change, order: Ordering) {
    // Relaxed: what is read back is what this thread wrote, or the owner before it, whose hand-over
    // is ordered. Nobody else writes in between, so nothing is lost without a locked instruction.
    cell.store(change.apply(cell.load(Ordering::Relaxed)), order);
}

/// Changes the cell of a slot that is in the slab, in the common case; whether it was.
#[inline]
pub(super) fn change_flat(slot: u32, change: Change, order: Ordering) -> bool {
    match read(&SLAB).and_then(|slab| slab.get(slot as usize)) {
        Some(cell) => {
            write(cell, change, order);
            true
        }
        None => false,
    }
}

/// Changes the cell of a slot that is in a page, in the common case; whether it was.
#[inline]
pub(super) fn change_paged(slot: u32, change: Change, order: Ordering) -> bool {
    let Some((number, cell)) = page_of(slot) else { return false };
    match read(&PAGES).and_then(|pages| pages.get(number)?.get()) {
        Some(page) => {
            write(&page[cell], change, order);
            true
        }
        None => false,
    }
}

fn change_own(slot: u32, change: Change) -> bool {
    // Release is what the strongest of the callers asks for.
    change_flat(slot, change, Ordering::Release) || change_paged(slot, change, Ordering::Release)
}

/// Changes the cell of a slot, whatever it takes.
pub(super) fn change(slot: u32, change: Change) {
    if change_own(slot, change) {
        return;
    }
    let made = unless_busy(|| HELD.try_with(|held| held.make(here(), slot)).is_ok());
    // None where the thread is ending and has given its cells away, or is busy.
    if made == Some(true) && change_own(slot, change) {
        return;
    }
    change_shared(shared(slot).1, change);
}

/// Does what takes memory, unless this is called in the midst of that, by an allocator.
pub(super) fn unless_busy<T>(work: impl FnOnce() -> T) -> Option<T> {
    if BUSY.replace(true) {
        return None;
    }
    let done = work();
    BUSY.set(false);
    Some(done)
}

/// The shared cell of a slot, and the store that it is in: the one that this thread counts in. What
/// an allocator counts while memory for cells is being made is the process's, which needs none.
#[inline]
pub(super) fn shared(slot: u32) -> (&'static Store, &'static AtomicU64) {
    let store = here();
    match early(slot) {
        Some(cell) if store.is_process() => (store, cell),
        _ => shared_cold(store, slot),
    }
}

#[inline(never)]
fn shared_cold(store: &'static Store, slot: u32) -> (&'static Store, &'static AtomicU64) {
    let found = store.shared.get(slot).or_else(|| unless_busy(|| store.shared.cell(slot)));
    match found {
        Some(cell) => (store, cell),
        None => (&PROCESS, PROCESS.shared.cell(slot)),
    }
}

/// Changes a shared cell.
pub(super) fn change_shared(cell: &AtomicU64, change: Change) {
    let changed = |before| Some(change.apply(before));
    // It cannot fail, since there is always a value to store.
    let _ = cell.fetch_update(Ordering::Release, Ordering::Relaxed, changed);
}

/// The store that this thread counts in.
#[inline]
pub(crate) fn here() -> &'static Store {
    read(&STORE).unwrap_or(&PROCESS)
}

/// What this thread owns.
#[derive(Debug)]
struct Held(RefCell<Ownership>);

type Ownership = (Option<Owned<Slab>>, Option<Owned<Table>>);

impl Held {
    /// Gets this thread the cell of that slot.
    fn make(&self, store: &'static Store, slot: u32) {
        let mut held = self.0.borrow_mut();
        let (slab, table) = &mut *held;
        let Some((number, _)) = page_of(slot) else {
            let slot = slot as usize;
            let larger = store.slabs.take(|slab| slab.has(slot)).or_else(|| {
                let cells = storage::cells(store.of, Slab::size(slot))?;
                Some(store.slabs.push(Slab { cells }))
            });
            // Where there is no room, it goes on with what it has, and else with the shared cells.
            let Some(larger) = larger else { return };
            SLAB.set(larger.shard().cells);
            // The one before is for others from here on, when nothing reaches it any more.
            *slab = Some(larger);
            return;
        };
        if !table.as_ref().is_some_and(|table| table.shard().has(number)) {
            let larger = store.tables.acquire(|table| table.has(number), || Table::with(number));
            PAGES.set(&larger.shard().pages);
            *table = Some(larger);
        }
        if let Some(table) = table {
            table.shard().fill(number, || {
                storage::page(store.of, PAGED + u32::try_from(number * PAGE).ok()?)
            });
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Before they are given away: what other destructors count goes to the shared cells.
        SLAB.set(&[]);
        PAGES.set(&[]);
    }
}

/// From now on this thread counts in that store, until what is returned is dropped.
pub(crate) fn enter(store: &'static Store) -> Entered {
    Entered {
        store: STORE.replace(store),
        slab: SLAB.replace(&[]),
        pages: PAGES.replace(&[]),
        held: HELD.try_with(|held| held.0.take()).unwrap_or_default(),
        _this_thread: PhantomData,
    }
}

/// What this thread had before it entered another store.
#[derive(Debug)]
#[must_use]
pub(crate) struct Entered {
    store: &'static Store,
    slab: &'static [AtomicU64],
    pages: &'static [OnceLock<&'static Page>],
    held: Ownership,
    /// It is to be dropped where it was made.
    _this_thread: PhantomData<*const ()>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        STORE.set(self.store);
        SLAB.set(self.slab);
        PAGES.set(self.pages);
        let held = std::mem::take(&mut self.held);
        // Where the thread is ending, there was nothing to give back.
        let _ = HELD.try_with(|place| place.0.replace(held));
    }
}
