use super::sync::AtomicU64;

/// A thread's cells for the slots that the program's text names, by slot.
#[derive(Debug)]
pub(super) struct Slab {
    pub(super) cells: &'static [AtomicU64],
}

/// The smallest slab: one page of 4 KiB would hold eight of them.
const SMALLEST: usize = 64;

impl Slab {
    /// How many cells a slab has that has one for that slot.
    pub(super) fn size(slot: usize) -> usize {
        // By powers of two: a thread whose slab was too small leaves it to others, and takes less
        // than twice the memory that it needs however often that comes.
        (slot + 1).next_power_of_two().max(SMALLEST)
    }

    pub(super) fn has(&self, slot: usize) -> bool {
        slot < self.cells.len()
    }
}
