//! What processes that count together take of the machine, each and all.

use std::path::Path;

use tallymark_tests::{Counting, sample};
use tempfile::TempDir;

const FAMILIES: [&str; 7] = [
    "cpu_seconds_total",
    "max_fds",
    "open_fds",
    "resident_memory_bytes",
    "start_time_seconds",
    "threads",
    "virtual_memory_bytes",
];

fn start(directory: &Path) -> Counting {
    let mut process = Counting::start(env!("CARGO_BIN_EXE_counting"), directory);
    process.tell("declare counter jobs_total");
    process.tell("record jobs_total 1");
    process
}

fn of_all(text: &str, family: &str) -> f64 {
    let value = sample(text, &format!("process_{family}"));
    let value = value.unwrap_or_else(|| panic!("no process_{family} in {text}"));
    value.parse().expect("a number")
}

fn of_each(text: &str, family: &str) -> Vec<f64> {
    let start = format!("tallymark_worker_{family}{{worker=\"");
    let values = text.lines().filter_map(|line| line.strip_prefix(&*start)?.split(' ').nth(1));
    values.map(|value| value.parse().expect("a number")).collect()
}

/// That they are there and add up.
fn check(text: &str, living: usize) {
    for family in FAMILIES {
        let (all, each) = (of_all(text, family), of_each(text, family));
        assert_eq!(each.len(), living, "{family}: {text}");
        assert!(each.iter().all(|value| *value > 0.0 || family == "cpu_seconds_total"), "{text}");
        let sum: f64 = each.iter().sum();
        match family {
            "start_time_seconds" => {
                assert!(each.contains(&all) && each.iter().all(|one| *one >= all), "{text}");
            }
            "cpu_seconds_total" => assert!(all > sum - 1e-6, "{all} and {each:?}"),
            _ => assert!((all - sum).abs() < 1e-6, "{family}: {all} and {each:?}"),
        }
    }
    assert!(!text.contains("process_threads{"), "none is one process's own: {text}");
}

#[test]
fn they_add_up_and_processor_time_never_falls() {
    let directory = TempDir::new().expect("a folder");
    let [mut one, mut other] = [(); 2].map(|()| start(directory.path()));
    one.tell("spin 300");
    other.tell("spin 100");
    let before = of_all(&other.scrape(), "cpu_seconds_total");
    assert!((0.38..5.0).contains(&before), "{before}");
    check(&one.scrape(), 2);
    let of_none = tallymark::multiprocess::of_directory(directory.path());
    check(&of_none.gather_text(), 2);

    one.process().kill();
    // Before it is folded, since it was, and from the archive alone.
    let mut last = before;
    for _ in 0..3 {
        let text = other.scrape();
        check(&text, 1);
        let now = of_all(&text, "cpu_seconds_total");
        assert!(now >= last, "{last} and then {now}");
        last = now;
    }
    let each = of_each(&other.scrape(), "cpu_seconds_total");
    assert!(last - each[0] > 0.25, "what the other had is in it: {last} and {each:?}");

    let mut third = start(directory.path());
    check(&third.scrape(), 2);
    other.process().kill();
    let text = third.scrape();
    check(&text, 1);
    assert!(of_all(&text, "cpu_seconds_total") >= last, "{text}");
}
