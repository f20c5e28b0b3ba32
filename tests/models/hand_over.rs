use std::sync::atomic::Ordering::Relaxed;

use loom::cell::UnsafeCell;
use loom::thread;

use crate::chain::Chain;
use crate::sync::AtomicU64;
use crate::{add_one, chain, check, sum};

/// Counts as a thread does from its first increment to its end.
fn live(chain: &Chain<AtomicU64>, increments: u64) {
    let owned = chain.acquire(|_| true, || AtomicU64::new(0));
    for _ in 0..increments {
        add_one(owned.shard(), Relaxed);
    }
}

/// A thread that goes on where another ended counts on from there, by loads and stores alone.
#[test]
fn no_increment_is_lost_between_two_owners() {
    check(3, || {
        let chain = chain();
        let threads = [1, 2].map(|increments| thread::spawn(move || live(chain, increments)));
        live(chain, 1);
        for thread in threads {
            thread.join().expect("no panic");
        }
        live(chain, 1);
        assert_eq!(sum(chain.iter(), Relaxed), 5);
        assert!(chain.iter().count() <= 3);
    });
}

/// What is added up never goes backwards, whoever owns the cells meanwhile.
#[test]
fn a_reader_sees_counts_rise_only() {
    check(3, || {
        let chain = chain();
        let threads = [2, 1].map(|increments| thread::spawn(move || live(chain, increments)));
        let (first, second) = (sum(chain.iter(), Relaxed), sum(chain.iter(), Relaxed));
        assert!(first <= second, "{first}, then {second}");
        for thread in threads {
            thread.join().expect("no panic");
        }
        assert_eq!(sum(chain.iter(), Relaxed), 3);
    });
}

/// Two threads never own one shard, and whoever does has all that its former owner did behind it.
#[test]
fn a_shard_has_one_owner_at_a_time() {
    check(3, || {
        let chain = chain::<UnsafeCell<()>>();
        let live = || {
            let owned = chain.acquire(|_| true, || UnsafeCell::new(()));
            // loom sees to it that nobody else is in here, and that who was before is known to be
            // out.
            owned.shard().with_mut(|_| ());
        };
        let threads = [(); 2].map(|()| thread::spawn(live));
        live();
        for thread in threads {
            thread.join().expect("no panic");
        }
        assert!(chain.iter().count() <= 3);
    });
}

/// Shards that two threads append at once are both in the chain.
#[test]
fn no_shard_is_lost_where_two_are_appended() {
    check(3, || {
        let chain = chain::<usize>();
        let append = |number| move || chain.acquire(|_| false, || number);
        let threads = [1, 2].map(|number| thread::spawn(append(number)));
        let mine = append(3)();
        let owned = threads.map(|thread| thread.join().expect("no panic"));
        let mut all: Vec<_> = chain.iter().copied().collect();
        all.sort_unstable();
        assert_eq!(all, [1, 2, 3]);
        drop((mine, owned));
    });
}
