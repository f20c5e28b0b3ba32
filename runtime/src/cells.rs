//! The memory that everything is counted in.
//!
//! A count is a store to memory that only its thread writes. Every thread has cells of its own for
//! each number it counts, and who reads adds them up: no increment takes a lock, a locked
//! instruction, or a cache line that another thread writes.
//!
//! - A number that is counted has a *slot*, the same one for all threads ([`numbering`]).
//! - A thread's cells are in a [`slab`], where the slots of what the program's text names are one
//!   behind the other, and in a [`table`] of pages, where those are that come at run time: there may
//!   be many of them, and a thread pays for the pages that it writes.
//! - Slabs and tables belong to a [`store`]: the one of the process, or that of a registry which
//!   counts apart from it. They stand in a [`chain`], owned by one thread at a time; a thread that
//!   ends leaves its own, with what they count, to one that starts. So nothing is lost, and there
//!   are never more than the most threads that were alive at once.
//! - Where a cell has no one writer, it is [`shared`]: gauges that are set, since the last `set` of
//!   any thread counts and cells of several threads have no last one; and what a thread counts when
//!   its thread-local memory is gone already.
//! - [`storage`] is where all cells come from, and the one place that knows.

mod begun;
mod beside;
mod chain;
mod exemplars;
mod lasting;
mod numbering;
mod page;
mod reader;
mod row;
mod shared;
mod slab;
mod slots;
pub(crate) mod start;
mod storage;
mod store;
mod sync;
mod table;
mod thread;

pub(crate) use self::begun::Begun;
pub(crate) use self::beside::Beside;
pub(crate) use self::lasting::{Lasting, update};
pub(crate) use self::numbering::{Space, pages};
pub(crate) use self::reader::Reader;
pub(crate) use self::row::shared;
pub(crate) use self::row::{Pass, Place, Row};
pub(crate) use self::slots::Slots;
pub(crate) use self::start::{move_early, start, start_with};
pub(crate) use self::store::{Isolated, Store, keep};
pub(crate) use self::thread::{Entered, enter, here};
