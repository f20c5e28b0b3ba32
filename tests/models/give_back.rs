use std::sync::atomic::Ordering::Relaxed;

use loom::sync::{Arc, Mutex};
use loom::thread;

use crate::chain::Chain;
use crate::sync::AtomicU64;
use crate::{add_one, chain, check, sum};

/// The slot of a series, which zeroes its cells when the last who can count in it drops it, and
/// gives itself back.
struct Slot {
    chain: &'static Chain<AtomicU64>,
    free: Arc<Mutex<usize>>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        for cell in self.chain.iter() {
            cell.store(0, Relaxed);
        }
        *self.free.lock().expect("no panic") += 1;
    }
}

/// Whoever gets a slot that was given back finds none of what was counted in it, and loses nothing
/// of what is counted from then on, in whichever thread.
#[test]
fn a_slot_that_is_given_back_begins_at_zero() {
    check(3, || {
        let chain = chain();
        let free = Arc::new(Mutex::new(0));
        let slot = Arc::new(Slot { chain, free: Arc::clone(&free) });
        let other = {
            let (slot, free) = (Arc::clone(&slot), Arc::clone(&free));
            thread::spawn(move || {
                let owned = chain.acquire(|_| true, || AtomicU64::new(0));
                add_one(owned.shard(), Relaxed);
                drop(slot);
                // The slot of a new series, if there is one to be had.
                let taken = std::mem::take(&mut *free.lock().expect("no panic"));
                if taken > 0 {
                    add_one(owned.shard(), Relaxed);
                }
                taken
            })
        };
        let owned = chain.acquire(|_| true, || AtomicU64::new(0));
        add_one(owned.shard(), Relaxed);
        drop(slot);
        let mine = std::mem::take(&mut *free.lock().expect("no panic"));
        if mine > 0 {
            add_one(owned.shard(), Relaxed);
        }
        let others = other.join().expect("no panic");
        assert_eq!(mine + others, 1);
        assert_eq!(sum(chain.iter(), Relaxed), 1);
    });
}
