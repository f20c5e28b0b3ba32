use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use loom::sync::Mutex;
use loom::thread;

use crate::chain::Chain;
use crate::sync::AtomicU64;
use crate::{add_one, chain, check, sum};

/// How many calls began, and how many ended.
struct Calls {
    begun: AtomicU64,
    ended: AtomicU64,
}

impl Calls {
    fn new() -> Self {
        Self { begun: AtomicU64::new(0), ended: AtomicU64::new(0) }
    }
}

/// The calls under way: the ended of the threads that there were first, then the begun of those
/// that there are.
fn read(chain: &'static Chain<Calls>) -> (u64, u64) {
    let shards: Vec<_> = chain.iter().collect();
    let ended = sum(shards.iter().map(|calls| &calls.ended), Acquire);
    (sum(chain.iter().map(|calls| &calls.begun), Relaxed), ended)
}

fn begin(chain: &'static Chain<Calls>) {
    add_one(&chain.acquire(|_| true, Calls::new).shard().begun, Relaxed);
}

fn end(chain: &'static Chain<Calls>) {
    add_one(&chain.acquire(|_| true, Calls::new).shard().ended, Release);
}

/// A call that begins in one thread and ends in another is never seen to have ended and not to have
/// begun, where there are so many shards before.
fn migrates(shards: usize) {
    let chain = chain::<Calls>();
    let made: Vec<_> = (0..shards).map(|_| chain.acquire(|_| false, Calls::new)).collect();
    drop(made);
    let call = &*Box::leak(Box::new(Mutex::new(false)));
    let begins = thread::spawn(move || {
        let owned = chain.acquire(|_| true, Calls::new);
        add_one(&owned.shard().begun, Relaxed);
        *call.lock().expect("no panic") = true;
    });
    let ends = thread::spawn(move || {
        let owned = chain.acquire(|_| true, Calls::new);
        let comes = *call.lock().expect("no panic");
        if comes {
            add_one(&owned.shard().ended, Release);
        }
    });
    let (begun, ended) = read(chain);
    assert!(begun >= ended, "{begun} begun, {ended} ended");
    begins.join().expect("no panic");
    ends.join().expect("no panic");
}

#[test]
fn a_call_that_migrates_is_not_below_zero() {
    check(3, || migrates(2));
}

/// The ended was read before there were the cells that it began in.
#[test]
fn nor_is_one_that_began_in_a_new_shard() {
    check(3, || migrates(1));
}

/// The end of a later call, by a later owner of the shard, stands for the ends before it too.
#[test]
fn an_end_that_is_written_over_still_stands_for_its_beginning() {
    check(2, || {
        let chain = chain::<Calls>();
        drop(chain.acquire(|_| false, Calls::new));
        let call = move || {
            begin(chain);
            end(chain);
        };
        let threads = [(); 2].map(|()| thread::spawn(call));
        let (begun, ended) = read(chain);
        assert!(begun >= ended, "{begun} begun, {ended} ended");
        for thread in threads {
            thread.join().expect("no panic");
        }
        assert_eq!(read(chain), (2, 2));
    });
}
