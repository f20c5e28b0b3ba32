use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use tallymark::counted;
use tallymark_tests::count;

#[counted(interface = "plain")]
async fn plain() {}

#[counted(interface = "borrows")]
async fn borrows<'a>(words: &'a [String], at: usize) -> Option<&'a str> {
    let word = words.get(at)?;
    std::future::ready(()).await;
    Some(word)
}

#[counted(interface = "pending")]
async fn pending() {
    std::future::pending().await
}

#[counted(interface = "returns a future")]
fn returns_a_future(number: u32) -> impl Future<Output = u32> {
    async move { number }
}

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

fn main() {
    drop(plain());
    assert_eq!(count("plain"), Some(0), "a future that is never polled is no call");
    assert!(poll(plain()).is_ready());
    assert_eq!(count("plain"), Some(1));

    let words = ["a".to_owned()];
    assert_eq!(poll(borrows(&words, 0)), Poll::Ready(Some("a")));
    assert_eq!(poll(borrows(&words, 1)), Poll::Ready(None));
    assert_eq!(count("borrows"), Some(2));

    assert!(poll(pending()).is_pending());
    assert_eq!(count("pending"), Some(1), "a call that is dropped on its way is a call");

    assert_eq!(poll(returns_a_future(4)), Poll::Ready(4));
    assert_eq!(count("returns a future"), Some(1));

    // Futures keep what they can be used for.
    fn send<T: Send>(value: T) -> T {
        value
    }
    assert!(poll(send(plain())).is_ready());
}
