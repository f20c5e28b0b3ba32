#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused_qualifications, nonstandard_style, rust_2018_idioms)]
//! A crate that allows itself nothing.

use ::std::option::Option::Some;
use ::std::{assert_eq, ops};

/// Counted.
#[::tallymark::counted(interface = "strict")]
pub async fn strict(number: u32) -> u32 {
    number
}

/// Counted, and used for its attributes.
#[must_use]
#[inline]
#[::tallymark::counted(interface = "attributes")]
pub fn attributes<T: ops::Add<Output = T>>(a: T, b: T) -> T {
    a + b
}

/// All of it, by what it returns.
#[::tallymark::observed(interface = "observed", name = "observed_calls", labels(number = number))]
pub async fn observed(number: u32) -> ::std::result::Result<u32, ::std::string::String> {
    if number == 0 {
        return ::std::result::Result::Err(::std::string::String::new());
    }
    ::std::result::Result::Ok(number)
}

/// A boxed future.
#[::tallymark::counted(interface = "boxed", outcome)]
#[::tallymark::timed(interface = "boxed")]
#[::tallymark::in_flight(interface = "boxed")]
pub fn boxed() -> ::std::pin::Pin<::std::boxed::Box<dyn ::std::future::Future<Output = u8>>> {
    ::std::boxed::Box::pin(async { 1 })
}

/// A responder.
#[::tallymark::counted(interface = "responder", outcome)]
pub fn responder() -> impl ::actix_web::Responder {
    "x"
}

/// A responder or an error.
#[::tallymark::counted(interface = "responder", outcome)]
pub fn result_of_responder() -> ::std::result::Result<impl ::actix_web::Responder, ::std::fmt::Error> {
    ::std::result::Result::Err::<&str, _>(::std::fmt::Error)
}

/// Left out.
#[cfg(false)]
#[::tallymark::counted(interface = "cfg")]
pub fn left_out() {
    let never: compiled = 1;
}

fn main() {
    assert_eq!(attributes(1, 2), 3);
    assert_eq!(::tallymark_tests::count("attributes"), Some(1));
    ::std::mem::drop(strict(1));
    assert_eq!(::tallymark_tests::count("strict"), Some(0));
    ::std::mem::drop((responder(), result_of_responder()));
    let system = ::actix_web::rt::System::new();
    assert_eq!(system.block_on(boxed()), 1);
    system.block_on(observed(0)).unwrap_err();
    assert_eq!(::tallymark_tests::outcomes("boxed"), [("success", 1)]);
    let text = ::tallymark::gather_text();
    let sample = "observed_calls_total{interface=\"observed\",number=\"0\"}";
    assert_eq!(::tallymark_tests::sample(&text, sample), Some("1"));
    assert_eq!(
        ::tallymark_tests::outcomes("responder"),
        [("error", 1), ("cancelled", 1)]
    );
    assert_eq!(::tallymark_tests::count("cfg"), ::std::option::Option::None);
}
