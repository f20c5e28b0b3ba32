//! What stands beside the numbers: exemplars, and when series were made.

use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use tallymark_tests::exposition::{Syntax, read_text};
use tallymark_tests::protobuf::{Metric, Timestamp};
use tallymark_tests::{Counting, sample};
use tempfile::TempDir;

fn start(directory: &Path) -> Counting {
    let mut process = Counting::start(env!("CARGO_BIN_EXE_counting"), directory);
    process.tell_all("declare counter jobs_total\ndeclare histogram size_bytes buckets=1,10");
    process
}

/// What stands at a sample, without the time of its exemplar.
fn open_metrics(process: &mut Counting, name: &str) -> String {
    let text = process.tell("scrape application/openmetrics-text");
    drop(read_text(&text, Syntax::OpenMetrics));
    let value = sample(&text, name).unwrap_or_else(|| panic!("no {name} in {text}"));
    let Some((value, exemplar)) = value.split_once(" # ") else { return value.to_owned() };
    let (exemplar, time) = exemplar.rsplit_once(' ').expect("a time");
    let now = SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs_f64();
    let time: f64 = time.parse().expect("seconds");
    assert!((now - time).abs() < 600.0, "{time} at {now}");
    format!("{value} # {exemplar}")
}

#[test]
fn the_last_exemplar_is_shown_by_all() {
    let directory = TempDir::new().expect("a folder");
    let [mut one, mut other] = [(); 2].map(|()| start(directory.path()));
    let says = |one: &mut Counting, other: &mut Counting, name: &str, expected: &str| {
        for process in [one, other] {
            assert_eq!(open_metrics(process, name), expected);
        }
    };
    one.tell("exemplar jobs_total 2 of-one");
    says(&mut one, &mut other, "jobs_total", "2 # {trace_id=\"of-one\"} 2");
    // Its time is in milliseconds.
    thread::sleep(Duration::from_millis(3));
    other.tell("exemplar jobs_total 3 of-the-other-and-longer");
    says(&mut one, &mut other, "jobs_total", "5 # {trace_id=\"of-the-other-and-longer\"} 3");
    thread::sleep(Duration::from_millis(3));
    one.tell("exemplar jobs_total 1 a");
    says(&mut one, &mut other, "jobs_total", "6 # {trace_id=\"a\"} 1");
    // Each bucket has its own.
    one.tell("exemplar size_bytes 7 large");
    other.tell("exemplar size_bytes 0.5 small");
    other.tell("exemplar size_bytes 70 huge");
    let bucket = |bound: &str| format!("size_bytes_bucket{{le=\"{bound}\"}}");
    for (bound, expected) in [
        ("1.0", "1 # {trace_id=\"small\"} 0.5"),
        ("10.0", "2 # {trace_id=\"large\"} 7"),
        ("+Inf", "3 # {trace_id=\"huge\"} 70"),
    ] {
        says(&mut one, &mut other, &bucket(bound), expected);
    }
    // The text format has no place for them.
    assert_eq!(sample(&one.scrape(), "jobs_total"), Some("6"));
}

#[test]
fn an_exemplar_goes_with_its_process_and_never_misleads() {
    let directory = TempDir::new().expect("a folder");
    let [mut one, mut other] = [(); 2].map(|()| start(directory.path()));
    other.tell("exemplar jobs_total 3 of-the-dead");
    one.tell("exemplar size_bytes 0.5 of-the-living");
    other.tell("exemplar size_bytes 0.25 of-the-dead");
    other.kill();
    // Once, twice, and by who comes later.
    let mut late = start(directory.path());
    for _ in 0..2 {
        for process in [&mut one, &mut late] {
            assert_eq!(open_metrics(process, "jobs_total"), "3");
            let bucket = open_metrics(process, "size_bytes_bucket{le=\"1.0\"}");
            assert_eq!(bucket, "2 # {trace_id=\"of-the-living\"} 0.5");
        }
    }
    late.tell("exemplar jobs_total 4 again");
    assert_eq!(open_metrics(&mut one, "jobs_total"), "7 # {trace_id=\"again\"} 4");
}

#[test]
fn buckets_that_are_united_keep_their_exemplars() {
    let directory = TempDir::new().expect("a folder");
    let mut one = start(directory.path());
    let mut other = Counting::start(env!("CARGO_BIN_EXE_counting"), directory.path());
    other.tell("declare histogram size_bytes buckets=5,10");
    one.tell("exemplar size_bytes 1 one");
    other.tell("exemplar size_bytes 4 other");
    one.tell("exemplar size_bytes 8 between");
    for process in [&mut one, &mut other] {
        for (bound, expected) in [
            ("1.0", "1 # {trace_id=\"one\"} 1"),
            ("5.0", "2 # {trace_id=\"other\"} 4"),
            ("10.0", "3 # {trace_id=\"between\"} 8"),
            ("+Inf", "3"),
        ] {
            let name = format!("size_bytes_bucket{{le=\"{bound}\"}}");
            assert_eq!(open_metrics(process, &name), expected);
        }
    }
}

fn metric(process: &mut Counting, name: &str) -> Metric {
    let families = process.scrape_protobuf();
    let family = families.into_iter().find(|family| family.name() == name);
    family.unwrap_or_else(|| panic!("no {name}")).metric.remove(0)
}

fn nanoseconds(time: Option<&Timestamp>) -> u128 {
    let time = time.expect("a time");
    u128::from(time.seconds.unsigned_abs()) * 1_000_000_000 + u128::from(time.nanos.unsigned_abs())
}

/// By which a scraper knows that what rises did not begin anew.
#[test]
fn the_time_of_a_series_is_that_of_its_first_process_and_stays() {
    // Of a process the system knows by the second when it was started.
    let before = SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos() - 2_000_000_000;
    let directory = TempDir::new().expect("a folder");
    let labelled = "declare counter mails_total label=to\nrecord mails_total 1 us\n\
                    record jobs_total 1\nrecord size_bytes 1";
    let mut first = start(directory.path());
    first.tell_all(labelled);
    let times = |process: &mut Counting| {
        let counter = |metric: Metric| metric.counter.expect("a counter").created_timestamp;
        let jobs = counter(metric(process, "jobs_total"));
        let mails = counter(metric(process, "mails_total"));
        let sizes = metric(process, "size_bytes").histogram.expect("one").created_timestamp;
        [jobs, mails, sizes].map(|time| nanoseconds(time.as_ref()))
    };
    let expected = times(&mut first);
    let now = SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos();
    for time in expected {
        assert!((before..=now).contains(&time), "{time} between {before} and {now}");
    }
    thread::sleep(Duration::from_millis(20));
    let mut second = start(directory.path());
    second.tell_all(labelled);
    assert_eq!((times(&mut first), times(&mut second)), (expected, expected));
    first.kill();
    assert_eq!(times(&mut second), expected);
    let mut third = start(directory.path());
    third.scrape();
    second.kill();
    assert_eq!(times(&mut third), expected);
}
