use std::fmt::{Debug, Display};

use tallymark::counted;
use tallymark_tests::count;

#[counted(interface = "generic")]
fn generic<'a, T, const N: usize>(values: &'a [T; N]) -> impl Iterator<Item = &'a T> + use<'a, T, N>
where
    T: Debug + 'a,
{
    values.iter()
}

#[counted(interface = "impl argument")]
fn impl_argument(value: impl Display) -> String {
    value.to_string()
}

#[counted(interface = "projection")]
fn projection<I: IntoIterator>(values: I) -> Option<<I as IntoIterator>::Item> {
    values.into_iter().next()
}

#[counted(interface = "nested impl")]
fn nested_impl(good: bool) -> Result<impl Iterator<Item = impl Display>, Box<dyn Debug + Send>> {
    if good { Ok([1, 2].into_iter()) } else { Err(Box::new("bad")) }
}

fn main() {
    assert_eq!(generic(&[1, 2]).count(), 2);
    assert_eq!(generic(&["a"]).count(), 1);
    assert_eq!(count("generic"), Some(2), "all instances of the function count into one series");
    assert_eq!(impl_argument(1) + &impl_argument("a"), "1a");
    assert_eq!(count("impl argument"), Some(2));
    assert_eq!(projection(Some(1)), Some(1));
    assert_eq!(count("projection"), Some(1));
    assert!(nested_impl(false).is_err());
    assert_eq!(nested_impl(true).ok().unwrap().count(), 2);
    assert_eq!(count("nested impl"), Some(2));
    let text = tallymark::gather_text();
    assert_eq!(text.matches("interface=\"generic\"").count(), 1, "{text}");
}
