//! Where cells come from: the heap, or the file of a process that counts together with others.

use super::page::{PAGE, Page};
use super::sync::AtomicU64;
use crate::file::own;

/// Two cache lines, since processors fetch them in pairs.
const LINE: usize = 128 / size_of::<AtomicU64>();

/// Whose cells they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// The process's.
    Process,
    /// Those of what is counted apart from it.
    Apart,
}

/// Cells at zero from the first slot on, for the life of the process; none of them shares a cache line
/// with anything else. None, where they would be in a file in which there is no room.
pub(super) fn cells(of: Of, count: usize) -> Option<&'static [AtomicU64]> {
    match own().filter(|_| of == Of::Process) {
        Some(own) => own.cells(0, count),
        None => Some(heap(count)),
    }
}

/// A page from a slot on, as [`cells`] are.
pub(super) fn page(of: Of, first: u32) -> Option<&'static Page> {
    match own().filter(|_| of == Of::Process) {
        Some(own) => own.cells(first, PAGE)?.first_chunk(),
        None => Some(heap_page()),
    }
}

/// Whether those who share the file see a page.
pub(super) fn is_kept(page: &'static Page) -> bool {
    own().is_some_and(|own| own.has(page))
}

fn heap(count: usize) -> &'static [AtomicU64] {
    let count = count.next_multiple_of(LINE);
    let all: &'static [AtomicU64] =
        Box::leak((0..count + LINE - 1).map(|_| AtomicU64::new(0)).collect());
    let ahead = all.as_ptr().addr() / size_of::<AtomicU64>() % LINE;
    let start = (LINE - ahead) % LINE;
    &all[start..start + count]
}

/// A page at zero of this process's own, for its life; it shares no cache line with anything else.
pub(super) fn heap_page() -> &'static Page {
    #[repr(align(128))]
    struct Aligned(Page);
    let page: &'static Aligned = Box::leak(Box::new(Aligned([const { AtomicU64::new(0) }; PAGE])));
    &page.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_share_no_line_with_others() {
        for count in [1, 16, 17, 64, 1000] {
            let cells = heap(count);
            assert!(cells.len() >= count);
            assert_eq!(cells.as_ptr().addr() % 128, 0);
            assert_eq!(size_of_val(cells) % 128, 0);
        }
        assert_eq!(heap_page().as_ptr().addr() % 128, 0);
    }
}
