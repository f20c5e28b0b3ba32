use super::row::Place;
use super::store::Store;
use super::thread::{self, Change};

/// What has begun and must end: two counts that only rise, one behind the other, in the store where
/// it began.
#[derive(Debug)]
pub(crate) struct Begun(&'static Store);

impl Begun {
    #[inline]
    pub(crate) fn new(row: &impl Place, place: u32) -> Self {
        let store = thread::here();
        store.open(1);
        row.add(place, 1);
        Self(store)
    }

    /// It ends, on whichever thread.
    #[inline]
    pub(crate) fn end(&self, row: &impl Place, place: u32) {
        if std::ptr::eq(self.0, thread::here()) {
            row.end(place + 1);
        } else {
            self.end_elsewhere(row.slot(place + 1));
        }
        self.0.open(-1);
    }

    #[cold]
    fn end_elsewhere(&self, slot: u32) {
        thread::change_shared(self.0.shared.cell(slot), Change::Add(1));
    }
}
