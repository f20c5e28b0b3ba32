//! A file as it was read: whatever its bytes are, it costs what its length does, and no more.

use std::ops::Range;

use super::bytes::word;
use super::header::{self, Header, Identity, Unreadable};
use super::record::{self, Cells, Head, Written, sort};
use super::told::Metric;

/// What stands in a file.
#[derive(Debug, Default)]
pub(crate) struct Contents<'a> {
    pub(crate) metrics: Vec<Metric<'a>>,
    pub(crate) series: Vec<Written<'a>>,
    pub(crate) blocks: Vec<Block>,
    /// Where the exemplars are, which are written over without more ado.
    pub(crate) exemplars: Vec<Range<usize>>,
    /// Of an archive: the processes whose counts it has.
    pub(crate) absorbed: Vec<Identity>,
    /// How many cells there are in all blocks.
    cells: usize,
}

/// Cells that stand one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The slot of the first one.
    pub(crate) first: u32,
    pub(crate) count: u32,
    /// Where it is, in bytes.
    pub(crate) offset: usize,
}

/// Why a file is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damage {
    Truncated,
    Corrupt,
    Foreign,
    /// Of a version of the format that comes later.
    Newer,
    /// The system did not let it be read, which says nothing of what is in it.
    Unread,
}

impl From<Unreadable> for Damage {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::Short => Self::Truncated,
            Unreadable::Foreign => Self::Foreign,
            Unreadable::Newer => Self::Newer,
        }
    }
}

impl Header {
    /// The header of a file.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, Damage> {
        Ok(Self::read(bytes)?)
    }
}

impl<'a> Contents<'a> {
    /// What stands in a file of these bytes, behind its header. In one that is torn, records that make
    /// no sense are passed over: they were written while it was read.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn read(header: &Header, bytes: &'a [u8], torn: bool) -> Result<Self, Damage> {
        let bytes = bytes.get(..header.used).ok_or(Damage::Truncated)?;
        let mut contents = Self::default();
        let mut at = header::LENGTH;
        while let Some(first) = word(bytes, at) {
            let Head { sort, there, words } = Head::of(first);
            if sort == sort::END {
                break;
            }
            let length = (words as usize).checked_mul(8).ok_or(Damage::Corrupt)?;
            let record = at.checked_add(length).and_then(|end| bytes.get(at + 8..end));
            let record = record.ok_or(Damage::Corrupt)?;
            if sort == sort::LINK {
                let next = word(record, 0).and_then(|next| usize::try_from(next).ok());
                // Only ever further on, so that it comes to an end.
                at = next.filter(|next| *next > at).ok_or(Damage::Corrupt)?;
                continue;
            }
            if there && sort == sort::EXEMPLAR {
                contents.exemplars.push(at + 8..at + length);
            } else if there && contents.add(sort, record, bytes.len()).is_none() && !torn {
                return Err(Damage::Corrupt);
            }
            at += length;
        }
        Ok(contents)
    }

    fn add(&mut self, sort: u8, record: &'a [u8], used: usize) -> Option<()> {
        match sort {
            sort::METRIC => self.metrics.push(Metric::read(record)?),
            sort::SERIES => self.series.push(Written::read(record)?),
            sort::CELLS => {
                let Cells { first, count, offset } = Cells::read(record)?;
                let offset = usize::try_from(offset).ok()?;
                first.checked_add(count)?;
                let end = offset.checked_add(count as usize * 8)?;
                // Together no more than the file has, or a small one would take for ever to add up.
                let cells = self.cells.checked_add(count as usize)?;
                if end > used || !offset.is_multiple_of(8) || cells > used / 8 {
                    return None;
                }
                self.cells = cells;
                self.blocks.push(Block { first, count, offset });
            }
            sort::ABSORBED => self.absorbed.extend(record::read_absorbed(record)?),
            _ => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests;
