use super::storage;
use super::sync::AtomicU64;

/// How many cells are in a page: few, so that a thread which writes one pays for no more.
pub(super) const PAGE: usize = 64;

/// A run of cells whose slots come at run time.
pub(super) type Page = [AtomicU64; PAGE];

pub(super) fn page() -> &'static Page {
    let cells = storage::cells(PAGE);
    cells[..PAGE].try_into().expect("a page is that long")
}
