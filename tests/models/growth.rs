use std::sync::atomic::Ordering::Relaxed;

use loom::thread;

use crate::chain::{Chain, Owned};
use crate::slab::Slab;
use crate::{add_one, chain, check, storage, sum};

/// A slot that every slab has, and one that the smallest have not.
const NEAR: usize = 0;
const FAR: usize = 64;

fn acquire(chain: &Chain<Slab>, slot: usize) -> Owned<Slab> {
    chain.acquire(|slab| slab.has(slot), || Slab { cells: storage::cells(Slab::size(slot)) })
}

fn read(chain: &Chain<Slab>, slot: usize) -> u64 {
    sum(chain.iter().filter_map(|slab| slab.cells.get(slot)), Relaxed)
}

/// An owner leaves its slab for a larger one, and another thread goes on in the smaller one, while a
/// reader adds up both.
#[test]
fn nothing_is_lost_or_seen_twice_where_a_slab_grows() {
    check(2, || {
        let chain = chain();
        let grows = thread::spawn(move || {
            let mut owned = acquire(chain, NEAR);
            add_one(&owned.shard().cells[NEAR], Relaxed);
            // The smaller one is given up when there is a larger one, as the runtime does.
            owned = acquire(chain, FAR);
            add_one(&owned.shard().cells[FAR], Relaxed);
            add_one(&owned.shard().cells[NEAR], Relaxed);
        });
        let follows = thread::spawn(move || {
            let owned = acquire(chain, NEAR);
            add_one(&owned.shard().cells[NEAR], Relaxed);
        });
        let (first, second) = (read(chain, NEAR), read(chain, NEAR));
        assert!(first <= second && second <= 3, "{first}, then {second}");
        grows.join().expect("no panic");
        follows.join().expect("no panic");
        assert_eq!((read(chain, NEAR), read(chain, FAR)), (3, 1));
    });
}
