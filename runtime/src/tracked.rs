//! Running a function's body so that its end can be told.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::cells::Place;
use crate::outcome::Outcome;
use crate::site::{Ending, OutcomeGuard};

/// Calls the body. Passing through here makes its closure one that is called once, which may give
/// back what it borrowed from its captures.
#[inline]
pub fn call<T>(body: impl FnOnce() -> T) -> T {
    body()
}

/// Calls the body, which returns a future, and tells the compiler what that comes to.
#[inline]
pub fn call_future<T, F: Future<Output = T>, B: FnOnce() -> F>(body: B) -> F {
    body()
}

/// Tells a type to the compiler; never called.
///
/// # Panics
///
/// Always.
#[must_use]
pub fn never<T>() -> T {
    unreachable!("stands behind `if false`")
}

pin_project_lite::pin_project! {
    /// The body of an async function, beside the guard of its call, which is told what becomes of it.
    #[derive(Debug)]
    #[must_use]
    pub struct Tracked<'a, F, P: Place, R: Ending> {
        #[pin]
        future: F,
        guard: &'a mut OutcomeGuard<P, R>,
    }
}

impl<'a, F: Future, P: Place, R: Ending> Tracked<'a, F, P, R> {
    #[inline]
    pub fn new(guard: &'a mut OutcomeGuard<P, R>, future: F) -> Self {
        Self { future, guard }
    }
}

impl<F: Future, P: Place, R: Ending> Future for Tracked<'_, F, P, R> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        // Dropped in the midst of a poll it has unwound; between two polls it was let go. What the
        // thread is doing otherwise (it may unwind for another task's sake) says nothing.
        this.guard.expect(Outcome::Panicked);
        let polled = this.future.poll(context);
        if polled.is_pending() {
            this.guard.expect(Outcome::Cancelled);
        }
        polled
    }
}
