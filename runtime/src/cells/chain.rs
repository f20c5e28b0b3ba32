//! Who owns which part of a store's memory.

use std::sync::atomic::Ordering;

use super::sync::{AtomicBool, OnceLock};

/// Shards of one sort, each owned by at most one thread at a time. They only become more, so who
/// reads them needs no lock, and what it adds up never goes backwards.
#[derive(Debug)]
pub(super) struct Chain<S: 'static> {
    first: OnceLock<&'static Link<S>>,
}

#[derive(Debug)]
struct Link<S: 'static> {
    shard: S,
    owned: AtomicBool,
    next: OnceLock<&'static Link<S>>,
}

impl<S> Chain<S> {
    pub(super) const fn new() -> Self {
        Self { first: OnceLock::new() }
    }

    /// Takes the first shard that fits and that nobody owns, or else makes one.
    pub(super) fn acquire(&self, fits: impl Fn(&S) -> bool, make: impl FnOnce() -> S) -> Owned<S> {
        self.take(fits).unwrap_or_else(|| self.push(make()))
    }

    /// Takes the first shard that fits and that nobody owns.
    pub(super) fn take(&self, fits: impl Fn(&S) -> bool) -> Option<Owned<S>> {
        let mut next = &self.first;
        while let Some(link) = next.get() {
            if fits(&link.shard) && link.take() {
                return Some(Owned(link));
            }
            next = &link.next;
        }
        None
    }

    /// Adds a shard, and takes it.
    pub(super) fn push(&self, shard: S) -> Owned<S> {
        let owned = AtomicBool::new(true);
        let link: &'static Link<S> =
            Box::leak(Box::new(Link { shard, owned, next: OnceLock::new() }));
        let mut last = &self.first;
        while last.set(link).is_err() {
            // Not the last one, or another thread was first.
            while let Some(link) = last.get() {
                last = &link.next;
            }
        }
        Owned(link)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'static S> {
        let mut next = &self.first;
        std::iter::from_fn(move || {
            let link = *next.get()?;
            next = &link.next;
            Some(&link.shard)
        })
    }
}

impl<S> Link<S> {
    fn take(&self) -> bool {
        // Acquire, with the release below: who owns the shard from now on goes on from what its
        // former owner wrote last, which is why there is one writer even across threads.
        !self.owned.load(Ordering::Relaxed)
            && self
                .owned
                .compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
    }
}

/// A shard that is this owner's to write, until it is dropped.
#[derive(Debug)]
pub(super) struct Owned<S: 'static>(&'static Link<S>);

impl<S> Owned<S> {
    pub(super) fn shard(&self) -> &'static S {
        &self.0.shard
    }
}

impl<S> Drop for Owned<S> {
    fn drop(&mut self) {
        self.0.owned.store(false, Ordering::Release);
    }
}
