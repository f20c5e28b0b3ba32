//! Which number is whose cell.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU32, Ordering};

use super::page::PAGE;
use crate::list::List;

/// Set in the slots whose cells are in pages.
pub(super) const PAGED: u32 = 1 << 31;

/// The slot of what has none: no slab is that long, not even a little further on, and it is in no
/// page.
pub(super) const UNBOUND: u32 = 1 << 30;

/// How many slots there are for what the program's text names; more of that goes into pages. It
/// bounds a thread's slab, which has a cell for each, to 128 KiB.
pub(super) const FLAT: u32 = 16_384;

/// In which part of a thread's memory the cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    /// Where they are reached by the fewest steps.
    Flat,
    /// Where a thread pays only for those that it writes.
    Paged,
}

/// The next slots that were never given out, of what the program's text names and of the rest.
static NEXT: [AtomicU32; 2] = [AtomicU32::new(0), AtomicU32::new(PAGED)];

/// Those given back: the first and how many.
static FREE: List<(u32, u32)> = List::new();

/// # Panics
///
/// If two thousand million cells are in use, for which there is no memory.
pub(super) fn allocate(space: Space, count: u32) -> u32 {
    let flat = space == Space::Flat;
    let of_space = |(first, free): &(u32, u32)| *free == count && (*first < PAGED) == flat;
    FREE.take(of_space).map_or_else(|| fresh(space, count), |(first, _)| first)
}

/// Slots that nobody ever counted in, given out without a lock.
///
/// # Panics
///
/// As [`allocate`] does.
pub(super) fn fresh(space: Space, count: u32) -> u32 {
    let flat = space == Space::Flat;
    let last = if flat { FLAT } else { u32::MAX };
    let fits = |next: u32| next.checked_add(count).filter(|next| *next <= last);
    let next = &NEXT[usize::from(!flat)];
    let first = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits);
    first.unwrap_or_else(|_| {
        assert!(flat, "16 GiB of cells are in use");
        fresh(Space::Paged, count)
    })
}

/// How many slots of a space were ever given out.
pub(super) fn given_out(space: Space) -> usize {
    let flat = space == Space::Flat;
    let next = NEXT[usize::from(!flat)].load(Ordering::Relaxed);
    (next & !PAGED) as usize
}

pub(super) fn free(first: u32, count: u32) {
    FREE.push((first, count));
}

/// The pages of so many slots from one on, at least of that one; nothing, if they are not in pages.
#[expect(clippy::cast_possible_truncation, reason = "fewer than slots")]
pub(crate) fn pages(first: u32, count: u32) -> Option<RangeInclusive<u32>> {
    let (start, _) = page_of(first)?;
    let (end, _) = page_of(first + count.max(1) - 1)?;
    Some(start as u32..=end as u32)
}

/// The page of a slot that is in one, and the cell in it.
#[inline]
pub(super) fn page_of(slot: u32) -> Option<(usize, usize)> {
    let index = slot.checked_sub(PAGED)? as usize;
    Some((index / PAGE, index % PAGE))
}
