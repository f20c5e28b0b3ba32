//! The list of all sites of a program, put together by the linker.

use linkme::distributed_slice;

use crate::site::AnySite;

/// Every site that the linker kept.
///
/// The name is that of a linker section too: it carries our version, so that another version of
/// this crate in the same program has a section of its own.
#[distributed_slice]
pub static TALLYMARK_0_1_SITES: [&'static dyn AnySite];
