use actix_web::http::StatusCode;
use actix_web::{Either, Error, HttpRequest, HttpResponse, Responder};

use crate::cells::{Pass, Place};
use crate::outcome::{Outcome, ToOutcome};
use crate::reply::Reply;
use crate::site::{Ending, OutcomeGuard, Pending};

impl<B> ToOutcome for HttpResponse<B> {
    fn outcome(&self) -> Outcome {
        self.status().outcome()
    }
}

/// Where a handler returns a status beside a body, the status says it.
impl<T> ToOutcome for (T, StatusCode) {
    fn outcome(&self) -> Outcome {
        self.1.outcome()
    }
}

impl<L: ToOutcome, R: ToOutcome> ToOutcome for Either<L, R> {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Left(left) => left.outcome(),
            Self::Right(right) => right.outcome(),
        }
    }
}

impl ToOutcome for StatusCode {
    fn outcome(&self) -> Outcome {
        Outcome::of_status(self.as_u16())
    }
}

// Not a `ResponseError` itself, and made of one.
impl ToOutcome for Error {
    fn outcome(&self) -> Outcome {
        self.as_response_error().status_code().outcome()
    }
}

/// The response will say it.
pub trait ResponderReply {
    fn __tallymark_reply(&self) -> Answering {
        Answering
    }
}

impl<T: Responder> ResponderReply for &Reply<T> {}

/// Gives the value in a wrapper, which ends the call by the response that the value makes.
#[derive(Debug)]
pub struct Answering;

#[allow(clippy::unused_self, reason = "called on the value that the choice gave")]
impl Answering {
    #[inline]
    pub fn give<T, P: Pass, R: Ending>(
        self,
        guard: OutcomeGuard<P, R>,
        _outcome: Outcome,
        value: T,
    ) -> Answered<T, P> {
        // Unless it makes a response.
        Answered { value, pending: guard.returned(Outcome::Cancelled) }
    }
}

/// A responder whose response ends the call.
#[derive(Debug)]
pub struct Answered<T, P: Place> {
    value: T,
    pending: Pending<P>,
}

impl<T: Responder, P: Place> Responder for Answered<T, P> {
    type Body = T::Body;

    #[inline]
    fn respond_to(self, request: &HttpRequest) -> HttpResponse<T::Body> {
        let Self { value, mut pending } = self;
        pending.outcome = Outcome::Panicked;
        let response = value.respond_to(request);
        pending.outcome = response.outcome();
        response
    }
}
