use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;

use crate::http::{CutError, ScrapeBody, ScrapePieces};

/// The body of a scrape, which is sent piece by piece without being copied together.
#[derive(Debug)]
pub(super) struct PiecesBody {
    size: u64,
    pieces: ScrapePieces,
}

impl PiecesBody {
    /// A body of that size, of which nothing may be sent: in answer to `HEAD`.
    pub(super) fn new(size: u64, body: ScrapeBody) -> Self {
        Self { size, pieces: body.into_iter() }
    }
}

impl MessageBody for PiecesBody {
    type Error = CutError;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.size)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, CutError>>> {
        // At an error the connection is closed, so that whoever reads knows that it is not all.
        Poll::Ready(self.pieces.next())
    }
}
