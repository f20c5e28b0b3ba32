//! Processes that are copies of others, which had counted already.

use std::path::Path;

use tallymark_tests::{Counting, all_say, told};
use tempfile::TempDir;

const DECLARED: &str = "
    declare counter jobs_total
    declare counter mails_total label=to
    declare gauge load combine=per_process
    declare histogram size_bytes buckets=1
    declare float_counter paid_total
";

fn start(directory: &Path) -> Counting {
    let mut process = Counting::start(env!("CARGO_BIN_EXE_counting"), directory);
    process.tell_all(DECLARED);
    process
}

fn files(directory: &Path) -> usize {
    let names = directory.read_dir().expect("a directory").map(|entry| entry.expect("a file"));
    names.filter(|entry| entry.file_name().to_string_lossy().starts_with("process-")).count()
}

fn number(text: &str) -> u64 {
    text.trim().parse().expect("a count")
}

#[test]
fn a_copy_counts_for_itself() {
    for in_thread in [false, true] {
        let directory = TempDir::new().expect("a folder");
        let directory = directory.path();
        let mut parent = start(directory);
        parent.tell_all(
            "record jobs_total 100
             record mails_total 5 us
             record load 0.5
             exemplar size_bytes 7 of-the-parent
             record paid_total 0.25",
        );
        let mut child = parent.fork(in_thread);
        assert_eq!(files(directory), 2);
        // It has counted nothing yet, and none of its parent's counts twice.
        assert_eq!(number(&child.tell("get jobs_total")), 0);
        assert_eq!(number(&parent.tell("get jobs_total")), 100);
        let says = |jobs: &str, loads: &[&str], us: &str, them: Option<&str>, large: u32| {
            let mut lines = vec![jobs.to_owned()];
            lines.extend(loads.iter().map(|load| (*load).to_owned()));
            lines.extend(them.map(str::to_owned));
            lines.push(us.to_owned());
            lines.push("paid_total 0.25".to_owned());
            lines.push("size_bytes_bucket{le=\"1.0\"} 0".to_owned());
            lines.push(format!("size_bytes_bucket{{le=\"+Inf\"}} {large}"));
            lines.push(format!("size_bytes_sum {}", 7 * large));
            lines.push(format!("size_bytes_count {large}"));
            lines
        };
        let check = |processes: &mut [&mut Counting], lines: &[String]| {
            let lines: Vec<_> = lines.iter().map(|line| &**line).collect();
            all_say(directory, processes, &lines);
        };
        let [of_parent, none, of_child] =
            ["load{worker=\"0\"} 0.5", "load{worker=\"1\"} 0", "load{worker=\"1\"} 2"];
        let us = "mails_total{to=\"us\"} 5";
        let lines = says("jobs_total 100", &[of_parent, none], us, None, 1);
        check(&mut [&mut parent, &mut child], &lines);
        child.tell_all(
            "record jobs_total 20
             record mails_total 1 them
             record load 2
             record size_bytes 7",
        );
        parent.tell("record jobs_total 3");
        let them = Some("mails_total{to=\"them\"} 1");
        let lines = says("jobs_total 123", &[of_parent, of_child], us, them, 2);
        check(&mut [&mut parent, &mut child], &lines);
        // Both are exact also when they are gone, whoever goes first.
        let mut asked = Counting::start(env!("CARGO_BIN_EXE_counting"), directory);
        let (ended, load) = if in_thread {
            parent.kill();
            (&mut child, of_child)
        } else {
            let reap = format!("reap {}", child.id());
            child.end();
            parent.tell(&reap);
            (&mut parent, of_parent)
        };
        let lines = says("jobs_total 123", &[load], us, them, 2);
        check(&mut [&mut asked, ended], &lines);
        ended.kill();
        let lines = says("jobs_total 123", &[], us, them, 2);
        check(&mut [&mut asked], &lines);
        assert_eq!(asked.errors(), []);
        assert_eq!(files(directory), 1);
    }
}

#[test]
fn a_copy_of_a_copy_counts_for_itself() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let mut parent = start(directory);
    parent.tell("record jobs_total 1");
    let mut child = parent.fork(false);
    child.tell("record jobs_total 10");
    let mut grandchild = child.fork(true);
    grandchild.tell("record jobs_total 100");
    let mut second = parent.fork(false);
    second.tell("record jobs_total 1000");
    let all = ["jobs_total 1111"];
    all_say(directory, &mut [&mut parent, &mut child, &mut grandchild, &mut second], &all);
    let get = |process: &mut Counting| number(&process.tell("get jobs_total"));
    assert_eq!(
        [&mut parent, &mut child, &mut grandchild, &mut second].map(get),
        [1, 10, 100, 1000]
    );
    assert_eq!(files(directory), 4);
    child.kill();
    all_say(directory, &mut [&mut parent, &mut grandchild, &mut second], &all);
    parent.kill();
    all_say(directory, &mut [&mut grandchild, &mut second], &all);
    // The life goes on by the last copy.
    second.kill();
    all_say(directory, &mut [&mut grandchild], &all);
    assert_eq!(files(directory), 1);
    grandchild.kill();
    let mut anew = start(directory);
    all_say(directory, &mut [&mut anew], &[]);
}

#[test]
fn copies_of_a_process_whose_threads_count_are_exact() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let mut parent = start(directory);
    parent.tell("record mails_total 1 us");
    // For the first time before there is a copy.
    parent.tell("record jobs_total 0");
    parent.tell("threads jobs_total 3");
    let mut children = Vec::new();
    for round in 0..10 {
        let mut child = parent.fork(round % 2 == 1);
        child.tell_all("record jobs_total 1000000000\nrecord mails_total 1 us");
        // Threads of its own, where those of its parent are not.
        child.tell("threads jobs_total 2");
        children.push(child);
    }
    let mut expected = number(&parent.tell("stop")) + 10 * 1_000_000_000;
    for child in &mut children {
        expected += number(&child.tell("stop"));
    }
    let [jobs, mails] = [format!("jobs_total {expected}"), "mails_total{to=\"us\"} 11".to_owned()];
    let mut all: Vec<_> = children.iter_mut().collect();
    all_say(directory, &mut all, &[&jobs, &mails]);
    for child in &mut children {
        child.kill();
    }
    all_say(directory, &mut [&mut parent], &[&jobs, &mails]);
    assert_eq!(files(directory), 1);
    assert_eq!(parent.errors(), []);
}

#[test]
fn a_copy_of_a_process_that_counted_nothing_is_one_of_them() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let mut parent = start(directory);
    // Neither has joined so far.
    let mut child = parent.fork(false);
    child.tell("record jobs_total 1");
    parent.tell("record jobs_total 10");
    all_say(directory, &mut [&mut parent, &mut child], &["jobs_total 11"]);
    child.kill();
    all_say(directory, &mut [&mut parent], &["jobs_total 11"]);
    let text = parent.scrape();
    assert_eq!(told(&text), ["jobs_total 11"]);
}

#[test]
fn a_copy_is_scraped_as_its_parent_was() {
    let directory = TempDir::new().expect("a folder");
    let mut parent = start(directory.path());
    parent.tell("record jobs_total 100");
    let scrape = "scrape text/plain";
    assert!(parent.tell(scrape).contains("jobs_total 100"));
    // With it there is no thread but the one that made it.
    let mut child = parent.fork(false);
    child.tell("record jobs_total 11");
    for process in [&mut child, &mut parent] {
        assert!(process.tell(scrape).contains("jobs_total 111"));
    }
}
