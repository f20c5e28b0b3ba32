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
    assert_eq!(::tallymark_tests::count("cfg"), ::std::option::Option::None);
}
