//! The files by which processes count together, as bytes: what is where in them, who holds which lock,
//! and the memory that this process has mapped of its own.
//!
//! `FORMAT.md` beside the crate describes them for who reads them without this code.

mod archive;
mod bytes;
mod contents;
mod directory;
mod errors;
mod fault;
mod fork;
mod header;
mod life;
#[cfg(test)]
mod made;
mod mapped;
mod mended;
mod own;
mod record;
#[cfg(test)]
mod tests;
mod told;
mod writer;

pub(crate) use self::archive::{Run, archive};
pub(crate) use self::contents::{Block, Contents, Damage};
pub(crate) use self::directory::{Directory, Found, LONGEST, identity_of};
pub(crate) use self::errors::{Reason, errors, report, say};
pub(crate) use self::header::{Header, Identity, Sort};
pub(crate) use self::life::{boot, is_alive, life};
#[cfg(test)]
pub(crate) use self::made::Made;
pub(crate) use self::own::{Own, own};
pub(crate) use self::record::{Written, read_exemplar};
pub(crate) use self::told::{Flags, Label, Metric, Place, Series};
