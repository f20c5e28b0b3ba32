use std::vec;

use bytes::Bytes;

use super::turn::Permit;

/// What a scrape is answered with: pieces that follow each other.
///
/// The scrape is under way, and counts towards [how many may
/// be](crate::Exposition::max_scrapes), until this is dropped.
#[derive(Debug, Default)]
pub struct ScrapeBody {
    pieces: Vec<Bytes>,
    permit: Option<Permit>,
}

impl ScrapeBody {
    pub(crate) fn new(pieces: Vec<Bytes>, permit: Option<Permit>) -> Self {
        Self { pieces, permit }
    }

    /// Has nothing sent; the scrape is under way all the same.
    pub(super) fn clear(&mut self) {
        self.pieces.clear();
    }

    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All bytes in one piece: copied together, unless they are in one already.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match &self.pieces[..] {
            [one] => one.clone(),
            pieces => pieces.concat().into(),
        }
    }
}

impl IntoIterator for ScrapeBody {
    type Item = Bytes;
    type IntoIter = ScrapePieces;

    fn into_iter(self) -> ScrapePieces {
        ScrapePieces { pieces: self.pieces.into_iter(), _permit: self.permit }
    }
}

/// The pieces of a [`ScrapeBody`], one by one, without a copy.
#[derive(Debug)]
pub struct ScrapePieces {
    pieces: vec::IntoIter<Bytes>,
    _permit: Option<Permit>,
}

impl Iterator for ScrapePieces {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        self.pieces.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.pieces.size_hint()
    }
}
