use std::sync::atomic::Ordering::Relaxed;

use loom::thread;

use crate::chain::Chain;
use crate::table::Table;
use crate::{add_one, chain, check, storage, sum};

fn read(chain: &Chain<Table>, page: usize) -> u64 {
    sum(chain.iter().filter_map(|table| Some(&table.pages.get(page)?.get()?[7])), Relaxed)
}

/// Counts as a thread does in pages of its table.
fn live(chain: &Chain<Table>, pages: &[usize]) {
    let owned = chain.acquire(|table| table.has(0), || Table::with(0));
    for page in pages {
        owned.shard().fill(*page, || Some(storage::page()));
        let page = owned.shard().pages[*page].get().expect("filled above");
        add_one(&page[7], Relaxed);
    }
}

/// Pages are filled while they are read, and their cells handed on with the table.
#[test]
fn a_page_is_there_as_a_whole_or_not() {
    check(2, || {
        let chain = chain();
        // Filled by its first owner, and found filled by the next, who fills another.
        let threads: [&[usize]; 2] = [&[0], &[0, 1]];
        let threads = threads.map(|pages| thread::spawn(move || live(chain, pages)));
        let (first, second) = (read(chain, 0), read(chain, 0));
        assert!(first <= second && second <= 2, "{first}, then {second}");
        for thread in threads {
            thread.join().expect("no panic");
        }
        assert_eq!((read(chain, 0), read(chain, 1)), (2, 1));
    });
}
