//! The files of Python's `prometheus_client` (since 0.18), by which its worker processes count
//! together.

mod entries;
mod file;
mod merged;

pub(crate) use self::entries::{Damaged, read};
pub(crate) use self::file::Sort;
pub(crate) use self::merged::{Family, Merged, Value};
