//! A file system that has no room left: what is new is counted in a process's own memory.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use tallymark_tests::{Counting, Mounted, all_say, errors, sample, told};

fn start(directory: &Path) -> Counting {
    Counting::start(env!("CARGO_BIN_EXE_counting"), directory)
}

/// Writes until there is room for nothing.
fn fill(mounted: &Mounted) {
    let mut file = File::create(mounted.path().join("filler")).expect("a file");
    let full = loop {
        if let Err(error) = file.write_all(&[7; 4096]) {
            break error;
        }
    };
    assert_eq!(full.kind(), ErrorKind::StorageFull);
}

fn make_room(mounted: &Mounted) {
    fs::remove_file(mounted.path().join("filler")).expect("it is gone");
    // It is tried again in a while.
    thread::sleep(Duration::from_millis(1_100));
}

fn count(text: &str, id: &str) -> Option<u64> {
    let value = sample(text, &format!("jobs_total{{id=\"{id}\"}}"))?;
    Some(value.parse().expect("a count"))
}

/// How many of so many new series an exposition has, each of which was counted in once.
fn new(text: &str, prefix: &str, of: u32) -> u32 {
    let there = (0..of).filter_map(|number| count(text, &format!("{prefix}{number}")));
    there.map(|count| assert_eq!(count, 1)).map(|()| 1).sum()
}

fn is_full(process: &mut Counting) {
    let errors = process.errors();
    assert!(matches!(&errors[..], [(reason, 1..)] if reason == "full"), "{errors:?}");
    assert_eq!(process.log().matches("reason=\"full\"").count(), 1, "{}", process.log());
}

const NEW: u32 = 5_000;

#[test]
fn what_has_its_room_is_exact_and_what_is_new_is_a_processs_own() {
    let mounted = Mounted::new("size=1m");
    let directory = mounted.path().join("metrics");
    let [mut one, mut other] = [(); 2].map(|()| start(&directory));
    for process in [&mut one, &mut other] {
        process.tell_all("declare counter jobs_total label=id max=20000\nrecord jobs_total 1 old");
    }
    other.tell_all("declare counter mails_total\nrecord mails_total 1");
    all_say(
        &directory,
        &mut [&mut one, &mut other],
        &["jobs_total{id=\"old\"} 2", "mails_total 1"],
    );
    fill(&mounted);
    one.tell(&format!("spread jobs_total new {NEW}"));
    one.tell_all("declare counter late_total\nrecord late_total 3\nrecord jobs_total 5 old");
    other.tell("record mails_total 7");
    // It has all that it counted, and others what there was room for.
    let text = one.scrape();
    assert_eq!(new(&text, "new", NEW), NEW);
    assert_eq!((count(&text, "old"), sample(&text, "mails_total")), (Some(7), Some("8")));
    assert_eq!(sample(&text, "late_total"), Some("3"));
    let text = other.scrape();
    let seen = new(&text, "new", NEW);
    assert!((1..NEW).contains(&seen), "{seen} of {NEW}");
    assert_eq!((count(&text, "old"), sample(&text, "mails_total")), (Some(7), Some("8")));
    is_full(&mut one);
    assert_eq!(other.errors(), []);
    // What has its room goes on, also of those that came last.
    one.tell("record jobs_total 10 new0");
    assert_eq!(count(&other.scrape(), "new0"), Some(11));
    one.tell(&format!("record jobs_total 10 new{}", NEW - 1));
    assert_eq!(count(&one.scrape(), &format!("new{}", NEW - 1)), Some(11));

    make_room(&mounted);
    one.tell(&format!("spread jobs_total later {NEW}"));
    assert_eq!(new(&one.scrape(), "later", NEW), NEW);
    // But for those that still have a place in its own memory, where there was no other.
    let seen = new(&other.scrape(), "later", NEW);
    assert!(seen > NEW - 128, "{seen} of {NEW}");
    // When it is gone, that much of it stays.
    one.kill();
    let text = other.scrape();
    assert_eq!(new(&text, "later", NEW), seen);
    assert_eq!((count(&text, "old"), count(&text, "new0")), (Some(7), Some(11)));
    assert_eq!(other.errors(), []);
}

#[test]
fn what_cannot_be_folded_waits_for_room() {
    let mounted = Mounted::new("size=1m");
    let directory = mounted.path().join("metrics");
    let mut asked = start(&directory);
    asked.tell_all("declare counter jobs_total label=id max=20000\nrecord jobs_total 1 old");
    let mut dying = start(&directory);
    dying.tell_all("declare counter jobs_total label=id max=20000\nspread jobs_total new 100");
    fill(&mounted);
    dying.tell("record jobs_total 1 old");
    dying.kill();
    for _ in 0..2 {
        let text = asked.scrape();
        assert_eq!((new(&text, "new", 100), count(&text, "old")), (100, Some(2)));
        assert!(matches!(&errors(&text)[..], [(reason, 1..)] if reason == "archive"), "{text}");
    }
    assert!(!directory.join("archive.tally").exists());
    make_room(&mounted);
    let text = asked.scrape();
    assert_eq!((new(&text, "new", 100), count(&text, "old")), (100, Some(2)));
    assert!(directory.join("archive.tally").exists());
    let files = directory.read_dir().expect("a directory").map(|entry| entry.expect("one"));
    let left = files.filter(|file| file.file_name().to_string_lossy().contains("unfinished"));
    assert_eq!(left.count(), 0);
}

#[test]
fn who_starts_where_there_is_no_room_counts_by_itself() {
    // With nothing there, and with others there already.
    for others in [false, true] {
        let mounted = Mounted::new("size=1m");
        let directory = mounted.path().join("metrics");
        fs::create_dir(&directory).expect("a directory");
        let mut other = others.then(|| {
            let mut other = start(&directory);
            other.tell_all("declare counter mails_total\nrecord mails_total 1");
            other
        });
        fill(&mounted);
        let mut process = start(&directory);
        process.tell_all("declare counter jobs_total label=id\nspread jobs_total new 100");
        process.tell_all("declare gauge load\nrecord load 1.5");
        for _ in 0..2 {
            let text = process.scrape();
            assert_eq!(new(&text, "new", 100), 100);
            assert_eq!(sample(&text, "load"), Some("1.5"));
            assert!(matches!(&errors(&text)[..], [(_, 1..)]), "{text}");
        }
        if let Some(other) = &mut other {
            other.tell("record mails_total 1");
            assert_eq!(told(&other.scrape()), ["mails_total 2"]);
        }
        make_room(&mounted);
        let mut late = start(&directory);
        late.tell_all("declare counter mails_total\nrecord mails_total 10");
        let mails = if others { "mails_total 12" } else { "mails_total 10" };
        assert!(told(&late.scrape()).contains(&mails));
        // It stays by itself, and has all.
        process.tell("spread jobs_total later 200");
        assert_eq!(new(&process.scrape(), "later", 200), 200);
    }
}
