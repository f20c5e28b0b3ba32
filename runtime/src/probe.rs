//! How a call ended, by what it returned.
//!
//! The compiler chooses by the type of the value: generated code calls one method on a [`Probe`]
//! behind several references, and the implementation that fits with the most references wins. Each
//! trait below is one step of that, so a more particular rule stands on more references.

use crate::outcome::{Outcome, ToOutcome};

/// What a function returned, or a part of it.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

/// What stands in an `Err`.
#[derive(Debug)]
pub struct Failed<'a, E>(pub &'a E);

/// The `None` of an `Option<T>`.
#[derive(Debug)]
pub struct Absent<T>(std::marker::PhantomData<T>);

/// The parts of what a function returned.
#[derive(Debug)]
pub enum Returned<O, E> {
    Ok(O),
    Err(E),
}

/// A `Result` is looked into.
pub trait SplitResult {
    type Ok;
    type Err;

    fn __tallymark_result(&self) -> Returned<Self::Ok, Self::Err>;
}

impl<'a, T, E> SplitResult for &Probe<'a, Result<T, E>> {
    type Ok = Probe<'a, T>;
    type Err = Failed<'a, E>;

    fn __tallymark_result(&self) -> Returned<Self::Ok, Self::Err> {
        match self.0 {
            Ok(value) => Returned::Ok(Probe(value)),
            Err(error) => Returned::Err(Failed(error)),
        }
    }
}

/// Anything else is all there is.
pub trait NoResult {
    type Whole;

    fn __tallymark_result(&self) -> Returned<Self::Whole, Failed<'static, ()>>;
}

impl<'a, T> NoResult for Probe<'a, T> {
    type Whole = Probe<'a, T>;

    fn __tallymark_result(&self) -> Returned<Self::Whole, Failed<'static, ()>> {
        Returned::Ok(Probe(self.0))
    }
}

/// An `Option` is looked into.
pub trait SplitOption {
    type Some;
    type None;

    fn __tallymark_option(&self) -> Returned<Self::Some, Self::None>;
}

impl<'a, T> SplitOption for &Probe<'a, Option<T>> {
    type Some = Probe<'a, T>;
    type None = Absent<T>;

    fn __tallymark_option(&self) -> Returned<Self::Some, Self::None> {
        match self.0 {
            Some(value) => Returned::Ok(Probe(value)),
            None => Returned::Err(Absent(std::marker::PhantomData)),
        }
    }
}

/// Anything else is all there is.
pub trait NoOption {
    type Whole;

    fn __tallymark_option(&self) -> Returned<Self::Whole, Absent<()>>;
}

impl<'a, T> NoOption for Probe<'a, T> {
    type Whole = Probe<'a, T>;

    fn __tallymark_option(&self) -> Returned<Self::Whole, Absent<()>> {
        Returned::Ok(Probe(self.0))
    }
}

/// The type says it.
pub trait SaidOutcome {
    fn __tallymark_outcome(&self) -> Outcome;
}

impl<T: ToOutcome> SaidOutcome for &&Probe<'_, T> {
    fn __tallymark_outcome(&self) -> Outcome {
        self.0.outcome()
    }
}

impl<E: ToOutcome> SaidOutcome for &&Failed<'_, E> {
    fn __tallymark_outcome(&self) -> Outcome {
        self.0.outcome()
    }
}

/// The status says it.
#[cfg(feature = "actix")]
pub trait StatusOutcome {
    fn __tallymark_outcome(&self) -> Outcome;
}

#[cfg(feature = "actix")]
impl<E: actix_web::ResponseError> StatusOutcome for &Failed<'_, E> {
    fn __tallymark_outcome(&self) -> Outcome {
        Outcome::of_status(self.0.status_code().as_u16())
    }
}

/// actix-web answers `404` for the `None` of a responder.
#[cfg(feature = "actix")]
impl<T: actix_web::Responder> StatusOutcome for &Absent<T> {
    fn __tallymark_outcome(&self) -> Outcome {
        Outcome::ClientError
    }
}

/// Nothing says it.
pub trait PlainOutcome {
    fn __tallymark_outcome(&self) -> Outcome;
}

impl<T> PlainOutcome for Probe<'_, T> {
    fn __tallymark_outcome(&self) -> Outcome {
        Outcome::Success
    }
}

impl<T> PlainOutcome for Absent<T> {
    fn __tallymark_outcome(&self) -> Outcome {
        Outcome::Success
    }
}

impl<E> PlainOutcome for Failed<'_, E> {
    fn __tallymark_outcome(&self) -> Outcome {
        Outcome::Error
    }
}

/// The outcome of a value: `outcome!(WAY PROBES, value)`, of a `handler`, whose `None` may be a 404,
/// or another `function`, chosen from the traits of that module in `__private`.
#[doc(hidden)]
#[macro_export]
macro_rules! __outcome {
    ($way:ident $probe:ident, $value:ident) => {{
        #[allow(unused_imports)]
        use $crate::__private::$probe::*;
        match (&&$crate::__private::Probe(&$value)).__tallymark_result() {
            $crate::__private::Returned::Ok(__tallymark_ok) => {
                match (&&__tallymark_ok).__tallymark_option() {
                    $crate::__private::Returned::Ok(__tallymark_ok) => {
                        (&&&__tallymark_ok).__tallymark_outcome()
                    }
                    $crate::__private::Returned::Err(__tallymark_none) => {
                        $crate::__outcome!(@none $way, __tallymark_none)
                    }
                }
            }
            $crate::__private::Returned::Err(__tallymark_err) => {
                (&&&__tallymark_err).__tallymark_outcome()
            }
        }
    }};
    (@none handler, $none:ident) => {
        (&&$none).__tallymark_outcome()
    };
    (@none function, $none:ident) => {{
        let _ = $none;
        $crate::Outcome::Success
    }};
}

/// The outcome of an `Err`.
#[doc(hidden)]
#[macro_export]
macro_rules! __error_outcome {
    ($way:ident $probe:ident, $error:ident) => {{
        #[allow(unused_imports)]
        use $crate::__private::$probe::*;
        (&&&$crate::__private::Failed(&$error)).__tallymark_outcome()
    }};
}

/// The value of `-> impl Responder`, in a wrapper that ends the call by the response, or with the
/// call ended by the value where that says it or makes no response.
#[doc(hidden)]
#[macro_export]
macro_rules! __respond {
    ($way:ident $probe:ident, $guard:ident, $value:ident) => {{
        #[allow(unused_imports)]
        use $crate::__private::reply::*;
        let __tallymark_reply = (&&&$crate::__private::Reply::to(&$value)).__tallymark_reply();
        let __tallymark_outcome = $crate::__outcome!($way $probe, $value);
        __tallymark_reply.give($guard, __tallymark_outcome, $value)
    }};
}
