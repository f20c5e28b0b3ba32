//! Files that make no sense: they are left out and counted, and everything else is as it was.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{FileExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use tallymark_tests::{Counting, all_say, errors, told};
use tempfile::TempDir;

/// One that has counted.
fn start(directory: &Path, jobs: u64) -> Counting {
    let mut process = Counting::start(env!("CARGO_BIN_EXE_counting"), directory);
    process.tell("declare counter jobs_total");
    process.tell(&format!("record jobs_total {jobs}"));
    process
}

/// Whether a file is left when it was found.
#[derive(Clone, Copy, PartialEq)]
enum Left {
    AsItWas,
    /// Nobody can tell whose it is, and so whether somebody will miss it.
    Removed,
}

fn name(directory: &Path) -> PathBuf {
    directory.join(format!("process-{:032x}.tally", 0x1234_5678))
}

/// Two processes count, and a third one is dead, whose file is damaged.
fn check(reason: &str, left: Left, damage: impl FnOnce(&Path) -> PathBuf) {
    let folder = TempDir::new().expect("a folder");
    let directory = folder.path();
    let [mut one, mut other] = [1, 10].map(|jobs| start(directory, jobs));
    start(directory, 100).kill();
    all_say(directory, &mut [&mut one, &mut other], &["jobs_total 111"]);
    assert_eq!(one.errors(), []);
    let damaged = damage(directory);
    assert!(damaged.symlink_metadata().is_ok(), "{reason}: nothing is damaged");
    let says = |process: &mut Counting, least: u64| {
        let text = process.scrape();
        assert_eq!(told(&text), ["jobs_total 111"], "{reason}");
        let errors = errors(&text);
        let [(counted, count)] = &errors[..] else { panic!("{errors:?} for {reason}") };
        assert!(counted == reason && *count >= least, "{errors:?} for {reason}");
    };
    says(&mut one, 1);
    assert_eq!(damaged.symlink_metadata().is_ok(), left == Left::AsItWas, "{reason}");
    if left == Left::AsItWas {
        // As often as it is met with, and by everybody.
        says(&mut one, 2);
        says(&mut other, 1);
    }
    all_say(directory, &mut [&mut one, &mut other], &["jobs_total 111"]);
    // It is said once.
    let said = format!("reason=\"{reason}\"");
    assert_eq!(one.log().matches(&said).count(), 1, "{}", one.log());
    // What comes and goes meanwhile is right.
    start(directory, 1_000).kill();
    all_say(directory, &mut [&mut one, &mut other], &["jobs_total 1111"]);
}

/// The file of a process that is dead and not folded.
fn dead(directory: &Path) -> PathBuf {
    let paths = || {
        let entries = directory.read_dir().expect("a directory");
        entries.map(|entry| entry.expect("a file").path()).collect::<Vec<_>>()
    };
    let before = paths();
    start(directory, 50).kill();
    paths().into_iter().find(|path| !before.contains(path)).expect("a file")
}

fn write(path: &Path, bytes: &[u8], offset: u64) {
    let file = OpenOptions::new().write(true).open(path).expect("a file");
    file.write_all_at(bytes, offset).expect("room");
}

#[test]
fn files_that_are_cut_off() {
    check("truncated", Left::Removed, |directory| {
        let path = dead(directory);
        OpenOptions::new()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_len(1_000))
            .expect("cut");
        path
    });
    for length in [0, 8, 255] {
        check("truncated", Left::AsItWas, |directory| {
            let path = dead(directory);
            let file = OpenOptions::new().write(true).open(&path).expect("a file");
            file.set_len(length).expect("cut");
            path
        });
    }
}

#[test]
fn files_whose_records_are_none() {
    // The first record, its content, and a head that does not lead on.
    for (bytes, offset) in
        [(&[0xff; 64][..], 256), (&[0xff; 200][..], 264), (&[2, 1, 0, 0, 0, 0, 0, 0], 256)]
    {
        check("corrupt", Left::Removed, |directory| {
            let path = dead(directory);
            write(&path, bytes, offset);
            path
        });
    }
}

#[test]
fn files_that_are_somebody_elses() {
    check("foreign", Left::AsItWas, |directory| {
        fs::write(name(directory), "Not by this library, and longer than nothing.").expect("room");
        name(directory)
    });
    // A copy, which would be counted beside what it is one of.
    check("foreign", Left::AsItWas, |directory| {
        let entries = directory.read_dir().expect("a directory");
        let mut paths = entries.map(|entry| entry.expect("a file").path());
        let is_one = |path: &PathBuf| path.to_string_lossy().contains("/process-");
        let living = paths.find(is_one).expect("a file");
        fs::copy(living, name(directory)).expect("a copy");
        name(directory)
    });
    check("foreign", Left::AsItWas, |directory| {
        let path = dead(directory);
        write(&path, b"SOMEBODY", 0);
        path
    });
    // A sort that there is not.
    check("foreign", Left::AsItWas, |directory| {
        let path = dead(directory);
        write(&path, &(1_u64 << 32 | 0x4d).to_ne_bytes(), 8);
        path
    });
}

#[test]
fn files_of_a_later_version() {
    check("newer", Left::AsItWas, |directory| {
        let path = dead(directory);
        write(&path, &(2_u64 << 32 | 1).to_ne_bytes(), 8);
        path
    });
}

#[test]
fn what_is_no_file() {
    check("foreign", Left::AsItWas, |directory| {
        let fifo = FileType::Fifo;
        mknodat(CWD, name(directory), fifo, Mode::RUSR | Mode::WUSR, 0).expect("a FIFO");
        name(directory)
    });
    check("foreign", Left::AsItWas, |directory| {
        fs::create_dir(name(directory)).expect("a directory");
        name(directory)
    });
    check("foreign", Left::AsItWas, |directory| {
        drop(UnixListener::bind(name(directory)).expect("a socket"));
        name(directory)
    });
    check("foreign", Left::AsItWas, |directory| {
        let path = dead(directory);
        let elsewhere = directory.join("elsewhere");
        fs::rename(&path, &elsewhere).expect("room");
        symlink(&elsewhere, &path).expect("a link");
        path
    });
}

#[test]
fn other_names_are_of_no_concern() {
    let folder = TempDir::new().expect("a folder");
    let directory = folder.path();
    let mut process = start(directory, 1);
    for name in ["process-", "process-1.tallyx", "README", ".tally", "archive.tally.old"] {
        fs::write(directory.join(name), "Something else.").expect("room");
    }
    all_say(directory, &mut [&mut process], &["jobs_total 1"]);
    assert_eq!(process.errors(), []);
}

#[test]
fn an_archive_that_makes_no_sense_is_lost_alone() {
    for length in [0, 100, 300] {
        let folder = TempDir::new().expect("a folder");
        let directory = folder.path();
        let [mut one, mut process] = [0, 1].map(|jobs| start(directory, jobs));
        start(directory, 10).kill();
        // Only who has read it needs it no more.
        assert_eq!(told(&one.scrape()), ["jobs_total 11"]);
        let archive = directory.join("archive.tally");
        File::options()
            .write(true)
            .open(&archive)
            .and_then(|file| file.set_len(length))
            .expect("cut");
        let text = process.scrape();
        assert_eq!(told(&text), ["jobs_total 1"]);
        assert!(matches!(&errors(&text)[..], [(reason, 1..)] if reason == "archive"), "{text}");
        // The next one takes its place.
        start(directory, 100).kill();
        all_say(directory, &mut [&mut process], &["jobs_total 101"]);
    }
}

#[test]
fn what_cannot_be_folded_is_counted_all_the_same() {
    let folder = TempDir::new().expect("a folder");
    let directory = folder.path();
    let mut process = start(directory, 1);
    let archive = directory.join("archive.tally");
    fs::create_dir(&archive).expect("a directory");
    for dead in 1..=3 {
        start(directory, 10).kill();
        let text = process.scrape();
        assert_eq!(told(&text), [format!("jobs_total {}", 1 + 10 * dead)]);
        assert!(matches!(&errors(&text)[..], [(reason, 1..)] if reason == "archive"), "{text}");
    }
    fs::remove_dir(&archive).expect("it is gone");
    all_say(directory, &mut [&mut process], &["jobs_total 31"]);
    assert!(archive.is_file());
    all_say(directory, &mut [&mut process], &["jobs_total 31"]);
}
