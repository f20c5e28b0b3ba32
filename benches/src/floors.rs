//! What the machine asks for at least.

use std::cell::Cell;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

thread_local! {
    static CELL: Cell<u64> = const { Cell::new(0) };
    static ARRAY: [AtomicU64; 64] = const { [const { AtomicU64::new(0) }; 64] };
    static SLICE: Cell<&'static [AtomicU64]> = const { Cell::new(&[]) };
}

static SLOT: AtomicUsize = AtomicUsize::new(3);
static SHARED: AtomicU64 = AtomicU64::new(0);

/// Adds to a cell of the thread.
#[inline]
pub(crate) fn cell() {
    CELL.set(CELL.get() + 1);
}

fn add(cells: &[AtomicU64], slot: usize) -> bool {
    let cell = cells.get(slot);
    if let Some(cell) = cell {
        cell.store(cell.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }
    cell.is_some()
}

/// Adds to one of the cells that a thread has in itself; which one, the compiler does not know.
#[inline]
pub(crate) fn array() {
    ARRAY.with(|array| add(array, black_box(3)));
}

/// The same, by a number that stands in memory.
#[inline]
pub(crate) fn array_by_static() {
    ARRAY.with(|array| add(array, SLOT.load(Ordering::Relaxed)));
}

/// The same, where the cells are elsewhere: so that another thread can read them, and that they
/// outlive this one and can be more.
#[inline]
pub(crate) fn slice() {
    if !add(SLICE.get(), SLOT.load(Ordering::Relaxed)) {
        SLICE.set(Box::leak((0..64).map(|_| AtomicU64::new(0)).collect()));
    }
}

/// Adds to a cell that all threads share.
#[inline]
pub(crate) fn fetch_add() {
    SHARED.fetch_add(1, Ordering::Relaxed);
}

/// Reads the clock of the processor twice.
#[inline]
pub(crate) fn two_ticks(clock: &quanta::Clock) -> u64 {
    let start = clock.raw();
    black_box(clock.raw()).wrapping_sub(start)
}
