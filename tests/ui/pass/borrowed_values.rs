// Values that borrow are asked nothing that only `'static` ones can answer.
use std::error::Error;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use tallymark::observed;
use tallymark_tests::outcomes;

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

#[observed(interface = "option")]
async fn find(text: &str) -> Option<&str> {
    text.split_once(' ').map(|(word, _)| word)
}

#[observed(interface = "result")]
async fn nested(text: &[u8]) -> Result<Option<&[u8]>, String> {
    if text.is_empty() { Err("empty".to_owned()) } else { Ok(None) }
}

struct Store<'a>(&'a str);

impl<'a> Store<'a> {
    #[observed(interface = "method")]
    async fn get(&self) -> Option<&'a str> {
        Some(self.0)
    }
}

#[observed(interface = "boxed")]
fn boxed<'a>(text: &'a str) -> Pin<Box<dyn Future<Output = Option<&'a str>> + 'a>> {
    Box::pin(async move { Some(text) })
}

#[derive(Debug)]
struct Borrowing<'a>(#[allow(dead_code)] &'a str);

impl std::fmt::Display for Borrowing<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Borrowing<'_> {}

#[observed(interface = "error")]
fn error<'a>(text: &'a str) -> Result<(), Box<dyn Error + 'a>> {
    Err(Box::new(Borrowing(text)))
}

#[async_trait]
trait Names {
    #[observed(interface = "trait")]
    async fn name<'a>(&self, text: &'a str) -> Option<&'a str> {
        Some(text)
    }
}

impl Names for () {}

fn main() {
    let text = String::from("a b");
    assert_eq!((poll(find(&text)), poll(find("a"))), (Poll::Ready(Some("a")), Poll::Ready(None)));
    assert_eq!(outcomes("option"), [("success", 2)]);
    assert_eq!(poll(nested(b"a")), Poll::Ready(Ok(None)));
    assert!(matches!(poll(nested(b"")), Poll::Ready(Err(_))));
    assert_eq!(outcomes("result"), [("success", 1), ("error", 1)]);
    assert_eq!(poll(Store(&text).get()), Poll::Ready(Some(&*text)));
    assert_eq!(poll(boxed(&text)), Poll::Ready(Some(&*text)));
    error(&text).unwrap_err();
    assert_eq!(outcomes("error"), [("error", 1)]);
    assert_eq!(poll(().name(&text)), Poll::Ready(Some(&*text)));
    for interface in ["method", "boxed", "trait"] {
        assert_eq!(outcomes(interface), [("success", 1)], "{interface}");
    }
}
