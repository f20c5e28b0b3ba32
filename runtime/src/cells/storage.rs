//! Where cells come from: the heap.

use super::page::{PAGE, Page};
use super::sync::AtomicU64;

/// Two cache lines, since processors fetch them in pairs.
const LINE: usize = 128 / size_of::<AtomicU64>();

/// Cells at zero, for the life of the process; none of them shares a cache line with anything else.
pub(super) fn cells(count: usize) -> &'static [AtomicU64] {
    let count = count.next_multiple_of(LINE);
    let all: &'static [AtomicU64] =
        Box::leak((0..count + LINE - 1).map(|_| AtomicU64::new(0)).collect());
    let ahead = all.as_ptr().addr() / size_of::<AtomicU64>() % LINE;
    let start = (LINE - ahead) % LINE;
    &all[start..start + count]
}

/// A page at zero, for the life of the process; it shares no cache line with anything else.
pub(super) fn page() -> &'static Page {
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
            let cells = cells(count);
            assert!(cells.len() >= count);
            assert_eq!(cells.as_ptr().addr() % 128, 0);
            assert_eq!(size_of_val(cells) % 128, 0);
        }
        assert_eq!(page().as_ptr().addr() % 128, 0);
    }
}
