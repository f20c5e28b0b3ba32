//! How a process gets to count together with others, and what it does if it does not.

use std::path::Path;
use std::process::{Command, Stdio};

use tallymark_tests::{Counting, Process, all_say, sample, told};
use tempfile::TempDir;

const VARIABLES: [&str; 2] = ["PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir"];

fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_counting"));
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command
}

fn count(process: &mut Counting, jobs: u64) {
    process.tell("declare counter jobs_total");
    process.tell(&format!("record jobs_total {jobs}"));
}

#[test]
fn either_variable_and_a_call_name_the_directory() {
    let directory = TempDir::new().expect("a folder");
    let path = directory.path().join("a/b");
    let of_variables = VARIABLES.map(|variable| Counting::start_as(command().env(variable, &path)));
    let mut joined = Counting::start_as(&mut command());
    joined.tell(&format!("join {}", path.display()));
    let [mut one, mut other] = of_variables;
    for (process, jobs) in [(&mut one, 1), (&mut other, 10), (&mut joined, 100)] {
        count(process, jobs);
    }
    all_say(&path, &mut [&mut one, &mut other, &mut joined], &["jobs_total 111"]);
    joined.kill();
    all_say(&path, &mut [&mut one, &mut other], &["jobs_total 111"]);
}

#[test]
fn who_names_its_calls_first_is_never_known_by_another_name() {
    let directory = TempDir::new().expect("a folder");
    let mut process = Counting::start_as(command().env(VARIABLES[0], directory.path()));
    process.tell("name calls_of_ours");
    let files = directory.path().read_dir().expect("a folder");
    let files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    let own = files.iter().find(|file| file.to_string_lossy().contains("process-"));
    let own = std::fs::read(own.expect("it has joined")).expect("its file");
    let has = |name: &str| own.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    assert!(has("calls_of_ours"));
    // What is no longer so would be there all the same.
    assert!(!has("request_processing_total"));
}

#[test]
fn a_call_takes_the_place_of_the_variable() {
    let directory = TempDir::new().expect("a folder");
    let [of_variable, of_call] = ["variable", "call"].map(|name| directory.path().join(name));
    let mut process = Counting::start_as(command().env(VARIABLES[0], &of_variable));
    process.tell(&format!("join {}", of_call.display()));
    count(&mut process, 3);
    all_say(&of_call, &mut [&mut process], &["jobs_total 3"]);
    assert!(!of_variable.exists());
    let problem = process.ask(&format!("join {}", of_variable.display())).expect_err("once");
    assert!(problem.contains("this process has counted already"), "{problem}");
    all_say(&of_call, &mut [&mut process], &["jobs_total 3"]);
}

/// That it counts by itself: it says so, and nobody else does.
fn is_alone(process: &mut Counting, directory: &Path) {
    count(process, 3);
    let text = process.scrape();
    assert_eq!(told(&text), ["jobs_total 3"]);
    // It is not one of several, who would be told apart.
    assert!(!text.contains("worker="), "{text}");
    let of_none = tallymark::multiprocess::of_directory(directory).gather_text();
    assert_eq!(told(&of_none), Vec::<&str>::new());
}

#[test]
fn who_joins_too_late_is_told_and_counts_alone() {
    for first in ["record mails_total 1", "scrape"] {
        let directory = TempDir::new().expect("a folder");
        let path = directory.path().join("metrics");
        let mut process = Counting::start_as(&mut command());
        process.tell("declare counter mails_total");
        process.tell(first);
        let problem = process.ask(&format!("join {}", path.display())).expect_err("too late");
        assert!(problem.contains("this process has counted already"), "{problem}");
        assert!(!path.exists());
        count(&mut process, 3);
        let text = process.scrape();
        assert_eq!(sample(&text, "jobs_total"), Some("3"));
        assert!(!text.contains("worker="), "{text}");
    }
}

#[test]
fn without_a_directory_a_process_is_alone() {
    let directory = TempDir::new().expect("a folder");
    let mut unset = Counting::start_as(&mut command());
    is_alone(&mut unset, directory.path());
    let mut empty = Counting::start_as(command().env(VARIABLES[0], "").env(VARIABLES[1], ""));
    is_alone(&mut empty, directory.path());
    assert!(!empty.scrape().contains("tallymark_multiprocess_errors_total"));
    assert_eq!(directory.path().read_dir().expect("a directory").count(), 0);
}

#[test]
fn who_cannot_join_is_told_and_counts_alone() {
    let directory = TempDir::new().expect("a folder");
    let path = directory.path().join("no-directory");
    std::fs::write(&path, "a file").expect("room");
    let mut process = Counting::start_as(&mut command());
    let problem = process.ask(&format!("join {}", path.display())).expect_err("no directory");
    assert!(problem.contains("cannot count together"), "{problem}");
    count(&mut process, 3);
    let text = process.scrape();
    assert_eq!(told(&text), ["jobs_total 3"]);
    assert_eq!(process.errors(), [("directory".to_owned(), 1)]);
    assert_eq!(std::fs::read_to_string(&path).expect("still there"), "a file");
}

#[test]
fn a_process_that_counts_nothing_answers_for_the_others() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let start = || Counting::start_as(command().env(VARIABLES[0], directory));
    let [mut idle, mut other] = [start(), start()];
    all_say(directory, &mut [&mut idle], &[]);
    count(&mut other, 2);
    all_say(directory, &mut [&mut idle, &mut other], &["jobs_total 2"]);
    other.kill();
    all_say(directory, &mut [&mut idle], &["jobs_total 2"]);
    assert_eq!(idle.errors(), []);
}

/// Its first counts come before there is anything to count in, and some while that is made.
#[test]
fn an_allocator_counts_exactly() {
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let mut keeps = Counting::start_as(command().env(VARIABLES[0], directory));
    keeps.scrape();
    let mut expected = 0_u64;
    for round in 1..=3 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_allocating"));
        let command = command.env(VARIABLES[0], directory);
        let mut allocating = Process::start_with(command, Stdio::piped());
        expected += allocating.line().parse::<u64>().expect("a count");
        let check = |keeps: &mut Counting| {
            let of_none = tallymark::multiprocess::of_directory(directory).gather_text();
            for text in [keeps.scrape(), of_none] {
                assert_eq!(sample(&text, "allocations_total"), Some(&*expected.to_string()));
                let count = round.to_string();
                assert_eq!(sample(&text, "rounds_total{round=\"7.3\"}"), Some(&*count));
            }
        };
        check(&mut keeps);
        allocating.kill();
        check(&mut keeps);
    }
    assert!(expected > 3_000, "{expected}");
    assert_eq!(keeps.errors(), []);
}

#[test]
fn a_directory_is_the_same_wherever_a_process_goes() {
    let directory = TempDir::new().expect("a folder");
    let path = directory.path().join("metrics");
    let mut command = command();
    command.current_dir(directory.path()).env(VARIABLES[0], "metrics");
    let [mut one, mut other] = [(); 2].map(|()| Counting::start_as(&mut command));
    count(&mut one, 1);
    one.tell("go /");
    count(&mut other, 10);
    for _ in 0..3 {
        all_say(&path, &mut [&mut one, &mut other], &["jobs_total 11"]);
    }
    other.kill();
    all_say(&path, &mut [&mut one], &["jobs_total 11"]);
}
