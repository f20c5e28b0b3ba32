//! What the hand-over of cells is built of, under names that its models give other things to
//! (`tests/models`).

pub(super) use std::sync::OnceLock;
pub(super) use std::sync::atomic::{AtomicBool, AtomicU64};
