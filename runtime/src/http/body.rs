use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use super::error::CutError;
use super::permit::Permit;
use super::unsent::Unsent;

/// What a scrape is answered with: pieces that follow each other.
///
/// The scrape is under way, and counts towards [how many may
/// be](crate::Exposition::max_scrapes), until this is dropped.
///
/// A server sends the pieces one by one, so that it holds no more of them than it has to. For those that
/// take a stream of them, `stream::iter` of `futures` makes one of this:
/// `examples/axum` in the repository shows it.
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

    /// It is sent as that of a scrape which is under way.
    #[cfg(all(feature = "actix", feature = "dashboards"))]
    pub(super) fn hold(&mut self, permit: Permit) {
        self.permit = Some(permit);
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
    ///
    /// They are whole, and the scrape is not under way any more: nobody makes room for others then, and
    /// how many of them wait for slow readers is for the server to limit.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        match &self.pieces[..] {
            [one] => one.clone(),
            pieces => pieces.concat().into(),
        }
    }
}

impl IntoIterator for ScrapeBody {
    type Item = Result<Bytes, CutError>;
    type IntoIter = ScrapePieces;

    fn into_iter(self) -> ScrapePieces {
        let unsent = Arc::new(Unsent::new(self.pieces));
        let permit = self.permit.map(|permit| permit.ready(&unsent, Instant::now()));
        ScrapePieces { unsent, _permit: permit }
    }
}

/// The pieces of a [`ScrapeBody`], one by one, without a copy unless they are large.
///
/// If [room is needed for others](crate::Exposition::max_scrapes), an error stands for those that are
/// missing, and nothing comes after it. Whoever sends them must not end the body as a whole one then.
#[derive(Debug)]
pub struct ScrapePieces {
    unsent: Arc<Unsent>,
    _permit: Option<Permit>,
}

impl Iterator for ScrapePieces {
    type Item = Result<Bytes, CutError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.unsent.take()
    }
}
