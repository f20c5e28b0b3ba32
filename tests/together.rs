//! What processes count that share a directory, whichever of them is asked.

#![cfg(target_os = "linux")]

use std::path::Path;

use tallymark_tests::{Counting, sample};
use tempfile::TempDir;

fn start(directory: &Path) -> Counting {
    Counting::start(env!("CARGO_BIN_EXE_counting"), directory)
}

#[test]
fn any_process_answers_for_all() {
    let directory = TempDir::new().expect("a folder");
    let [mut one, mut other] = [(); 2].map(|()| start(directory.path()));
    for (process, number) in [(&mut one, 3), (&mut other, 4)] {
        process.tell("declare counter jobs_total label=queue help=Jobs.");
        process.tell(&format!("record jobs_total {number} mail"));
    }
    let of_none = tallymark::multiprocess::of_directory(directory.path()).gather_text();
    for text in [one.scrape(), other.scrape(), of_none] {
        assert_eq!(sample(&text, r#"jobs_total{queue="mail"}"#), Some("7"), "{text}");
    }
    one.process().kill();
    let text = other.scrape();
    assert_eq!(sample(&text, r#"jobs_total{queue="mail"}"#), Some("7"), "{text}");
}
