//! Series whose label values come at run time: found by those values, and kept by whoever counts in
//! them.

mod cache;
mod child;
pub(crate) mod children;
mod handle;
mod hash;
mod room;
pub(crate) mod series_limit;
mod values;

pub(crate) use self::cache::{Cache, exchange};
pub(crate) use self::child::{Child, Sort};
pub(crate) use self::children::{Children, new_family};
pub(crate) use self::handle::Handle;
pub(crate) use self::room::Room;
