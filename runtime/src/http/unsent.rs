use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::error::CutError;

/// The pieces of an answer that have not been taken yet.
#[derive(Debug)]
pub(super) struct Unsent(Mutex<State>);

#[derive(Debug)]
enum State {
    Left(VecDeque<Bytes>),
    /// They are gone, which is still to be said.
    Cut,
}

/// The most that is taken at once, in bytes. A server holds what it has taken until it is sent.
const LARGEST: usize = 128 << 10;

impl Unsent {
    pub(super) fn new(mut pieces: Vec<Bytes>) -> Self {
        // An empty one would end the body for some senders.
        pieces.retain(|piece| !piece.is_empty());
        Self(Mutex::new(State::Left(pieces.into())))
    }

    /// The next one; nothing after the last.
    pub(super) fn take(&self) -> Option<Result<Bytes, CutError>> {
        let mut state = self.lock();
        let State::Left(pieces) = &mut *state else {
            *state = State::Left(VecDeque::new());
            return Some(Err(CutError));
        };
        match pieces.front_mut() {
            // A slice would hold all of it.
            Some(piece) if piece.len() > LARGEST => {
                Some(Ok(Bytes::copy_from_slice(&piece.split_to(LARGEST))))
            }
            _ => pieces.pop_front().map(Ok),
        }
    }

    /// Gives up what is left. Where nothing is, nothing is missing.
    pub(super) fn cut(&self) {
        let mut state = self.lock();
        if let State::Left(pieces) = &*state
            && !pieces.is_empty()
        {
            *state = State::Cut;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unsent(pieces: &[&'static str]) -> Unsent {
        Unsent::new(pieces.iter().map(|piece| Bytes::from_static(piece.as_bytes())).collect())
    }

    #[test]
    fn what_is_cut_ends_with_an_error_and_then_ends() {
        let unsent = unsent(&["a", "", "b", "c"]);
        let take = || unsent.take().map(|taken| taken.map_err(|CutError| "cut"));
        assert_eq!((take(), take()), (Some(Ok("a".into())), Some(Ok("b".into()))));
        unsent.cut();
        assert_eq!((take(), take()), (Some(Err("cut")), None));
    }

    #[test]
    fn what_is_taken_already_is_whole() {
        let unsent = unsent(&["a"]);
        assert!(unsent.take().is_some());
        unsent.cut();
        assert!(unsent.take().is_none());
    }

    #[test]
    fn what_is_cut_is_not_held() {
        let piece = Bytes::from(vec![b'a'; 3 * LARGEST]);
        let unsent = Unsent::new(vec![piece.clone()]);
        let taken = unsent.take().expect("a piece").expect("not cut");
        assert_eq!(taken, piece[..LARGEST]);
        unsent.cut();
        assert!(piece.is_unique());
    }

    #[test]
    fn large_pieces_come_in_parts() {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(2 * LARGEST + 1).collect();
        let unsent = Unsent::new(vec![bytes.clone().into()]);
        let parts: Vec<_> =
            std::iter::from_fn(|| unsent.take()).map(|part| part.expect("not cut")).collect();
        assert_eq!(parts.iter().map(Bytes::len).collect::<Vec<_>>(), [LARGEST, LARGEST, 1]);
        assert_eq!(parts.concat(), bytes);
    }
}
