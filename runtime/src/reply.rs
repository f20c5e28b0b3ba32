//! What becomes of the value of `-> impl Responder`.

use std::marker::PhantomData;

use crate::cells::Place;
use crate::outcome::{Outcome, ToOutcome};
use crate::site::{Ending, OutcomeGuard};

/// Chooses by the type of a value, as `Probe` does, what is given in its place.
#[derive(Debug)]
pub struct Reply<T>(PhantomData<T>);

impl<T> Reply<T> {
    pub fn to(_value: &T) -> Self {
        Self(PhantomData)
    }
}

/// Gives the value itself, and ends the call by it.
#[derive(Debug)]
pub struct AsItIs;

#[allow(clippy::unused_self, reason = "called on the value that the choice gave")]
impl AsItIs {
    pub fn give<T, P: Place, R: Ending>(
        self,
        guard: OutcomeGuard<P, R>,
        outcome: Outcome,
        value: T,
    ) -> T {
        guard.end(outcome);
        value
    }
}

/// The type says how the call ended.
pub trait SaidReply {
    fn __tallymark_reply(&self) -> AsItIs {
        AsItIs
    }
}

impl<T: ToOutcome> SaidReply for &&Reply<T> {}

/// Nothing says it, and there will be no response.
pub trait PlainReply {
    fn __tallymark_reply(&self) -> AsItIs {
        AsItIs
    }
}

impl<T> PlainReply for Reply<T> {}
