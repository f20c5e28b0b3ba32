use super::numbering::{self, Space};
use super::start::start;
use super::store;

/// Slots, one behind the other, that nobody else has. Dropped by the last who can count in them,
/// they are free for others.
#[derive(Debug)]
pub(crate) struct Slots {
    first: u32,
    count: u32,
}

impl Slots {
    pub(crate) fn allocate(space: Space, count: u32) -> Self {
        start();
        let first = numbering::allocate(space, count);
        store::keep(first, count);
        Self { first, count }
    }

    /// Whether those who share a file with this process see what is counted in them.
    pub(crate) fn are_kept(&self) -> bool {
        store::keep(self.first, self.count)
    }

    /// Makes those slots this one's to give back; for who alone has them.
    pub(crate) fn adopt(first: u32, count: u32) -> Self {
        Self { first, count }
    }

    pub(crate) const fn first(&self) -> u32 {
        self.first
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> {
        self.first..self.first + self.count
    }

    pub(crate) const fn count(&self) -> u32 {
        self.count
    }
}

impl Drop for Slots {
    fn drop(&mut self) {
        // Nobody can write these cells any more, in any thread: it would have to hold what this is
        // dropped with. So they are at this moment nobody's, and may be zeroed from here; who gets
        // them next gets them through the lock of the list below.
        for slot in self.iter() {
            store::zero(slot);
        }
        numbering::free(self.first, self.count);
    }
}
