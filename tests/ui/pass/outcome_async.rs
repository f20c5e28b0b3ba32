use std::future::{Future, pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use actix_web::HttpResponse;
use tallymark::counted;
use tallymark_tests::outcomes;

fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[counted(interface = "returns", outcome)]
async fn returns(number: &str) -> Result<u32, std::num::ParseIntError> {
    ready(()).await;
    let number: u32 = number.parse()?;
    Ok(number)
}

#[counted(interface = "not found", outcome)]
async fn not_found(found: bool) -> Option<&'static str> {
    if found { Some("page") } else { None }
}

#[counted(interface = "no page", outcome)]
async fn no_page() -> Option<u8> {
    None
}

#[counted(interface = "nested", outcome)]
async fn nested(status: u16) -> Result<Option<HttpResponse>, std::fmt::Error> {
    match status {
        0 => Err(std::fmt::Error),
        404 => Ok(None),
        _ => Ok(Some(HttpResponse::InternalServerError().finish())),
    }
}

#[counted(interface = "suspended", outcome)]
async fn suspended() -> u8 {
    pending().await
}

#[counted(interface = "panics", outcome)]
async fn panics(polls: u32) -> u8 {
    let mut left = polls;
    poll_fn(|_| {
        if left == 0 {
            resume_unwind(Box::new(()));
        }
        left -= 1;
        Poll::Pending
    })
    .await
}

#[counted(interface = "boxed", outcome)]
fn boxed(number: &u8) -> Pin<Box<dyn Future<Output = Result<u8, ()>> + Send + '_>> {
    if *number == 0 {
        return Box::pin(ready(Err(())));
    }
    Box::pin(async move { Ok(*number) })
}

#[counted(interface = "opaque", outcome)]
fn opaque(number: u8) -> impl Future<Output = Result<u8, ()>> + Send {
    async move { if number == 0 { Err(()) } else { Ok(number) } }
}

fn main() {
    drop(returns("1"));
    assert_eq!(outcomes("returns"), [], "never polled, so it never began");
    assert_eq!(poll(pin!(returns("1"))), Poll::Ready(Ok(1)));
    assert!(matches!(poll(pin!(returns("x"))), Poll::Ready(Err(_))));
    assert_eq!(outcomes("returns"), [("success", 1), ("error", 1)]);

    assert!(poll(pin!(not_found(true))).is_ready() && poll(pin!(not_found(false))).is_ready());
    assert_eq!(outcomes("not found"), [("success", 1), ("client_error", 1)]);
    assert!(poll(pin!(no_page())).is_ready());
    assert_eq!(outcomes("no page"), [("success", 1)], "a number is no responder");
    for status in [0, 404, 500] {
        assert!(poll(pin!(nested(status))).is_ready());
    }
    let each = [("client_error", 1), ("server_error", 1), ("error", 1)];
    assert_eq!(outcomes("nested"), each);

    {
        let mut call = pin!(suspended());
        assert!(poll(call.as_mut()).is_pending() && poll(call.as_mut()).is_pending());
        assert_eq!(outcomes("suspended"), []);
    }
    assert_eq!(outcomes("suspended"), [("cancelled", 1)]);

    for polls in [0, 2] {
        let mut call = Box::pin(panics(polls));
        for _ in 0..polls {
            assert!(poll(call.as_mut()).is_pending());
        }
        catch_unwind(AssertUnwindSafe(|| poll(call.as_mut()))).unwrap_err();
        drop(call);
    }
    assert_eq!(outcomes("panics"), [("panicked", 2)]);

    // A suspended call that goes because its neighbour unwinds is cancelled, and has not panicked.
    catch_unwind(|| {
        let mut neighbour = Box::pin(suspended());
        assert!(poll(neighbour.as_mut()).is_pending());
        resume_unwind(Box::new(()));
    })
    .unwrap_err();
    assert_eq!(outcomes("suspended"), [("cancelled", 2)]);

    drop(boxed(&1));
    assert_eq!(outcomes("boxed"), []);
    assert_eq!(poll(boxed(&1).as_mut()), Poll::Ready(Ok(1)));
    assert_eq!(poll(boxed(&0).as_mut()), Poll::Ready(Err(())));
    assert_eq!(outcomes("boxed"), [("success", 1), ("error", 1)]);
    assert_eq!(poll(pin!(opaque(1))), Poll::Ready(Ok(1)));
    assert_eq!(poll(pin!(opaque(0))), Poll::Ready(Err(())));
    assert_eq!(outcomes("opaque"), [("success", 1), ("error", 1)]);

    fn send<T: Send>(_: &T) {}
    send(&returns("1"));
    send(&boxed(&1));
    send(&opaque(1));
}
