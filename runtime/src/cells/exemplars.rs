//! The exemplars of a store, by slot.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::storage::Of;
use crate::exemplar::Exemplar;
use crate::file::{Own, own};

/// Of each slot the last exemplar of what was counted in it. Few slots have one, so it is no cell.
#[derive(Debug)]
pub(crate) struct Exemplars {
    /// Whether there ever was one.
    any: AtomicBool,
    of: Of,
    shards: [Mutex<BTreeMap<u32, Arc<Exemplar>>>; SHARDS],
}

const SHARDS: usize = 16;

/// For so long an exemplar that came by itself is good enough.
#[cfg(feature = "opentelemetry")]
const FRESH_MS: u64 = 1_000;

impl Exemplars {
    pub(super) const fn new(of: Of) -> Self {
        Self {
            any: AtomicBool::new(false),
            of,
            shards: [const { Mutex::new(BTreeMap::new()) }; SHARDS],
        }
    }

    fn shard(&self, slot: u32) -> &Mutex<BTreeMap<u32, Arc<Exemplar>>> {
        &self.shards[slot as usize % SHARDS]
    }

    pub(crate) fn put(&self, slot: u32, exemplar: Exemplar) {
        self.share(slot, &exemplar);
        let exemplar = Arc::new(exemplar);
        self.lock(slot).insert(slot, exemplar);
        // Behind it: who sees this finds it.
        self.any.store(true, Ordering::Release);
    }

    /// Puts one that nobody asked for: not where there is a fresh one, and not if that means to wait.
    #[cfg(feature = "opentelemetry")]
    pub(crate) fn offer(&self, slot: u32, exemplar: impl FnOnce() -> Option<Exemplar>) {
        let mut shard = match self.shard(slot).try_lock() {
            Ok(shard) => shard,
            Err(std::sync::TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(std::sync::TryLockError::WouldBlock) => return,
        };
        let now = crate::clock::unix_ms();
        if shard.get(&slot).is_some_and(|before| now < before.at_ms + FRESH_MS) {
            return;
        }
        if let Some(exemplar) = exemplar() {
            self.share(slot, &exemplar);
            shard.insert(slot, Arc::new(exemplar));
            self.any.store(true, Ordering::Release);
        }
    }

    pub(super) fn remove(&self, slot: u32) {
        if self.any.load(Ordering::Acquire) {
            self.lock(slot).remove(&slot);
            if let Some(own) = self.own() {
                own.remove_exemplar(slot);
            }
        }
    }

    /// Has those see it too who share a file with this process.
    fn share(&self, slot: u32, exemplar: &Exemplar) {
        if let Some(own) = self.own() {
            own.exemplar(slot, exemplar);
        }
    }

    fn own(&self) -> Option<&'static Own> {
        own().filter(|_| self.of == Of::Process)
    }

    pub(super) fn clear(&self) {
        for shard in &self.shards {
            shard.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    /// Copies all of them, in the order of their slots.
    pub(super) fn read(&self, all: &mut Vec<(u32, Arc<Exemplar>)>) {
        all.clear();
        if self.any.load(Ordering::Acquire) {
            for shard in &self.shards {
                let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
                all.extend(shard.iter().map(|(slot, exemplar)| (*slot, Arc::clone(exemplar))));
            }
            all.sort_unstable_by_key(|(slot, _)| *slot);
        }
    }

    fn lock(&self, slot: u32) -> MutexGuard<'_, BTreeMap<u32, Arc<Exemplar>>> {
        self.shard(slot).lock().unwrap_or_else(PoisonError::into_inner)
    }
}
