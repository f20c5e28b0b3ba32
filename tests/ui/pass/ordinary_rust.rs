// Everything that is measured by what a function returns moves the body: it must be the same body.
use std::error::Error;
use std::fmt::{Debug, Display};
use std::future::{Future, ready};
use std::panic::{catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use tallymark::observed;
use tallymark_tests::{count, in_flight, outcomes, seconds};

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[observed(interface = "generic")]
fn generic<'a, 'b: 'a, T, const N: usize>(values: &'a [T; N], _other: &'b str) -> &'a T
where
    T: Debug + PartialEq<T> + 'a,
{
    if values[0] == values[N - 1] {
        return &values[0];
    }
    &values[N - 1]
}

#[observed(interface = "impl in and out")]
fn impl_in_and_out(value: impl Display + Clone) -> impl Iterator<Item = impl Display> {
    vec![value.clone(), value].into_iter()
}

#[observed(interface = "nested impl")]
fn nested_impl(good: bool) -> Result<(u8, impl Fn(u8) -> u8), Box<dyn Error + Send + Sync>> {
    if !good {
        Err("bad".to_owned())?;
    }
    Ok((1, |n| n + 1))
}

impl<T> From<T> for Wrapped<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

#[derive(Debug)]
struct Wrapped<T>(T);

#[observed(interface = "conversion")]
fn conversion(number: &str) -> Result<u8, Wrapped<std::num::ParseIntError>> {
    Ok(number.parse::<u8>()?)
}

#[observed(interface = "async conversion")]
async fn async_conversion(number: &str) -> Result<impl Display, Wrapped<std::num::ParseIntError>> {
    ready(()).await;
    let number = number.parse::<u8>()?;
    Ok(number)
}

trait Has {
    type Output;
}

impl Has for u8 {
    type Output = Option<&'static str>;
}

#[observed(interface = "projection")]
fn projection() -> <u8 as Has>::Output {
    Some("x")
}

#[observed(interface = "never")]
fn never() -> ! {
    resume_unwind(Box::new(()))
}

#[observed(interface = "async never")]
async fn async_never(panics: bool) -> ! {
    if panics {
        resume_unwind(Box::new(()))
    }
    loop {
        std::future::pending::<()>().await;
    }
}

#[derive(Default)]
struct Store {
    names: Vec<String>,
}

impl Store {
    #[observed(interface = "methods")]
    fn by_reference(&self) -> Option<&str> {
        self.names.first().map(|name| &**name)
    }

    #[observed(interface = "methods")]
    fn by_unique_reference(&mut self) -> &mut String {
        if self.names.is_empty() {
            self.names.push(String::new());
            return &mut self.names[0];
        }
        self.names.last_mut().unwrap()
    }

    #[observed(interface = "methods")]
    fn by_value(mut self) -> Vec<String> {
        self.names.push("shop".to_owned());
        self.names
    }

    #[observed(interface = "methods")]
    fn by_box(self: Box<Self>) -> usize {
        self.names.len()
    }

    #[observed(interface = "methods")]
    fn by_arc(self: Arc<Self>) -> Arc<Self> {
        self
    }

    #[observed(interface = "methods")]
    fn by_pin(self: Pin<&mut Self>) -> Pin<&mut Self> {
        self
    }

    #[observed(interface = "methods")]
    async fn awaits(&mut self, by: &str) -> &mut String {
        ready(()).await;
        self.names[0].push_str(by);
        &mut self.names[0]
    }

    #[observed(interface = "methods")]
    fn of_self() -> Self {
        Self::default()
    }
}

trait Deploy {
    type Release: Default;

    #[observed(interface = "trait default")]
    fn deploy(&self) -> (Self::Release, &Self)
    where
        Self: Sized,
    {
        (Self::Release::default(), self)
    }

    #[observed(interface = "trait default")]
    async fn deploy_later(&self) -> Self::Release {
        ready(Self::Release::default()).await
    }
}

impl Deploy for Store {
    type Release = u8;
}

#[observed(interface = "unsafe")]
unsafe fn unsafe_fn(pointer: *const u8) -> u8 {
    unsafe { *pointer }
}

#[observed(interface = "extern")]
extern "C" fn extern_c(number: u8) -> u8 {
    number
}

#[observed(interface = "recursion")]
fn recursion(depth: u32) -> u32 {
    if depth == 0 {
        return in_flight("recursion") as u32;
    }
    recursion(depth - 1)
}

#[observed(interface = "closures")]
fn closures(numbers: &[i32]) -> Vec<i32> {
    let halve = |number: &i32| {
        if number % 2 == 1 {
            return None;
        }
        Some(number / 2)
    };
    'outer: loop {
        for number in numbers {
            if *number > 100 {
                break 'outer;
            }
        }
        return numbers.iter().filter_map(halve).collect();
    }
    Vec::new()
}

#[observed(interface = "patterns")]
fn patterns((a, [b, ..]): (u8, [u8; 3]), Wrapped(c): Wrapped<u8>, mut d: u8, _: Rc<()>) -> u8 {
    d += a + b + c;
    d
}

#[observed(interface = "returned closure")]
fn returned_closure(panics: bool) -> impl Fn(&str) -> &str {
    if panics {
        resume_unwind(Box::new(()))
    }
    |text| text
}

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[observed(interface = "aliased future")]
fn aliased_future(text: &str) -> BoxFuture<'_, Result<&str, ()>> {
    if text.is_empty() {
        return Box::pin(ready(Err(())));
    }
    Box::pin(async move { Ok(text) })
}

#[observed(interface = "items first")]
fn items_first() -> u8 {
    use std::u8::MAX;
    const MIN: u8 = 0;
    MAX - MIN
}

#[observed(interface = "raw")]
fn r#match(r#type: u8, caller: u8, tallymark: u8, core: u8) -> u8 {
    r#type + caller + tallymark + core
}

#[observed(interface = "not copied")]
fn not_copied(text: String, unused: String) -> impl FnOnce() -> String {
    let _ = &unused;
    move || text
}

#[observed(interface = "mutable argument")]
fn mutable_argument(numbers: &mut Vec<u8>, by: u8) -> impl Iterator<Item = &mut u8> {
    numbers.iter_mut().map(move |number| {
        *number += by;
        number
    })
}

/// The two things that a function and its call can end with.
#[observed(interface = "documented")]
#[must_use]
#[inline(never)]
#[cfg(true)]
#[allow(clippy::needless_lifetimes)]
fn documented<'a>(text: &'a str) -> std::borrow::Cow<'a, str> {
    text.into()
}

fn main() {
    assert_eq!((*generic(&[1, 2], ""), *generic(&["a"], "")), (2, "a"));
    assert_eq!(outcomes("generic"), [("success", 2)]);
    assert_eq!(impl_in_and_out("x").map(|value| value.to_string()).collect::<String>(), "xx");
    assert!(nested_impl(false).is_err());
    assert_eq!(nested_impl(true).map(|(a, b)| b(a)).unwrap(), 2);
    assert_eq!(outcomes("nested impl"), [("success", 1), ("error", 1)]);
    assert_eq!(conversion("1").unwrap(), 1);
    conversion("x").unwrap_err();
    assert_eq!(outcomes("conversion"), [("success", 1), ("error", 1)]);
    assert!(matches!(poll(async_conversion("x")), Poll::Ready(Err(_))));
    assert!(matches!(poll(async_conversion("1")), Poll::Ready(Ok(_))));
    assert_eq!(outcomes("async conversion"), [("success", 1), ("error", 1)]);
    assert_eq!(projection(), Some("x"));
    catch_unwind(|| never()).unwrap_err();
    assert_eq!(outcomes("never"), [("panicked", 1)]);
    assert!(poll(async_never(false)).is_pending());
    catch_unwind(|| poll(async_never(true))).map(|_| ()).unwrap_err();
    assert_eq!(outcomes("async never"), [("panicked", 1), ("cancelled", 1)]);

    let mut store = Store::of_self();
    assert_eq!(store.by_reference(), None);
    store.by_unique_reference().push('w');
    store.by_unique_reference().push('e');
    assert_eq!(poll(store.awaits("b")), Poll::Ready(&mut "web".to_owned()));
    assert_eq!(store.by_reference(), Some("web"));
    assert_eq!(Pin::new(&mut store).by_pin().names.len(), 1);
    assert_eq!((store.deploy().0, poll(store.deploy_later())), (0, Poll::Ready(0)));
    assert_eq!(store.by_value(), ["web", "shop"]);
    assert_eq!(Box::new(Store::default()).by_box(), 0);
    assert_eq!(Arc::new(Store::default()).by_arc().names.len(), 0);
    assert_eq!(outcomes("methods"), [("success", 10)]);
    assert_eq!(outcomes("trait default"), [("success", 2)]);

    assert_eq!((unsafe { unsafe_fn(&7) }, extern_c(8)), (7, 8));
    assert_eq!((outcomes("unsafe"), outcomes("extern")), (vec![("success", 1)], vec![("success", 1)]));
    assert_eq!(recursion(3), 4);
    assert_eq!(outcomes("recursion"), [("success", 4)]);
    assert_eq!((closures(&[1, 4]), closures(&[101])), (vec![2], vec![]));
    assert_eq!(patterns((1, [2, 0, 0]), Wrapped(3), 4, Rc::new(())), 10);
    assert_eq!(r#match(1, 2, 3, 4), 10);
    assert_eq!(not_copied("text".to_owned(), String::new())(), "text");
    let mut numbers = vec![1, 2];
    assert_eq!(mutable_argument(&mut numbers, 1).count(), 2);
    assert_eq!(numbers, [2, 3]);
    assert_eq!(documented("x"), "x");
    assert_eq!(returned_closure(false)("x"), "x");
    catch_unwind(|| returned_closure(true)).map(|_| ()).unwrap_err();
    assert_eq!(outcomes("returned closure"), [("success", 1), ("panicked", 1)]);
    drop(aliased_future("x"));
    assert_eq!(outcomes("aliased future"), []);
    assert_eq!(poll(aliased_future("x")), Poll::Ready(Ok("x")));
    assert_eq!(poll(aliased_future("")), Poll::Ready(Err(())));
    assert_eq!(outcomes("aliased future"), [("success", 1), ("error", 1)]);
    assert_eq!(items_first(), 255);
    for interface in ["closures", "mutable argument", "items first"] {
        assert!(count(interface) > Some(0), "{interface}");
    }
    for interface in ["impl in and out", "projection", "patterns", "raw", "not copied", "documented"]
    {
        assert_eq!(outcomes(interface), [("success", 1)], "{interface}");
        assert_eq!((count(interface), seconds(interface).0), (Some(1), 1), "{interface}");
        assert_eq!(in_flight(interface), 0, "{interface}");
    }
}
