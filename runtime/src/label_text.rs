//! The text of a label value, without a copy where it is a text already.
//!
//! Both traits are tried by the method call in generated code, the one on `&Text` first.

use std::borrow::Cow;
use std::fmt::Display;
use std::rc::Rc;
use std::sync::Arc;

/// What a label's expression is.
#[derive(Debug)]
pub struct Text<'a, T: ?Sized>(pub &'a T);

/// What displays as the text that it is.
pub trait IsStr {
    fn as_str(&self) -> &str;
}

macro_rules! is_str {
    ($($text:ty),*) => {
        $(impl IsStr for $text {
            fn as_str(&self) -> &str {
                self
            }
        })*
    };
}

is_str!(str, String, Cow<'_, str>, Box<str>, Arc<str>, Rc<str>);

impl<T: IsStr + ?Sized> IsStr for &T {
    fn as_str(&self) -> &str {
        T::as_str(self)
    }
}

impl<T: IsStr + ?Sized> IsStr for &mut T {
    fn as_str(&self) -> &str {
        T::as_str(self)
    }
}

/// A text, and references to one.
pub trait StrText<'a> {
    fn __tallymark_text(&self) -> Cow<'a, str>;
}

impl<'a, T: IsStr + ?Sized> StrText<'a> for &Text<'a, T> {
    fn __tallymark_text(&self) -> Cow<'a, str> {
        Cow::Borrowed(self.0.as_str())
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

#[cfg(test)]
#[allow(clippy::needless_borrow, reason = "called as generated code calls it")]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_borrowed_and_anything_else_is_displayed() {
        let owned = String::from("web");
        let reference = &owned;
        assert!(matches!((&&Text(&owned)).__tallymark_text(), Cow::Borrowed("web")));
        assert!(matches!((&&Text(&reference)).__tallymark_text(), Cow::Borrowed("web")));
        assert!(matches!((&&Text("web")).__tallymark_text(), Cow::Borrowed("web")));
        assert_eq!((&&Text(&1.5)).__tallymark_text(), "1.5");
        assert_eq!((&&Text(&'w')).__tallymark_text(), "w");
    }

    #[test]
    fn what_can_be_borrowed_as_a_text_and_displays_otherwise_is_displayed() {
        struct Secret(String);
        impl std::borrow::Borrow<str> for Secret {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
        impl Display for Secret {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("***")
            }
        }
        let secret = Secret("hunter2".to_owned());
        let borrowed: &str = std::borrow::Borrow::borrow(&secret);
        assert_eq!(borrowed, "hunter2");
        assert_eq!((&&Text(&secret)).__tallymark_text(), "***");
    }
}
