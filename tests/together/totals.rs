//! What several processes counted is added up exactly, whether they are alive, killed or folded.

use std::path::Path;

use tallymark_tests::exposition::native_buckets;
use tallymark_tests::{Counting, all_say, told};
use tempfile::TempDir;

fn start(directory: &Path) -> Counting {
    Counting::start(env!("CARGO_BIN_EXE_counting"), directory)
}

/// One of each sort, and what was counted in each, once for each process that this is told.
const ALL: &str = "
    declare counter jobs_total
    declare counter mails_total label=to
    declare float_counter paid_total
    declare histogram size_bytes buckets=1,10
    declare histogram wait_seconds label=queue buckets=0.5
    declare summary length_meters
    record jobs_total 9007199254740993
    record mails_total 2 us
    record mails_total 1 them
    record paid_total 0.25
    record size_bytes 1
    record size_bytes 7.5
    record size_bytes 11
    record wait_seconds 0.25 short
    record length_meters 1.5
    record length_meters -1
";

/// What that comes to.
fn expected(times: u64) -> Vec<String> {
    let count = |name: &str, count: u64| format!("{name} {}", count * times);
    #[expect(clippy::cast_precision_loss, reason = "few")]
    let float = |name: &str, number: f64| format!("{name} {}", number * times as f64);
    vec![
        count("jobs_total", 9_007_199_254_740_993),
        float("length_meters_sum", 0.5),
        count("length_meters_count", 2),
        count("mails_total{to=\"them\"}", 1),
        count("mails_total{to=\"us\"}", 2),
        float("paid_total", 0.25),
        count("size_bytes_bucket{le=\"1.0\"}", 1),
        count("size_bytes_bucket{le=\"10.0\"}", 2),
        count("size_bytes_bucket{le=\"+Inf\"}", 3),
        float("size_bytes_sum", 19.5),
        count("size_bytes_count", 3),
        count("wait_seconds_bucket{queue=\"short\",le=\"0.5\"}", 1),
        count("wait_seconds_bucket{queue=\"short\",le=\"+Inf\"}", 1),
        float("wait_seconds_sum{queue=\"short\"}", 0.25),
        count("wait_seconds_count{queue=\"short\"}", 1),
    ]
}

fn check(directory: &Path, processes: &mut [&mut Counting], times: u64) {
    let expected = expected(times);
    let expected: Vec<_> = expected.iter().map(|line| &**line).collect();
    all_say(directory, processes, &expected);
}

fn files(directory: &Path) -> usize {
    let names = directory.read_dir().expect("a directory").map(|entry| entry.expect("a file"));
    names.filter(|entry| entry.file_name().to_string_lossy().starts_with("process-")).count()
}

#[test]
fn the_dead_count_as_the_living_do() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let mut lasting = start(directory);
    lasting.tell_all(ALL);
    check(directory, &mut [&mut lasting], 1);
    for round in 1..=4 {
        let [mut one, mut other] = [(); 2].map(|()| start(directory));
        one.tell_all(ALL);
        other.tell_all(ALL);
        check(directory, &mut [&mut lasting, &mut one, &mut other], 1 + 2 * round);
        // With the file still there, and folded at the first question after it.
        one.kill();
        other.process().terminate();
        assert_eq!(files(directory), 3);
        check(directory, &mut [&mut lasting], 1 + 2 * round);
        assert_eq!(files(directory), 1, "a file is left");
    }
    // Those who never counted know it too, and what is counted on top of what was folded.
    let mut late = start(directory);
    check(directory, &mut [&mut late], 9);
    late.tell_all(ALL);
    lasting.kill();
    check(directory, &mut [&mut late], 10);
    assert_eq!(late.errors(), []);
}

#[test]
fn what_is_folded_by_several_at_once_is_folded_once() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let mut askers: Vec<_> = (0..3).map(|_| start(directory)).collect();
    for asker in &mut askers {
        // It is one of them from its first count or answer on.
        all_say(directory, &mut [asker], &[]);
    }
    for round in 1..=8 {
        let mut dying: Vec<_> = (0..3).map(|_| start(directory)).collect();
        for process in &mut dying {
            process.tell_all("declare counter jobs_total\nrecord jobs_total 5");
        }
        for process in &mut dying {
            process.kill();
        }
        std::thread::scope(|scope| {
            for asker in &mut askers {
                scope.spawn(move || {
                    for _ in 0..3 {
                        let text = asker.scrape();
                        assert_eq!(told(&text), [format!("jobs_total {}", 15 * round)]);
                    }
                });
            }
        });
        // At the latest when nobody else is about it.
        askers[0].scrape();
        assert_eq!(files(directory), 3, "a file is left");
    }
}

/// Who is asked only now and then sees the same processes each time, and another archive.
#[test]
fn what_was_folded_since_is_read_anew() {
    let directory = TempDir::new().expect("a folder");
    let mut asked = start(directory.path());
    asked.scrape();
    let mut expected = Vec::new();
    for round in (0..10).rev() {
        let mut dying = start(directory.path());
        dying.tell(&format!("declare counter of_{round}_total"));
        dying.tell(&format!("record of_{round}_total {}", 100 + round));
        dying.kill();
        expected.insert(0, format!("of_{round}_total {}", 100 + round));
        assert_eq!(told(&asked.scrape()), expected);
    }
}

#[test]
fn native_buckets_add_up() {
    let directory = TempDir::new().expect("a folder");
    let mut asked = start(directory.path());
    let observe = |process: &mut Counting, values: &[&str]| {
        process.tell("declare histogram wait_seconds native buckets=1");
        for value in values {
            process.tell(&format!("record wait_seconds {value}"));
        }
    };
    let native = |process: &mut Counting| {
        let families = process.scrape_protobuf();
        let family = families.into_iter().find(|family| family.name() == "wait_seconds");
        let histogram = family.expect("exposed").metric.remove(0).histogram.expect("a histogram");
        let counts = (histogram.zero_count, histogram.sample_count, histogram.sample_sum);
        (native_buckets(&histogram), counts)
    };
    observe(&mut asked, &["2", "0", "-1"]);
    for round in 1..=3_u32 {
        let mut dying = start(directory.path());
        observe(&mut dying, &["2", "0.3", "0"]);
        // 2 is the upper bound of bucket 8, 0.3 in -13 (of an eighth of a doubling), -1 in 0.
        let expected = (
            [vec![(0, 1)], vec![(-13, round.into()), (8, 1 + u64::from(round))]],
            (
                Some(1 + u64::from(round)),
                Some(3 + 3 * u64::from(round)),
                1.0 + 2.3 * f64::from(round),
            ),
        );
        for process in [&mut asked, &mut dying] {
            let (buckets, (zero, count, sum)) = native(process);
            assert_eq!(buckets, expected.0);
            assert_eq!((zero, count), (expected.1.0, expected.1.1));
            let (sum, wanted) = (sum.expect("a sum"), expected.1.2);
            assert!((sum - wanted).abs() < 1e-9, "{sum} for {wanted}");
        }
        dying.kill();
        let (buckets, (zero, count, _)) = native(&mut asked);
        assert_eq!((buckets, zero, count), (expected.0, expected.1.0, expected.1.1));
    }
}

#[test]
fn who_removes_a_series_removes_its_own_part() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut one, mut other, mut dying] = [(); 3].map(|()| start(directory));
    for (process, number) in [(&mut one, 1), (&mut other, 20), (&mut dying, 300)] {
        process.tell("declare counter jobs_total label=queue");
        process.tell(&format!("record jobs_total {number} mail"));
    }
    let says = |number: u64| format!("jobs_total{{queue=\"mail\"}} {number}");
    all_say(directory, &mut [&mut one, &mut other, &mut dying], &[&says(321)]);
    one.tell("remove jobs_total mail");
    all_say(directory, &mut [&mut one, &mut other, &mut dying], &[&says(320)]);
    dying.tell("remove jobs_total mail");
    dying.tell("record jobs_total 4000 mail");
    dying.kill();
    all_say(directory, &mut [&mut one, &mut other], &[&says(4020)]);
    one.tell("record jobs_total 50000 mail");
    all_say(directory, &mut [&mut one, &mut other], &[&says(54020)]);
    other.tell("remove jobs_total mail");
    one.tell("remove jobs_total mail");
    all_say(directory, &mut [&mut one, &mut other], &[&says(4000)]);
}

#[test]
fn annotated_functions_count_together() {
    let directory = TempDir::new().expect("a folder");
    let [mut one, mut other] = [(); 2].map(|()| start(directory.path()));
    let says = |process: &mut Counting, total: &str, under_way: &str| {
        let text = process.scrape();
        let lines: Vec<_> =
            text.lines().filter(|line| line.starts_with("request_processing_")).collect();
        let name = |name: &str, number: &str| {
            format!("request_processing_{name}{{interface=\"/call\"}} {number}")
        };
        assert_eq!(lines, [name("in_flight", under_way), name("total", total)]);
    };
    for process in [&mut one, &mut other] {
        says(process, "0", "0");
    }
    for _ in 0..3 {
        one.tell("call");
        other.tell("call");
    }
    one.tell("return");
    for process in [&mut one, &mut other] {
        says(process, "6", "5");
    }
    // What a killed process had under way is under way no more.
    other.kill();
    says(&mut one, "6", "2");
    let mut late = start(directory.path());
    says(&mut late, "6", "2");
    one.tell_all("return\nreturn");
    says(&mut late, "6", "0");
}
