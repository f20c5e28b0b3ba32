//! The children that a thread counted in lately.
//!
//! What is found here is taken out for as long as it is counted in, and then put back: so no
//! reference count that threads share is touched, and what is kept, is simply not put back.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::child::Child;

/// How many places a hash has.
const PLACES: usize = 4;

/// The most children that a thread remembers, which takes it 128 KiB.
const MOST: usize = 8_192;

/// How often a child was removed, in any family.
static REMOVALS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static CACHE: RefCell<Cache> = const { RefCell::new(Cache { places: Vec::new(), removals: 0 }) };
}

#[derive(Debug, Default)]
pub(crate) struct Cache {
    /// As many as a power of two, or none.
    places: Vec<Place>,
    /// The removals that it has heard of.
    removals: u64,
}

/// Where a child is, or may be.
#[derive(Debug, Default)]
struct Place {
    /// That of the child, so that a look at another one's place ends here.
    hash: u64,
    child: Option<Arc<Child>>,
}

/// Takes the child of these values out of the cache.
#[inline]
pub(super) fn take(family: u64, hash: u64, values: &[impl AsRef<str>]) -> Option<Arc<Child>> {
    // It is not there where the thread is ending, and in use where an allocator counts while a
    // child is dropped.
    let take = |cache: &RefCell<Cache>| cache.try_borrow_mut().ok()?.take(family, hash, values);
    CACHE.try_with(take).ok()?
}

/// Has the child of these values, if it is here, counted in.
#[inline]
pub(super) fn visit<R>(
    family: u64,
    hash: u64,
    values: &[impl AsRef<str>],
    count: impl Fn(&Child) -> R,
) -> Option<R> {
    let visit = |cache: &RefCell<Cache>| {
        let cache = cache.try_borrow().ok()?;
        let child = cache.find(family, hash, values)?;
        Some(count(child))
    };
    CACHE.try_with(visit).ok()?
}

/// Puts a child into the cache.
#[inline]
pub(super) fn put(child: Arc<Child>) {
    let mut child = Some(child);
    let _ = CACHE.try_with(|cache| {
        if let Ok(mut cache) = cache.try_borrow_mut() {
            cache.put(&mut child);
        }
    });
    // What had no place is dropped here, where the cache is not in use.
    drop(child);
}

/// Has all threads forget the children that were removed.
pub(super) fn removed() {
    REMOVALS.fetch_add(1, Ordering::Release);
}

/// Puts another cache in the place of this thread's, and returns what was there.
pub(crate) fn exchange(cache: Cache) -> Cache {
    CACHE
        .try_with(|place| {
            place.try_borrow_mut().map(|mut place| std::mem::replace(&mut *place, cache))
        })
        .ok()
        .and_then(Result::ok)
        .unwrap_or_default()
}

impl Cache {
    #[inline]
    fn take(&mut self, family: u64, hash: u64, values: &[impl AsRef<str>]) -> Option<Arc<Child>> {
        if self.is_behind() {
            self.forget_removed();
        }
        let fits = |place: &&mut Place| place.has(family, hash, values).is_some();
        self.places_of(hash).iter_mut().find(fits)?.child.take()
    }

    #[inline]
    fn find(&self, family: u64, hash: u64, values: &[impl AsRef<str>]) -> Option<&Child> {
        if self.is_behind() {
            // What comes instead ends in `put`, where they are forgotten.
            return None;
        }
        let places = self.places.get(self.block(hash))?;
        places.iter().find_map(|place| place.has(family, hash, values))
    }

    /// Puts the child into a free place, or in exchange for another.
    #[inline]
    fn put(&mut self, child: &mut Option<Arc<Child>>) {
        if self.is_behind() {
            self.forget_removed();
        }
        // What was named in another store only would be found here and not be exposed.
        let lives = child.as_ref().filter(|child| !child.is_removed() && child.is_named_here());
        let Some(hash) = lives.map(|child| child.hash) else { return };
        let places = self.places_of(hash);
        let is_here = |place: &Place| match (&place.child, &*child) {
            (Some(here), Some(child)) => Arc::ptr_eq(here, child),
            _ => false,
        };
        // One of several handles that were out at once, or one of the overflow's.
        if places.iter().any(is_here) {
            return;
        }
        match places.iter_mut().find(|place| place.child.is_none()) {
            Some(free) => free.exchange(hash, child),
            None => self.make_room(hash, child),
        }
    }

    #[inline]
    fn places_of(&mut self, hash: u64) -> &mut [Place] {
        let block = self.block(hash);
        self.places.get_mut(block).unwrap_or_default()
    }

    /// The places of a hash; there are none in an empty cache.
    #[inline]
    fn block(&self, hash: u64) -> Range<usize> {
        let last = self.places.len().wrapping_sub(PLACES);
        #[expect(clippy::cast_possible_truncation, reason = "bits of a hash")]
        let start = (hash as usize).wrapping_mul(PLACES) & last;
        start..start.wrapping_add(PLACES)
    }

    #[cold]
    fn make_room(&mut self, hash: u64, child: &mut Option<Arc<Child>>) {
        if self.places.len() < MOST {
            let larger = (self.places.len() * 2).max(64);
            let mut before = std::mem::take(&mut self.places);
            self.places.resize_with(larger, Place::default);
            for mut place in before.drain(..) {
                self.put(&mut place.child);
            }
        }
        let places = self.places_of(hash);
        if places.is_empty() {
            return;
        }
        let at = places.iter().position(|place| place.child.is_none()).unwrap_or(0);
        places[at].exchange(hash, child);
    }

    /// Whether children were removed that it may still have.
    #[inline]
    fn is_behind(&self) -> bool {
        self.removals != REMOVALS.load(Ordering::Acquire)
    }

    #[cold]
    fn forget_removed(&mut self) {
        self.removals = REMOVALS.load(Ordering::Acquire);
        for place in &mut self.places {
            // Dropped while the cache is in use; an allocator that counts meanwhile goes without.
            place.child.take_if(|child| child.is_removed());
        }
    }
}

impl Place {
    /// The child that is here, if it is the one of these values.
    #[inline]
    fn has(&self, family: u64, hash: u64, values: &[impl AsRef<str>]) -> Option<&Child> {
        let child = self.child.as_deref().filter(|_| self.hash == hash)?;
        child.is(family, values).then_some(child)
    }

    #[inline]
    fn exchange(&mut self, hash: u64, child: &mut Option<Arc<Child>>) {
        self.hash = hash;
        std::mem::swap(&mut self.child, child);
    }
}
