//! The hand-over of cells, run in every order that its threads can take and with every value that
//! the memory model lets them see; `README.md` says what the models catch.
//!
//! The files of the runtime are compiled as they are, on [`sync`] instead of their own. What they
//! are used by is stated here once more: a write as the runtime's `thread.rs` does it, and a sum as
//! its `reader.rs` does.

#[allow(dead_code, reason = "a model takes what it needs")]
#[path = "../../runtime/src/cells/chain.rs"]
mod chain;
#[path = "../../runtime/src/cells/page.rs"]
mod page;
#[path = "../../runtime/src/cells/slab.rs"]
mod slab;
/// Cells without the lines of a processor between them: loom makes each one anew in every run.
mod storage {
    use crate::page::Page;
    use crate::sync::AtomicU64;

    pub(super) fn cells(count: usize) -> &'static [AtomicU64] {
        Box::leak((0..count).map(|_| AtomicU64::new(0)).collect())
    }

    pub(super) fn page() -> &'static Page {
        Box::leak(Box::new(std::array::from_fn(|_| AtomicU64::new(0))))
    }
}
mod sync;
#[path = "../../runtime/src/cells/table.rs"]
mod table;

mod give_back;
mod growth;
mod hand_over;
mod in_flight;
mod pages;

use std::sync::atomic::Ordering;

use self::chain::Chain;
use self::sync::AtomicU64;

/// Runs a model in every order in which threads that could go on are interrupted no more often than
/// so.
fn check(interruptions: usize, model: impl Fn() + Send + Sync + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(interruptions);
    builder.check(move || {
        sync::begin();
        model();
    });
}

/// A chain that threads share, and that stands before they begin.
fn chain<S>() -> &'static Chain<S> {
    let chain = Box::leak(Box::new(Chain::new()));
    assert_eq!(chain.iter().count(), 0);
    chain
}

/// One more in a cell whose only writer this thread is.
fn add_one(cell: &AtomicU64, order: Ordering) {
    cell.store(cell.load(Ordering::Relaxed) + 1, order);
}

fn sum<'a>(cells: impl Iterator<Item = &'a AtomicU64>, order: Ordering) -> u64 {
    cells.map(|cell| cell.load(order)).sum()
}
