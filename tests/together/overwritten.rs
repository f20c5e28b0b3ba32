//! Files that somebody truncates and writes over, while processes count in them as fast as they can.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use tallymark_tests::{Counting, sample};
use tempfile::TempDir;

fn start(directory: &Path) -> Counting {
    let mut process = Counting::start(env!("CARGO_BIN_EXE_counting"), directory);
    process.tell("declare counter jobs_total");
    process.tell("declare counter mails_total label=to");
    process.tell("declare histogram job_seconds");
    process.tell("declare gauge jobs_running");
    process
}

/// The files of processes.
fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.extension().is_some_and(|ending| ending == "tally")).collect()
}

/// Damages a file in one of many ways. It may be gone by now, in favour of another one.
fn damage(path: &Path, way: u64) {
    let Ok(file) = OpenOptions::new().write(true).open(path) else { return };
    let length = file.metadata().expect("a file").len();
    // As random as it has to be, and the same in each run.
    let noise = |seed: u64| {
        let words = (0..64_u64).map(move |at| (seed + at).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        words.flat_map(u64::to_ne_bytes).collect::<Vec<u8>>()
    };
    let done = match way % 6 {
        0 => file.set_len(0),
        1 => file.set_len(length / 2),
        2 => file.set_len(100).and_then(|()| file.set_len(length)),
        3 => file.write_all_at(&noise(way), 0),
        4 => file.write_all_at(&noise(way), 256 + way * 40 % length.max(1)),
        _ => file.set_len(length + 1).and_then(|()| file.write_all_at(&noise(way), length / 3)),
    };
    done.expect("a file that can be written");
}

fn number(text: &str, name: &str) -> u64 {
    let value = sample(text, name).unwrap_or_else(|| panic!("no {name} in {text}"));
    value.parse().expect("a count")
}

/// What it takes for a whole exposition.
fn is_whole(text: &str) -> bool {
    text.contains("tallymark_multiprocess_errors_total{reason=\"corrupt\"") && text.ends_with('\n')
}

#[test]
fn nobody_is_the_worse_for_it() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut one, mut other] = [(); 2].map(|()| start(directory));
    for process in [&mut one, &mut other] {
        process.tell("record jobs_total 1");
        for metric in ["jobs_total", "mails_total", "job_seconds"] {
            process.tell(&format!("load {metric} 1"));
        }
    }
    for way in 0..120 {
        for path in files(directory) {
            damage(&path, way);
        }
        thread::sleep(Duration::from_millis(2));
        if way % 3 == 0 {
            assert!(is_whole(&one.scrape()));
        }
        if way % 5 == 0 {
            assert!(is_whole(&other.scrape()));
        }
    }
    for process in [&mut one, &mut other] {
        process.tell("halt");
        // Its file is made again.
        process.scrape();
    }
    let text = other.scrape();
    let errors: u64 = ["truncated", "corrupt", "foreign", "directory"]
        .map(|reason| {
            let labels = format!("{{reason=\"{reason}\",worker=\"1\"}}");
            number(&text, &format!("tallymark_multiprocess_errors_total{labels}"))
        })
        .iter()
        .sum();
    assert!(errors > 0, "{text}");

    // From now on all counts, from whatever somebody wrote there.
    other.tell("record mails_total 1 somebody");
    let text = other.scrape();
    let somebody = number(&text, r#"mails_total{to="somebody"}"#);
    let jobs = number(&text, "jobs_total");
    let mails = number(&text, r#"mails_total{to="load"}"#);
    one.tell("record jobs_total 5");
    one.tell("record mails_total 3 load");
    other.tell("record jobs_total 7");
    other.tell("record mails_total 4 somebody");
    for process in [&mut one, &mut other] {
        let text = process.scrape();
        assert_eq!(number(&text, "jobs_total"), jobs.wrapping_add(12), "{text}");
        assert_eq!(number(&text, r#"mails_total{to="load"}"#), mails.wrapping_add(3), "{text}");
        let now = number(&text, r#"mails_total{to="somebody"}"#);
        assert_eq!(now, somebody.wrapping_add(4), "{text}");
    }
    one.process().kill();
    let text = other.scrape();
    assert_eq!(number(&text, "jobs_total"), jobs.wrapping_add(12), "{text}");
    assert_eq!(files(directory).len(), 2, "the other's and the archive: {:?}", files(directory));
}

/// A file that is made shorter takes nothing with it but what was counted in that part of it.
#[test]
fn a_truncated_file_is_made_again() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut one, mut other] = [(); 2].map(|()| start(directory));
    other.tell("record jobs_total 10");
    let before = files(directory);
    one.tell("record jobs_total 1");
    let own = files(directory).into_iter().find(|path| !before.contains(path));
    let own = own.expect("a file of its own");
    File::create(&own).expect("a file, now empty");
    // Counting in what is no memory any more.
    one.tell("record jobs_total 2");
    one.tell("record jobs_running 5");
    let text = one.scrape();
    assert_eq!(number(&text, "jobs_running"), 5, "{text}");
    assert_eq!(number(&text, "jobs_total"), 12, "what was counted since: {text}");
    assert!(!own.exists(), "another one is in its place");
    one.tell("record jobs_total 3");
    assert_eq!(number(&other.scrape(), "jobs_total"), 15);
}
