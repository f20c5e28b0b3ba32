// What the signature tells the body is still told when the body has moved.
use std::cmp::Ordering;
use std::fmt::Display;
use std::future::{Future, ready};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use tallymark::{observed, timed};
use tallymark_tests::outcomes;

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[observed(interface = "future")]
fn inferred_error() -> impl Future<Output = Result<(), String>> {
    async { Ok(()) }
}

#[observed(interface = "future")]
fn converted_error(number: &str) -> impl Future<Output = Result<u8, Box<dyn std::error::Error>>> {
    async move { Ok(number.parse::<u8>()?) }
}

#[observed(interface = "future")]
fn inferred_option() -> impl Future<Output = Option<u8>> + Send {
    ready(None)
}

#[observed(interface = "future")]
fn inferred_into() -> impl Future<Output = String> {
    async { "x".into() }
}

#[observed(interface = "opaque")]
fn empty() -> impl IntoIterator<Item = u8> {
    None
}

#[observed(interface = "opaque")]
fn by(key: &str) -> impl Fn(&String) -> bool + '_ {
    move |text| text.contains(key)
}

#[observed(interface = "opaque")]
fn compare() -> impl Fn(&u8, &u8) -> Ordering {
    |a, b| b.cmp(a)
}

#[observed(interface = "opaque")]
fn higher_ranked() -> impl for<'a> Fn(&'a str) -> &'a str {
    |text| text
}

#[observed(interface = "inside")]
fn boxed_iterator() -> Box<dyn Iterator<Item = impl Display>> {
    Box::new([1, 2].into_iter())
}

#[timed(interface = "inside")]
fn boxed_future() -> Pin<Box<dyn Future<Output = impl Display>>> {
    Box::pin(ready(1))
}

macro_rules! text {
    () => { impl Display };
}

#[observed(interface = "inside")]
fn of_a_macro() -> text!() {
    "x"
}

macro_rules! handler {
    ($(#[$attribute:meta])* $name:ident) => {
        #[observed]
        $(#[$attribute])*
        async fn $name() -> &'static str {
            "x"
        }
    };
}

handler! {
    #[actix_web::get("/pasted")]
    pasted
}

fn main() {
    assert_eq!(poll(inferred_error()), Poll::Ready(Ok(())));
    assert!(matches!(poll(converted_error("x")), Poll::Ready(Err(_))));
    assert_eq!(poll(inferred_option()), Poll::Ready(None));
    assert_eq!(poll(inferred_into()), Poll::Ready("x".to_owned()));
    // The error is one of those for which actix-web has a status.
    assert_eq!(outcomes("future"), [("success", 3), ("server_error", 1)]);
    assert_eq!(empty().into_iter().count(), 0);
    assert!(by("x")(&"xy".to_owned()));
    assert_eq!(compare()(&1, &2), Ordering::Greater);
    assert_eq!(higher_ranked()("x"), "x");
    assert_eq!(outcomes("opaque"), [("success", 4)]);
    assert_eq!(boxed_iterator().count(), 2);
    assert!(poll(boxed_future()).is_ready());
    assert_eq!(of_a_macro().to_string(), "x");
    assert_eq!(outcomes("inside"), [("success", 2)]);
    assert_eq!(tallymark_tests::seconds("inside").0, 3);
    actix_web::App::new().service(pasted);
    assert_eq!(outcomes("/pasted"), []);
}
