//! All that generated code may name. Nothing here is for users, and anything may change.

pub use linkme;

pub use crate::link::TALLYMARK_0_1_SITES;
pub use crate::site::Site;
