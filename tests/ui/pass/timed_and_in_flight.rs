use std::future::Future;
use std::panic::{catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::thread::sleep;
use std::time::Duration;

use tallymark::{in_flight, observed, timed};
use tallymark_tests::{count, outcomes, sample, seconds};

const PAUSE: Duration = Duration::from_millis(20);

fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Pending once.
async fn pause() {
    let mut paused = false;
    std::future::poll_fn(|_| {
        if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await
}

#[timed(interface = "sync")]
fn sync(early: bool) -> Option<u8> {
    if early {
        sleep(PAUSE);
        return None;
    }
    Some(1)
}

#[timed(interface = "async", buckets = [0.001, 0.01, 1, 1e3])]
async fn awaits() {
    pause().await;
}

#[timed(interface = "boxed")]
#[in_flight(interface = "boxed")]
fn boxed<'a>(number: &'a u8) -> Pin<Box<dyn Future<Output = u8> + 'a>> {
    Box::pin(async move {
        pause().await;
        *number
    })
}

#[in_flight(interface = "seen from inside")]
fn inside(depth: u8) -> u64 {
    if depth == 0 { tallymark_tests::in_flight("seen from inside") } else { inside(depth - 1) }
}

#[in_flight(interface = "panics")]
fn panics() {
    resume_unwind(Box::new(()))
}

#[observed(interface = "observed", buckets = [0.5])]
async fn all(end: u8) -> Result<u8, String> {
    pause().await;
    match end {
        0 => Ok(1),
        1 => Err("error".to_owned()),
        2 => resume_unwind(Box::new(())),
        _ => {
            pause().await;
            unreachable!()
        }
    }
}

fn main() {
    assert_eq!(seconds("sync"), (0, 0.0), "there from the start");
    assert_eq!((sync(true), sync(false)), (None, Some(1)));
    let (calls, took) = seconds("sync");
    assert_eq!(calls, 2);
    assert!((PAUSE.as_secs_f64()..5.0).contains(&took), "{took}");

    {
        let mut call = pin!(awaits());
        assert!(poll(call.as_mut()).is_pending());
        sleep(PAUSE);
        assert_eq!(seconds("async").0, 0, "not over yet");
        assert!(poll(call.as_mut()).is_ready());
    }
    let (calls, took) = seconds("async");
    assert_eq!(calls, 1);
    assert!(took >= PAUSE.as_secs_f64(), "all awaits included: {took}");
    let text = tallymark::gather_text();
    for (bound, calls) in [("0.001", 0), ("0.01", 0), ("1.0", 1), ("1000.0", 1), ("+Inf", 1)] {
        let name = format!("request_processing_seconds_bucket{{interface=\"async\",le=\"{bound}\"}}");
        assert_eq!(sample(&text, &name), Some(&*calls.to_string()), "{name}");
    }

    {
        let mut call = boxed(&7);
        sleep(PAUSE);
        assert_eq!(tallymark_tests::in_flight("boxed"), 0, "not polled yet");
        assert!(poll(call.as_mut()).is_pending());
        assert_eq!(tallymark_tests::in_flight("boxed"), 1);
        assert_eq!(poll(call.as_mut()), Poll::Ready(7));
        assert_eq!(tallymark_tests::in_flight("boxed"), 0);
        let (calls, took) = seconds("boxed");
        assert_eq!(calls, 1);
        assert!(took < PAUSE.as_secs_f64(), "the time before the first poll is not the call's");
        let mut dropped = boxed(&7);
        assert!(poll(dropped.as_mut()).is_pending());
    }
    assert_eq!((tallymark_tests::in_flight("boxed"), seconds("boxed").0), (0, 2));

    assert_eq!(inside(2), 3);
    assert_eq!(tallymark_tests::in_flight("seen from inside"), 0);
    catch_unwind(panics).unwrap_err();
    assert_eq!(tallymark_tests::in_flight("panics"), 0);

    for end in 0..=3 {
        let mut call = Box::pin(all(end));
        assert!(poll(call.as_mut()).is_pending());
        assert_eq!(tallymark_tests::in_flight("observed"), 1);
        let _ = catch_unwind(std::panic::AssertUnwindSafe(|| poll(call.as_mut())));
        drop(call);
        assert_eq!(tallymark_tests::in_flight("observed"), 0);
    }
    let each = [("success", 1), ("error", 1), ("panicked", 1), ("cancelled", 1)];
    assert_eq!(outcomes("observed"), each);
    assert_eq!((count("observed"), seconds("observed").0), (Some(4), 4));
}
