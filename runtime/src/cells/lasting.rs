use std::sync::atomic::{AtomicU64, Ordering};

use super::row::Place;
use super::store::Store;
use super::thread;

/// A shared cell to which somebody will come back, in the store that it was found in.
#[derive(Debug)]
pub(crate) struct Lasting {
    store: &'static Store,
    cell: &'static AtomicU64,
}

impl Lasting {
    pub(crate) fn new(row: &impl Place, place: u32) -> Self {
        let (store, cell) = thread::shared(row.slot(place));
        store.open(1);
        Self { store, cell }
    }

    pub(crate) fn cell(&self) -> &AtomicU64 {
        self.cell
    }
}

impl Drop for Lasting {
    fn drop(&mut self) {
        self.store.open(-1);
    }
}

/// Changes a shared cell to what comes of its value.
#[inline]
pub(crate) fn update(cell: &AtomicU64, change: impl Fn(u64) -> u64) {
    // It cannot fail, since there is always a value to store. Relaxed: a gauge publishes nothing.
    let _ = cell.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |value| Some(change(value)));
}
