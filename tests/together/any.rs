//! What processes count that share a directory, whichever of them is asked.

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

/// In another order floats come to another sum, which would be less at times.
#[test]
fn sums_of_floats_do_not_fall_when_processes_end() {
    let directory = TempDir::new().expect("a folder");
    let mut last = start(directory.path());
    last.tell("declare summary job_seconds");
    last.tell("declare float_counter paid_total");
    let numbers = [0.1, 0.2, 0.4, 1e-9, 1e9, 0.7, 1e17, 0.3];
    let mut others = numbers.map(|number| {
        let mut process = start(directory.path());
        process.tell("declare summary job_seconds");
        process.tell("declare float_counter paid_total");
        process.tell(&format!("record job_seconds {number}"));
        process.tell(&format!("record paid_total {number}"));
        process
    });
    let mut read = || {
        let text = last.scrape();
        ["job_seconds_sum", "paid_total"].map(|name| {
            let value = sample(&text, name).unwrap_or_else(|| panic!("no {name} in {text}"));
            value.parse::<f64>().expect("a number").to_bits()
        })
    };
    let before = read();
    assert_eq!(before[0], before[1]);
    for at in [2, 6, 0, 7, 4, 1, 3, 5] {
        others[at].process().kill();
        assert_eq!(read(), before, "when the one with {} ended", numbers[at]);
    }
}
