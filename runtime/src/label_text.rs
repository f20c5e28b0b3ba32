//! The text of a label value, without a copy where it is a text already.
//!
//! Both traits are tried by the method call in generated code, the one on `&Text` first.

use std::borrow::{Borrow, Cow};
use std::fmt::Display;

/// What a label's expression is.
#[derive(Debug)]
pub struct Text<'a, T: ?Sized>(pub &'a T);

/// A text: `str`, `String`, `Cow<str>`, references to them.
pub trait StrText<'a> {
    fn __tallymark_text(&self) -> Cow<'a, str>;
}

impl<'a, T: Borrow<str> + ?Sized> StrText<'a> for &Text<'a, T> {
    fn __tallymark_text(&self) -> Cow<'a, str> {
        Cow::Borrowed(self.0.borrow())
    }
}

/// Anything else that can be displayed.
pub trait DisplayText<'a, T: ?Sized> {
    fn __tallymark_text(&self) -> Cow<'a, str>
    where
        T: Display;
}

impl<'a, T: ?Sized> DisplayText<'a, T> for Text<'a, T> {
    fn __tallymark_text(&self) -> Cow<'a, str>
    where
        T: Display,
    {
        Cow::Owned(self.0.to_string())
    }
}
