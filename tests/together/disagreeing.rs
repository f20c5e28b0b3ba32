//! Processes of different versions, which describe their metrics differently.

use std::path::Path;

use tallymark_tests::{Counting, all_say, told};
use tempfile::TempDir;

fn start(directory: &Path) -> Counting {
    Counting::start(env!("CARGO_BIN_EXE_counting"), directory)
}

/// Two that were told of something, in the order of their starts; both count jobs too.
fn two(directory: &Path, older: &str, newer: &str) -> [Counting; 2] {
    [older, newer].map(|told| {
        let mut process = start(directory);
        process.tell_all("declare counter jobs_total\nrecord jobs_total 1");
        process.tell_all(told);
        process
    })
}

/// All say so, and that something was left out.
fn all_warn(directory: &Path, processes: &mut [&mut Counting], expected: &[&str]) {
    all_say(directory, processes, expected);
    for process in processes {
        let errors = process.errors();
        let [(reason, count)] = &errors[..] else { panic!("{errors:?}") };
        assert!(reason == "conflict" && *count >= 1, "{errors:?}");
    }
}

#[test]
fn the_help_is_that_of_the_newest() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let count =
        |help: &str| format!("declare counter mails_total help={help}\nrecord mails_total 2");
    let [mut older, mut newer] = two(directory, &count("Old."), &count("New."));
    let help = |process: &mut Counting| {
        let text = process.scrape();
        let line = text.lines().find(|line| line.starts_with("# HELP mails_total"));
        line.unwrap_or_else(|| panic!("none in {text}")).to_owned()
    };
    for process in [&mut older, &mut newer] {
        assert_eq!(help(process), "# HELP mails_total New.");
    }
    newer.kill();
    for _ in 0..2 {
        assert_eq!(help(&mut older), "# HELP mails_total New.");
    }
    let mut newest = start(directory);
    newest.tell_all(&count("Newest."));
    for process in [&mut older, &mut newest] {
        assert_eq!(help(process), "# HELP mails_total Newest.");
    }
    all_say(directory, &mut [&mut older, &mut newest], &["jobs_total 2", "mails_total 6"]);
    assert_eq!(older.errors(), []);
}

#[test]
fn buckets_are_united() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut older, mut newer] = two(
        directory,
        "declare histogram size_bytes buckets=1,10
         record size_bytes 0.5
         record size_bytes 7
         record size_bytes 20",
        "declare histogram size_bytes buckets=5,10
         record size_bytes 3
         record size_bytes 8
         record size_bytes 30",
    );
    // At 10, which both know, all that is no larger; elsewhere, all that is known to be.
    let both = [
        "jobs_total 2",
        "size_bytes_bucket{le=\"1.0\"} 1",
        "size_bytes_bucket{le=\"5.0\"} 2",
        "size_bytes_bucket{le=\"10.0\"} 4",
        "size_bytes_bucket{le=\"+Inf\"} 6",
        "size_bytes_sum 68.5",
        "size_bytes_count 6",
    ];
    all_say(directory, &mut [&mut older, &mut newer], &both);
    older.kill();
    all_say(directory, &mut [&mut newer], &both);
    let mut third = start(directory);
    third.tell_all("declare histogram size_bytes buckets=2\nrecord size_bytes 2");
    newer.kill();
    // What was folded stays as it was united.
    all_say(
        directory,
        &mut [&mut third],
        &[
            "jobs_total 2",
            "size_bytes_bucket{le=\"1.0\"} 1",
            "size_bytes_bucket{le=\"2.0\"} 2",
            "size_bytes_bucket{le=\"5.0\"} 3",
            "size_bytes_bucket{le=\"10.0\"} 5",
            "size_bytes_bucket{le=\"+Inf\"} 7",
            "size_bytes_sum 70.5",
            "size_bytes_count 7",
        ],
    );
    assert_eq!(third.errors(), []);
}

#[test]
fn counts_of_both_sorts_of_numbers_are_one() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut older, mut newer] = two(
        directory,
        "declare counter paid_total\nrecord paid_total 2\ndeclare integer load\nrecord load -3",
        "declare float_counter paid_total\nrecord paid_total 0.5\ndeclare gauge load\nrecord load 1.5",
    );
    let both = ["jobs_total 2", "load -1.5", "paid_total 2.5"];
    all_say(directory, &mut [&mut older, &mut newer], &both);
    newer.kill();
    all_say(directory, &mut [&mut older], &["jobs_total 2", "load -3", "paid_total 2.5"]);
    assert_eq!(older.errors(), []);
}

const COUNTER: &str = "declare counter things\nrecord things 5";
const SUMMARY: &str = "declare summary things\nrecord things 1.5";
const KIND: [&str; 3] = ["jobs_total 2", "things_sum 1.5", "things_count 1"];

#[test]
fn of_two_kinds_the_newest_is_exposed() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut older, mut newer] = two(directory, COUNTER, SUMMARY);
    all_warn(directory, &mut [&mut older, &mut newer], &KIND);
    // It was the last one to start, also when it is gone.
    newer.kill();
    all_warn(directory, &mut [&mut older], &KIND);
    older.tell("record things 7");
    all_warn(directory, &mut [&mut older], &KIND);
    assert!(older.log().contains("`things` is another metric"), "{}", older.log());
    assert_eq!(older.log().matches("reason=\"conflict\"").count(), 1, "{}", older.log());
}

#[test]
fn of_two_kinds_the_older_one_is_left_out_when_it_is_gone() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let mut older = start(directory);
    older.tell_all("declare counter jobs_total\nrecord jobs_total 1");
    older.tell_all(COUNTER);
    let mut asked = start(directory);
    all_say(directory, &mut [&mut asked], &["jobs_total 1", "things 5"]);
    older.kill();
    all_say(directory, &mut [&mut asked], &["jobs_total 1", "things 5"]);
    let mut newer = start(directory);
    newer.tell_all("declare counter jobs_total\nrecord jobs_total 1");
    newer.tell_all(SUMMARY);
    all_warn(directory, &mut [&mut asked, &mut newer], &KIND);
    newer.kill();
    all_warn(directory, &mut [&mut asked], &KIND);
    // What was left out as it was folded is no conflict any more.
    let mut late = start(directory);
    all_say(directory, &mut [&mut late], &KIND);
    assert_eq!(late.errors(), []);
}

#[test]
fn of_two_sets_of_labels_the_newest_is_exposed() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut older, mut newer] = two(
        directory,
        "declare counter mails_total label=to\nrecord mails_total 5 us",
        "declare counter mails_total label=from\nrecord mails_total 3 them",
    );
    let expected = ["jobs_total 2", "mails_total{from=\"them\"} 3"];
    all_warn(directory, &mut [&mut older, &mut newer], &expected);
    older.kill();
    all_warn(directory, &mut [&mut newer], &expected);
    // And back again, as after a deployment that failed: what was left out is in it.
    let mut back = start(directory);
    back.tell_all("declare counter mails_total label=to\nrecord mails_total 1 us");
    let expected = ["jobs_total 2", "mails_total{to=\"us\"} 6"];
    all_warn(directory, &mut [&mut newer, &mut back], &expected);
    // Of the dead is kept what agrees with the last one.
    newer.kill();
    all_say(directory, &mut [&mut back], &expected);
    back.tell("record mails_total 1 us");
    let mut late = start(directory);
    all_say(directory, &mut [&mut late], &["jobs_total 2", "mails_total{to=\"us\"} 7"]);
}

#[test]
fn a_gauge_that_is_gone_stands_in_nobodys_way() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut older, mut newer] =
        two(directory, COUNTER, "declare gauge things\nrecord things -1.5");
    all_warn(directory, &mut [&mut older, &mut newer], &["jobs_total 2", "things -1.5"]);
    newer.kill();
    all_say(directory, &mut [&mut older], &["jobs_total 2", "things 5"]);
}

#[test]
fn no_family_has_the_names_of_anothers_samples() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut older, mut newer] = two(
        directory,
        "declare counter size_count\nrecord size_count 5",
        "declare summary size\nrecord size 1.5",
    );
    let expected = ["jobs_total 2", "size_sum 1.5", "size_count 1"];
    all_warn(directory, &mut [&mut newer, &mut older], &expected);
    older.kill();
    all_say(directory, &mut [&mut newer], &expected);
}

#[test]
fn combinations_may_change() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut older, mut newer] = two(
        directory,
        "declare gauge load\nrecord load 2",
        "declare gauge load combine=per_process\nrecord load 3",
    );
    let expected = ["jobs_total 2", "load{worker=\"0\"} 2", "load{worker=\"1\"} 3"];
    all_say(directory, &mut [&mut older, &mut newer], &expected);
    let mut newest = start(directory);
    newest.tell_all("declare gauge load combine=max\nrecord load 1");
    let expected = ["jobs_total 2", "load 3"];
    all_say(directory, &mut [&mut older, &mut newer, &mut newest], &expected);
    assert_eq!(told(&newest.scrape()), expected);
    assert_eq!(newest.errors(), []);
}
