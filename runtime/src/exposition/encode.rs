use bytes::BytesMut;

use crate::exemplar::Exemplar;
use crate::listing::Listing;
use crate::sample::Sample;
use crate::snapshot::{Family, Snapshot};

/// A format: how families and series are written, each number where it can be found again.
pub(super) trait Encode {
    /// Whether a family's samples can be written in place of those of the scrape before, and the rest
    /// stays as it was.
    fn keeps(&self, family: &Family<'_>, snapshot: &Snapshot<'_>) -> bool;

    /// Whether a family's exemplars are to be put behind its numbers.
    fn shows_exemplars(&self, family: &Family<'_>, head: Head) -> bool;

    /// Writes what stands between a number and the rest where there is an exemplar.
    fn exemplar(&self, exemplar: &Exemplar, out: &mut BytesMut);

    /// Which of its ways to write the head of a family is the right one beside the others.
    fn head(&self, family: &Family<'_>, snapshot: &Snapshot<'_>) -> Head;

    /// Writes the head of a family that is kept.
    fn begin(&self, family: &Family<'_>, head: Head, out: &mut BytesMut);

    /// Writes a series of a family that is kept, and where each of its numbers begins.
    fn series(
        &self,
        family: &Family<'_>,
        series: (&Listing, usize),
        samples: &[u64],
        out: &mut BytesMut,
        at: &mut dyn FnMut(usize),
    );

    /// Writes a family that is not kept.
    fn family(&self, family: &Family<'_>, head: Head, snapshot: &Snapshot<'_>, out: &mut BytesMut);

    /// A number as it is written.
    fn number<'a>(&self, sample: Sample, digits: &'a mut Digits) -> &'a [u8];

    /// How long the number is that something begins with.
    fn width(&self, number: &[u8]) -> usize;
}

/// How the head of a family is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// By its name and kind.
    Plain,
    /// Without the suffix of its samples.
    Stripped,
    /// As of a kind that is not known, since the format has rules for names of its kind.
    Unknown,
}

/// Room for a number.
pub(super) struct Digits {
    pub(super) whole: itoa::Buffer,
    pub(super) float: Text,
}

/// The text of a float: as long as any that is written.
pub(super) struct Text {
    bytes: [u8; 40],
    len: usize,
}

impl Digits {
    pub(super) fn new() -> Self {
        Self { whole: itoa::Buffer::new(), float: Text { bytes: [0; 40], len: 0 } }
    }
}

impl Text {
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Eight bytes that are no text.
    pub(super) fn set(&mut self, bytes: [u8; 8]) {
        self.bytes[..8].copy_from_slice(&bytes);
        self.len = 8;
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl std::fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.len + text.len();
        let room = self.bytes.get_mut(self.len..end).ok_or(std::fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
