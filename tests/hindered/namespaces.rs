//! Processes in different pid namespaces, as containers are, which share a directory.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tallymark::multiprocess::of_directory;
use tallymark_tests::{Counting, all_say, told, wait_for};
use tempfile::TempDir;

/// One that is the first process of a namespace of its own.
fn start(directory: &Path, jobs: u64) -> Counting {
    let mut command = Command::new("unshare");
    command.args(["--map-root-user", "--pid", "--fork", "--kill-child"]);
    command.arg(env!("CARGO_BIN_EXE_counting"));
    let mut process = Counting::start_as(command.env("PROMETHEUS_MULTIPROC_DIR", directory));
    process.tell_all("declare counter jobs_total\ndeclare gauge load combine=per_process");
    process.tell_all(&format!("record jobs_total {jobs}\nrecord load {jobs}"));
    process
}

/// What is in a word of the headers of all processes' files.
fn words(directory: &Path, word: usize) -> Vec<u64> {
    let entries = directory.read_dir().expect("a directory");
    let paths = entries.map(|entry| entry.expect("a file").path());
    let processes = paths.filter(|path| path.to_string_lossy().contains("/process-"));
    let words = processes.map(|path| {
        let bytes = std::fs::read(path).expect("a file");
        let word = bytes[word * 8..].first_chunk().expect("a header");
        u64::from_ne_bytes(*word)
    });
    words.collect()
}

/// Kills the one that is in a namespace, and waits until everybody knows.
fn kill(process: &mut Counting, directory: &Path, load: &str) {
    process.kill();
    let registry = of_directory(directory);
    wait_for("the end of it", Duration::from_secs(30), || {
        let text = registry.gather_text();
        if told(&text).iter().any(|line| line.starts_with(load)) { Err(text) } else { Ok(()) }
    });
}

#[test]
fn the_same_numbers_are_different_processes() {
    const PID: usize = 12;
    const NAMESPACE: usize = 13;
    let directory = TempDir::new().expect("a folder");
    let directory = directory.path();
    let [mut one, mut other] = [1, 10].map(|jobs| start(directory, jobs));
    let mut outside = Counting::start(env!("CARGO_BIN_EXE_counting"), directory);
    let loads: Vec<_> = ["1", "10"]
        .iter()
        .zip(0..)
        .map(|(load, worker)| format!("load{{worker=\"{worker}\"}} {load}"))
        .collect();
    all_say(
        directory,
        &mut [&mut one, &mut other, &mut outside],
        &["jobs_total 11", &loads[0], &loads[1]],
    );
    let mut pids = words(directory, PID);
    pids.sort_unstable();
    assert_eq!(pids, [1, 1, outside.id().into()]);
    let mut namespaces = words(directory, NAMESPACE);
    namespaces.sort_unstable();
    namespaces.dedup();
    assert_eq!(namespaces.len(), 3);
    // In each of them is seen who is alive in the others, and who is not.
    kill(&mut one, directory, &loads[0]);
    all_say(directory, &mut [&mut outside, &mut other], &["jobs_total 11", &loads[1]]);
    let mut again = start(directory, 100);
    let load = "load{worker=\"0\"} 100";
    all_say(
        directory,
        &mut [&mut outside, &mut other, &mut again],
        &["jobs_total 111", load, &loads[1]],
    );
    outside.kill();
    all_say(directory, &mut [&mut other, &mut again], &["jobs_total 111", load, &loads[1]]);
    kill(&mut other, directory, &loads[1]);
    all_say(directory, &mut [&mut again], &["jobs_total 111", load]);
    assert_eq!(again.errors(), []);
    kill(&mut again, directory, load);
    let mut anew = start(directory, 5);
    all_say(directory, &mut [&mut anew], &["jobs_total 5", "load{worker=\"0\"} 5"]);
}
