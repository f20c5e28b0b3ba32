use std::fs::File;
use std::io::{Read, Seek};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::*;

const LONGEST: Duration = Duration::from_secs(10);

fn second(number: u64) -> Duration {
    Duration::from_secs(number)
}

/// With a scraper that does not say how long it waits.
fn patience() -> Patience {
    Patience { scraper: None, longest: LONGEST }
}

/// A scrape whose answer, of one piece, is ready then.
fn ready(permit: Permit, now: Instant) -> (Permit, Arc<Unsent>) {
    let unsent = Arc::new(Unsent::new(vec!["a 1\n".into()]));
    (permit.ready(&unsent, now), unsent)
}

fn is_cut(unsent: &Unsent) -> bool {
    unsent.take().expect("a piece, or that there is none").is_err()
}

#[test]
fn no_more_are_under_way_than_may_be() {
    let permits = Arc::<Permits>::default();
    let now = Instant::now();
    let permit = || permits.permit(2, patience(), now);
    let first = permit().expect("there is room");
    let second = permit().expect("there is room");
    assert!(permit().is_none());
    drop(first);
    let third = ready(permit().expect("there is room again"), now);
    assert!(permit().is_none());
    drop((second, third));
    assert_eq!(permits.lock().count, 0);
    assert!(permits.lock().ready.is_empty());
}

#[test]
fn who_is_refused_takes_no_room() {
    let permits = Arc::<Permits>::default();
    let now = Instant::now();
    let (begun, wait) = mpsc::channel();
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        scope.spawn(|| {
            begun.send(()).expect("somebody waits");
            while done.load(Ordering::Relaxed) == 0 {
                assert!(permits.permit(0, patience(), now).is_none());
            }
        });
        wait.recv().expect("it has begun");
        let refused = (0..200_000).filter(|_| permits.permit(1, patience(), now).is_none());
        let refused = refused.count();
        done.store(1, Ordering::Relaxed);
        assert_eq!(refused, 0);
    });
}

#[test]
fn who_is_late_makes_room_if_there_is_none_the_first_one_first() {
    let permits = Arc::<Permits>::default();
    let start = Instant::now();
    let permit = |now| permits.permit(3, patience(), now);
    let (one, first) = ready(permit(start).expect("there is room"), start);
    let (two, then) = ready(permit(start).expect("there is room"), start + second(1));
    // There is room for this one, however late the others are.
    let three = permit(start + second(30)).expect("there is room");
    drop(three);
    let three = permit(start).expect("there is room");

    let just = second(10).checked_sub(Duration::from_nanos(1)).expect("less");
    assert!(permit(start + just).is_none());
    let four = permit(start + second(10)).expect("the first one is late");
    assert!(is_cut(&first));
    // That it goes now makes no room again.
    drop(one);
    assert!(permit(start + second(10)).is_none());
    let five = permit(start + second(11)).expect("the next one is late");
    assert!(is_cut(&then));
    // Whatever is still read and encoded is not.
    assert!(permit(start + second(1000)).is_none());
    drop((two, three, four, five));
    assert_eq!(permits.lock().count, 0);
    assert!(permits.lock().ready.is_empty());
}

#[test]
fn who_gets_no_room_by_it_has_nobody_cut() {
    let permits = Arc::<Permits>::default();
    let start = Instant::now();
    let late = start + second(10);
    // Of one registry there may be endpoints with different limits.
    let [one, two] = [(); 2].map(|()| {
        let permit = permits.permit(4, patience(), start).expect("there is room");
        ready(permit, start)
    });
    let three = permits.permit(4, patience(), late).expect("there is room");
    assert!(permits.permit(1, patience(), late).is_none());
    assert!(!is_cut(&one.1) && !is_cut(&two.1));
    drop(three);
    let only = permits.permit(1, patience(), late).expect("both make room");
    assert_eq!(permits.lock().count, 1);
    drop((one, two, only));
    assert_eq!(permits.lock().count, 0);
}

#[test]
fn a_scraper_is_waited_for_as_long_as_it_says_and_no_longer_than_others() {
    let came = Instant::now();
    let until = |seconds: Option<&str>, longest: Duration, ready: Instant| {
        let header =
            seconds.map(|seconds| ("X-Prometheus-Scrape-Timeout-Seconds", seconds.as_bytes()));
        let request = ScrapeRequest::new("GET", None, header);
        Patience::new(&request, longest, came).until(ready)
    };
    let ready = came + second(2);
    assert_eq!(until(Some("5"), LONGEST, ready), Some(came + second(5)));
    assert_eq!(until(Some("60"), LONGEST, ready), Some(ready + LONGEST));
    assert_eq!(until(None, LONGEST, ready), Some(ready + LONGEST));
    assert_eq!(until(Some("5"), Duration::MAX, ready), Some(came + second(5)));
    assert_eq!(until(None, Duration::MAX, ready), None);
}

#[test]
fn it_is_logged_once() {
    let log = Arc::new(tempfile::tempfile().expect("a file"));
    let subscriber = tracing_subscriber::fmt().with_writer(Arc::clone(&log)).finish();
    tracing::subscriber::with_default(subscriber, || {
        let permits = Arc::<Permits>::default();
        let mut now = Instant::now();
        let mut held = Vec::new();
        for _ in 0..3 {
            let permit = permits.permit(1, patience(), now).expect("room is made");
            held.push(ready(permit, now));
            now += LONGEST;
        }
    });
    let mut text = String::new();
    let mut file: &File = &log;
    file.rewind().expect("a file");
    file.read_to_string(&mut text).expect("text");
    assert_eq!(text.matches("cut short").count(), 1, "{text}");
}
