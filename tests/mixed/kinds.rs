use crate::agreement::assert_agree;
use crate::{directory, start, theirs};

/// How many families there are that Python's processes count in of all kinds.
pub(crate) const KINDS: usize = 10 + 6;

#[test]
fn every_kind_comes_to_what_their_own_collector_says() {
    let workers = start(2);
    let directory = directory(&workers);
    let dead = theirs::count_all_kinds(&directory);
    let files = theirs::files(&directory);
    // Of each process ten modes of gauges and three other kinds, and of the dead one five modes less.
    assert_eq!(files.len(), 3 * (10 + 3) - 5, "{:?}", files.keys());
    assert!(files.contains_key(&format!("gauge_all_{dead}.db")), "{:?}", files.keys());
    assert_eq!(assert_agree(workers.address(), &directory), KINDS);
    assert!(theirs::files(&directory) == files, "a file is changed or gone");
}
