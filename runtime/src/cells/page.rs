use super::sync::AtomicU64;

/// How many cells are in a page: so few that a thread which writes one pays for little more, and so
/// many that its table of them is short.
pub(super) const PAGE: usize = 128;

/// A run of cells whose slots come at run time.
pub(super) type Page = [AtomicU64; PAGE];
