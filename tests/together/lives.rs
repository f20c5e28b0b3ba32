//! When what was counted is kept, and when all begins anew.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tallymark::multiprocess::of_directory;
use tallymark_tests::{Counting, all_say, told};
use tempfile::TempDir;

/// One that has joined the others, and counted so much.
fn start(directory: &Path, jobs: u64) -> Counting {
    let mut process = Counting::start(env!("CARGO_BIN_EXE_counting"), directory);
    process.tell("declare counter jobs_total");
    process.tell(&format!("record jobs_total {jobs}"));
    process
}

fn processes(directory: &Path) -> Vec<PathBuf> {
    let entries = directory.read_dir().expect("a directory");
    let paths = entries.map(|entry| entry.expect("a file").path());
    let is_one = |path: &PathBuf| path.to_string_lossy().contains("/process-");
    paths.filter(is_one).collect()
}

#[test]
fn the_first_process_begins_at_0() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let mut dead: Vec<_> = [3, 4].map(|jobs| start(directory, jobs)).into();
    dead[0].kill();
    all_say(directory, &mut [&mut dead[1]], &["jobs_total 7"]);
    // One that was folded, and one that was not.
    dead[1].kill();
    assert_eq!(processes(directory).len(), 1);
    assert!(directory.join("archive.tally").exists());
    let mut first = start(directory, 2);
    assert_eq!(processes(directory).len(), 1);
    assert!(!directory.join("archive.tally").exists());
    all_say(directory, &mut [&mut first], &["jobs_total 2"]);
    let mut second = start(directory, 5);
    all_say(directory, &mut [&mut first, &mut second], &["jobs_total 7"]);
    first.kill();
    all_say(directory, &mut [&mut second], &["jobs_total 7"]);
    second.kill();
    // One that never counts is a process too.
    let mut idle = Counting::start(env!("CARGO_BIN_EXE_counting"), directory);
    all_say(directory, &mut [&mut idle], &[]);
    let mut third = start(directory, 1);
    third.kill();
    all_say(directory, &mut [&mut idle], &["jobs_total 1"]);
}

#[test]
fn restarts_that_overlap_keep_the_totals() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let mut before = start(directory, 1);
    for round in 2..=12 {
        let mut next = start(directory, 1);
        let says = format!("jobs_total {round}");
        match round % 3 {
            // Nobody is asked while both are alive.
            0 => {}
            1 => all_say(directory, &mut [&mut before, &mut next], &[&says]),
            _ => all_say(directory, &mut [&mut next], &[&says]),
        }
        if round % 2 == 0 {
            before.kill();
        } else {
            before.end();
        }
        if round % 4 > 0 {
            all_say(directory, &mut [&mut next], &[&says]);
        }
        before = next;
    }
    all_say(directory, &mut [&mut before], &["jobs_total 12"]);
    assert_eq!(before.errors(), []);
}

#[test]
fn no_life_goes_on_by_who_only_reads() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let registry = of_directory(directory);
    let says = |expected: &[&str]| assert_eq!(told(&registry.gather_text()), expected);
    says(&[]);
    let mut one = start(directory, 3);
    let mut other = start(directory, 4);
    says(&["jobs_total 7"]);
    other.kill();
    // Here it folds, where everybody else finds it.
    says(&["jobs_total 7"]);
    assert_eq!(processes(directory).len(), 1);
    all_say(directory, &mut [&mut one], &["jobs_total 7"]);
    one.kill();
    says(&["jobs_total 7"]);
    assert_eq!(processes(directory).len(), 0);
    says(&["jobs_total 7"]);
    let mut anew = start(directory, 1);
    says(&["jobs_total 1"]);
    all_say(directory, &mut [&mut anew], &["jobs_total 1"]);
    drop(anew);
    says(&["jobs_total 1"]);
}

/// Readers look on all the while, and fold when they like.
#[test]
fn lives_that_begin_while_somebody_reads_lose_nothing() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let readers = [(); 3].map(|()| {
            scope.spawn(|| {
                let registry = of_directory(directory);
                let mut read = 0;
                while !done.load(Ordering::Relaxed) {
                    let text = registry.gather_text();
                    assert!(told(&text).len() <= 1, "{text}");
                    read += 1;
                }
                read
            })
        });
        let lives = thread::Builder::new().spawn_scoped(scope, || {
            for _ in 0..25 {
                let mut asked = start(directory, 1);
                for dead in 1..=2 {
                    start(directory, 10).kill();
                    let text = asked.scrape();
                    assert_eq!(told(&text), [format!("jobs_total {}", 1 + 10 * dead)]);
                }
                asked.kill();
            }
        });
        let ended = lives.expect("a thread").join();
        done.store(true, Ordering::Relaxed);
        let read: Vec<i32> = readers.map(|reader| reader.join().expect("no panic")).into();
        assert!(read.iter().all(|read| *read > 10), "{read:?}");
        ended.expect("all are right");
    });
}

/// Puts other numbers in the place of two words of a file's header.
fn overwrite(path: &Path, word: u64) {
    let file = OpenOptions::new().read(true).write(true).open(path).expect("a file");
    let mut before = [0; 16];
    file.read_exact_at(&mut before, word * 8).expect("a header");
    assert_ne!(before, [7; 16]);
    file.write_all_at(&[7; 16], word * 8).expect("room");
}

#[test]
fn files_of_another_boot_or_life_are_of_no_use() {
    const LIFE: u64 = 6;
    const BOOT: u64 = 8;
    for word in [LIFE, BOOT] {
        let directory = TempDir::new().expect("a folder");
        let directory = directory.path();
        let mut asked = start(directory, 1);
        let own = processes(directory);
        start(directory, 10).kill();
        all_say(directory, &mut [&mut asked], &["jobs_total 11"]);
        overwrite(&directory.join("archive.tally"), word);
        all_say(directory, &mut [&mut asked], &["jobs_total 1"]);
        // Another archive takes its place.
        start(directory, 100).kill();
        all_say(directory, &mut [&mut asked], &["jobs_total 101"]);
        start(directory, 1_000).kill();
        let left: Vec<_> =
            processes(directory).into_iter().filter(|path| !own.contains(path)).collect();
        overwrite(&left[0], word);
        all_say(directory, &mut [&mut asked], &["jobs_total 101"]);
        // Nobody needs it, so it goes.
        assert_eq!(processes(directory), own);
        assert_eq!(asked.errors(), []);
    }
}

#[test]
fn what_nobody_is_going_to_finish_is_removed() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let mut asked = start(directory, 1);
    let left = directory.join(".unfinished-00000000000000000000000000000001");
    fs::write(&left, "half of it").expect("room");
    all_say(directory, &mut [&mut asked], &["jobs_total 1"]);
    assert!(!left.exists());
    assert_eq!(asked.errors(), []);
}
