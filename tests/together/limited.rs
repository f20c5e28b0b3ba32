//! Series of processes that are gone are no more than the metric may have, however many there were.

use std::collections::BTreeMap;
use std::path::Path;

use tallymark_tests::{Counting, all_say, sample, told};
use tempfile::TempDir;

fn start(directory: &Path) -> Counting {
    Counting::start(env!("CARGO_BIN_EXE_counting"), directory)
}

fn archive(directory: &Path) -> u64 {
    directory.join("archive.tally").metadata().expect("an archive").len()
}

#[test]
fn what_the_dead_leave_is_limited_and_exact() {
    const LIMIT: usize = 5;
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let declared = format!("declare counter jobs_total label=id max={LIMIT}");
    let mut asked = start(directory);
    all_say(directory, &mut [&mut asked], &[]);
    asked.tell(&declared);
    let mut kept: BTreeMap<String, u64> = BTreeMap::new();
    let mut overflow = 0;
    let mut sizes = Vec::new();
    for round in 0..20_u64 {
        let mut dying = start(directory);
        dying.tell(&declared);
        // In part what others counted too.
        let values = [format!("{}", round % 3), format!("of-{round}"), format!("b-of-{round}")];
        for (value, number) in values.iter().zip([1, 10 + round, 1_000]) {
            dying.tell(&format!("record jobs_total {number} {value}"));
        }
        dying.kill();
        // Nothing is lost of what was asked for while they lived, and nothing of what was not: who is
        // folded first gets the room.
        let mut new: Vec<_> = values.iter().zip([1, 10 + round, 1_000]).collect();
        new.sort();
        for (value, number) in new {
            if kept.contains_key(value) || kept.len() < LIMIT {
                *kept.entry(value.clone()).or_default() += number;
            } else {
                overflow += number;
            }
        }
        let text = asked.scrape();
        let total: u64 = told(&text)
            .iter()
            .map(|line| line.rsplit_once(' ').expect("a value").1.parse::<u64>().expect("a count"))
            .sum();
        assert_eq!(total, kept.values().sum::<u64>() + overflow, "{text}");
        assert!(told(&text).len() <= LIMIT + 1, "{text}");
        sizes.push(archive(directory));
    }
    assert!(sizes[10..].iter().all(|size| *size == sizes[10]), "{sizes:?}");
    // The same by whoever is asked, and again.
    let text = asked.scrape();
    let lines = told(&text);
    assert_eq!(lines.len(), LIMIT + 1, "{text}");
    assert!(text.contains("jobs_total{id=\"_overflow\"} "), "{text}");
    all_say(directory, &mut [&mut asked], &lines);
    // The living have room of their own, and are told apart from what is beyond it.
    asked.tell("record jobs_total 7 new");
    asked.tell("record jobs_total 1 0");
    let count = |text: &str, id: &str| -> u64 {
        let name = format!("jobs_total{{id=\"{id}\"}}");
        let value = sample(text, &name);
        value.unwrap_or_else(|| panic!("no {name} in {text}")).parse().expect("a count")
    };
    let after = asked.scrape();
    assert_eq!(count(&after, "new"), 7);
    assert_eq!(count(&after, "0"), count(&text, "0") + 1);
    assert_eq!(count(&after, "_overflow"), count(&text, "_overflow"));
}

#[test]
fn who_is_known_stays_known() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let declared = "declare counter jobs_total label=id max=2";
    let mut asked = start(directory);
    asked.tell(declared);
    asked.scrape();
    for ids in [["a", "b"], ["b", "c"], ["a", "d"]] {
        let mut dying = start(directory);
        dying.tell(declared);
        for id in ids {
            dying.tell(&format!("record jobs_total 1 {id}"));
        }
        dying.kill();
        asked.scrape();
    }
    all_say(
        directory,
        &mut [&mut asked],
        &["jobs_total{id=\"_overflow\"} 2", "jobs_total{id=\"a\"} 2", "jobs_total{id=\"b\"} 2"],
    );
    // What the last process says is the limit.
    let mut late = start(directory);
    late.tell("declare counter jobs_total label=id max=3");
    late.tell("record jobs_total 1 e");
    late.kill();
    all_say(
        directory,
        &mut [&mut asked],
        &["jobs_total{id=\"_overflow\"} 3", "jobs_total{id=\"a\"} 2", "jobs_total{id=\"b\"} 2"],
    );
}

/// A process may be killed before its `main` has given the counter of calls its name.
#[test]
fn who_ends_without_a_count_leaves_nothing() {
    let directory = TempDir::new().expect("a folder");
    let mut one = Counting::start(env!("CARGO_BIN_EXE_counting"), directory.path());
    let mut other = Counting::start(env!("CARGO_BIN_EXE_counting"), directory.path());
    other.tell("declare counter others_total");
    other.tell("record others_total 1");
    one.tell("declare counter jobs_total");
    one.tell("declare counter mails_total");
    one.tell("declare histogram job_seconds");
    one.tell("declare gauge jobs ended");
    for metric in ["jobs_total 2", "mails_total 0", "jobs 0"] {
        one.tell(&format!("record {metric}"));
    }
    let text = other.scrape();
    assert_eq!(sample(&text, "mails_total"), Some("0"), "as long as it lives: {text}");
    one.process().kill();
    for _ in 0..2 {
        let text = other.scrape();
        assert_eq!(sample(&text, "jobs_total"), Some("2"), "{text}");
        assert_eq!(sample(&text, "jobs"), Some("0"), "{text}");
        assert!(!text.contains("mails_total"), "{text}");
    }
}

/// It is known when the metrics are told of, and set in `main`, after that.
#[test]
fn the_rule_may_change() {
    let directory = TempDir::new().expect("a folder");
    let mut asked = start(directory.path());
    asked.tell("declare counter others_total");
    asked.tell("record others_total 1");
    for (limit, kept) in [(2_100, 2_100), (2_300, 2_300)] {
        let mut dying = start(directory.path());
        dying.tell("declare counter jobs_total label=id");
        dying.tell("record jobs_total 1 first");
        dying.tell(&format!("limit {limit}"));
        dying.tell("spread jobs_total id- 2299");
        dying.kill();
        let text = asked.scrape();
        let series = told(&text).iter().filter(|line| line.starts_with("jobs_total{")).count();
        assert_eq!(series, kept + usize::from(limit < 2_300), "beside the overflow");
    }
}
