//! Directories that are not there, go away, or are none.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use tallymark_tests::{Counting, all_say, errors, told};
use tempfile::TempDir;

use crate::jobs::start;

#[test]
fn a_directory_is_made_for_its_user_alone() {
    let above = TempDir::new().expect("a folder");
    let directory = above.path().join("run/deploy/metrics");
    // Whatever this user allows others otherwise.
    let mut command = Command::new("sh");
    command.args(["-c", "umask 0; exec \"$0\""]).arg(env!("CARGO_BIN_EXE_counting"));
    let mut process = Counting::start_as(command.env("PROMETHEUS_MULTIPROC_DIR", &directory));
    process.tell_all("declare counter jobs_total\nrecord jobs_total 1");
    start(&directory, 10).kill();
    all_say(&directory, &mut [&mut process], &["jobs_total 11"]);
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o7777;
    assert_eq!(mode(&directory), 0o700);
    let files: Vec<_> = directory.read_dir().expect("a directory").collect();
    for file in &files {
        let path = file.as_ref().expect("a file").path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    // Its file, the archive and three locks.
    assert_eq!(files.len(), 5, "{files:?}");
}

#[test]
fn what_is_no_directory_leaves_a_process_alone() {
    let above = TempDir::new().expect("a folder");
    let file = above.path().join("file");
    fs::write(&file, "Something else.").expect("room");
    // Below it there is nothing that can be made.
    for path in [file.clone(), file.join("below")] {
        let mut process = start(&path, 3);
        for _ in 0..3 {
            let text = process.scrape();
            assert_eq!(told(&text), ["jobs_total 3"]);
            assert_eq!(errors(&text), [("directory".to_owned(), 1)]);
        }
        let log = process.log();
        assert!(log.contains("this process counts alone"), "{log}");
        assert_eq!(log.matches("reason=\"directory\"").count(), 1, "{log}");
    }
    assert_eq!(fs::read_to_string(&file).expect("still there"), "Something else.");
}

#[test]
fn a_reader_of_what_is_no_directory_says_so() {
    let above = TempDir::new().expect("a folder");
    let mut reader = Counting::start_as(&mut Command::new(env!("CARGO_BIN_EXE_counting")));
    let text = reader.tell(&format!("collect {}", above.path().join("none").display()));
    assert_eq!(told(&text), Vec::<&str>::new());
    assert!(matches!(&errors(&text)[..], [(reason, 1..)] if reason == "directory"), "{text}");
    assert!(!above.path().join("none").exists(), "who reads makes nothing");
}

#[test]
fn a_directory_that_is_deleted_is_made_again() {
    let above = TempDir::new().expect("a folder");
    let directory = above.path().join("metrics");
    let [mut one, mut other] = [1, 10].map(|jobs| start(&directory, jobs));
    other.tell("declare counter mails_total label=to");
    other.tell("record mails_total 1 us");
    start(&directory, 100).kill();
    all_say(
        &directory,
        &mut [&mut one, &mut other],
        &["jobs_total 111", "mails_total{to=\"us\"} 1"],
    );
    fs::remove_dir_all(&directory).expect("it is gone");
    // What it counts meanwhile is not lost.
    one.tell("record jobs_total 1000");
    other.tell("record mails_total 1 them");
    assert_eq!(told(&one.scrape()), ["jobs_total 1001"]);
    // What was folded went with the directory, and nothing else.
    let mails = ["mails_total{to=\"them\"} 1", "mails_total{to=\"us\"} 1"];
    all_say(&directory, &mut [&mut other, &mut one], &["jobs_total 1011", mails[0], mails[1]]);
    for process in [&mut one, &mut other] {
        assert_eq!(process.errors(), [("directory".to_owned(), 1)]);
        assert!(process.log().contains("is made again"), "{}", process.log());
        // Of two that are alive none has the number of the other one.
        process.tell("declare gauge load combine=per_process");
        process.tell("record load 1");
    }
    one.tell("record jobs_total 1");
    other.tell("record mails_total 1 us");
    let mails = ["mails_total{to=\"them\"} 1", "mails_total{to=\"us\"} 2"];
    let load = |worker: u32| format!("load{{worker=\"{worker}\"}} 1");
    let jobs = "jobs_total 1012";
    all_say(
        &directory,
        &mut [&mut one, &mut other],
        &[jobs, &load(0), &load(1), mails[0], mails[1]],
    );
    other.kill();
    all_say(&directory, &mut [&mut one], &[jobs, &load(0), mails[0], mails[1]]);
    let mode = fs::metadata(&directory).expect("there").permissions().mode();
    assert_eq!(mode & 0o7777, 0o700);
}

/// As by who wipes it before each start, though nothing has to be.
#[test]
fn files_that_are_deleted_are_made_again() {
    for only in ["", "living.lock", "process-"] {
        let directory = TempDir::new().expect("a folder");
        let directory = directory.path();
        let [mut one, mut other] = [1, 10].map(|jobs| start(directory, jobs));
        all_say(directory, &mut [&mut one, &mut other], &["jobs_total 11"]);
        for entry in directory.read_dir().expect("a directory") {
            let entry = entry.expect("a file");
            if entry.file_name().to_string_lossy().starts_with(only) {
                fs::remove_file(entry.path()).expect("it is gone");
            }
        }
        // One that begins anew meanwhile, and knows nothing of them.
        let mut third = start(directory, 100);
        for process in [&mut one, &mut other] {
            process.scrape();
        }
        let all = ["jobs_total 111"];
        all_say(directory, &mut [&mut one, &mut other, &mut third], &all);
        other.kill();
        all_say(directory, &mut [&mut one, &mut third], &all);
        third.kill();
        all_say(directory, &mut [&mut one], &all);
    }
}

#[test]
fn a_directory_that_cannot_be_made_again_costs_nothing_that_was_counted() {
    let above = TempDir::new().expect("a folder");
    let directory = above.path().join("metrics");
    let mut process = start(&directory, 1);
    assert_eq!(told(&process.scrape()), ["jobs_total 1"]);
    fs::remove_dir_all(&directory).expect("it is gone");
    fs::write(&directory, "Something else.").expect("room");
    process.tell("record jobs_total 2");
    for _ in 0..2 {
        let text = process.scrape();
        assert_eq!(told(&text), ["jobs_total 3"]);
        assert!(errors(&text).iter().any(|(_, count)| *count > 0), "{text}");
    }
    fs::remove_file(&directory).expect("it is gone");
    // It is tried again in a while.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    all_say(&directory, &mut [&mut process], &["jobs_total 3"]);
    process.tell("record jobs_total 4");
    all_say(&directory, &mut [&mut process], &["jobs_total 7"]);
}
