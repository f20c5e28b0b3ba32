//! Processes that are killed at each of their calls of the system, or see one fail: while they fold,
//! while they join, and while they begin a life. Nothing is lost by that, and nothing counted twice.

use std::collections::BTreeSet;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use tallymark_tests::scene::{Scene, exposed, shared};
use tallymark_tests::{Call, Traced};

const KILL: i32 = 9;

/// What one that folds leaves, beside a process that is alive or not.
const LOCKS: [&str; 3] = ["folding.lock", "living.lock", "numbering.lock"];

fn scene() -> Scene {
    Scene::new(env!("CARGO_BIN_EXE_counting"))
}

fn left(living: usize) -> Vec<String> {
    let mut left = vec!["archive.tally"];
    left.extend(LOCKS);
    left.extend(std::iter::repeat_n("process", living));
    left.into_iter().map(str::to_owned).collect()
}

/// The calls that a program makes to the directory.
fn calls(scene: &Scene, (command, input): (Command, Stdio)) -> Vec<Call> {
    let mut traced = Traced::start(&command, input, &[]);
    let (status, _) = traced.wait();
    assert!(status.success(), "{status}");
    traced.calls(scene.path())
}

/// Kills a program at the call.
fn kill_at(call: &Call, (command, input): (Command, Stdio)) {
    let injection = format!("{}:signal=SIGKILL:when={}", call.name, call.number);
    let (status, _) = Traced::start(&command, input, &[injection]).wait();
    assert_eq!(status.signal(), Some(KILL), "{call:?}");
}

/// What each call may fail with, and go on with what comes after it.
fn errors(call: &Call) -> &'static [&'static str] {
    match &*call.name {
        "open" | "openat" => &["EIO", "EINTR", "EMFILE", "ENOSPC"],
        "flock" => &["EINTR", "ENOLCK"],
        "pread64" => &["EIO", "EINTR"],
        "pwrite64" | "fallocate" => &["EIO", "EINTR", "ENOSPC"],
        "renameat" | "renameat2" | "unlinkat" => &["EIO", "ENOSPC"],
        "mmap" => &["ENOMEM"],
        "close" => &[],
        _ => &["EIO"],
    }
}

/// Has the call fail in a program, which ends by itself; returns what it prints.
fn fail_at(call: &Call, error: &str, (command, input): (Command, Stdio)) -> String {
    let injection = format!("{}:error={error}:when={}", call.name, call.number);
    let (status, printed) = Traced::start(&command, input, &[injection]).wait();
    assert_eq!(status.signal(), None, "{call:?} {error}");
    printed
}

fn mail(lines: &BTreeSet<String>) -> u32 {
    let count =
        lines.iter().find_map(|line| line.strip_prefix("shared_jobs_total{queue=\"mail\"} "));
    count.map_or(0, |count| count.parse().expect("a count"))
}

/// Where somebody folds beside a process that has counted one job: of processes that are gone, whose
/// jobs these are, and what is left of one that did not get as far as its name.
fn to_be_folded(archived: Option<u32>, dead: [u32; 2]) -> (Scene, tallymark_tests::Counting) {
    let mut scene = scene();
    let living = scene.start(1);
    if let Some(jobs) = archived {
        scene.count_and_die(jobs);
        assert_eq!(scene.read(), exposed(2, 1 + jobs));
    }
    for jobs in dead {
        scene.count_and_die(jobs);
    }
    std::fs::write(scene.path().join(".unfinished-left"), "").expect("a file");
    scene.keep();
    (scene, living)
}

/// However often it is read from now on.
fn is_folded(scene: &Scene, living: usize, expected: &BTreeSet<String>, context: &str) {
    for _ in 0..2 {
        assert_eq!(&scene.read(), expected, "{context}");
        assert_eq!(scene.names(), left(living), "{context}");
    }
}

fn collect(scene: &Scene) -> (Command, Stdio) {
    (scene.collect(), Stdio::null())
}

fn folds_after_each_kill(archived: Option<u32>, expected: &BTreeSet<String>) {
    let (scene, mut living) = to_be_folded(archived, [10, 20]);
    let calls = calls(&scene, collect(&scene));
    for wanted in ["flock", "pwrite64", "renameat", "unlinkat"] {
        assert!(calls.iter().any(|call| call.name.starts_with(wanted)), "{calls:?}");
    }
    is_folded(&scene, 1, expected, "nothing happens to it");
    for call in &calls {
        scene.restore();
        kill_at(call, collect(&scene));
        is_folded(&scene, 1, expected, &call.shown);
    }
    assert_eq!(&shared(&living.scrape()), expected);
    assert!(calls.len() > 40, "{}", calls.len());
}

#[test]
fn who_folds_first_is_killed_at_each_call() {
    folds_after_each_kill(None, &exposed(3, 31));
}

#[test]
fn who_folds_again_is_killed_at_each_call() {
    folds_after_each_kill(Some(100), &exposed(4, 131));
}

#[test]
fn each_call_of_who_folds_fails() {
    let (scene, mut living) = to_be_folded(Some(100), [10, 20]);
    let expected = exposed(4, 131);
    let calls = calls(&scene, collect(&scene));
    for call in &calls {
        for error in errors(call) {
            scene.restore();
            let printed = shared(&fail_at(call, error, collect(&scene)));
            // Something may be missing that it could not read; but not be there twice.
            assert!(mail(&printed) <= 131, "{call:?} {error}: {printed:?}");
            is_folded(&scene, 1, &expected, &format!("{error}: {}", call.shown));
        }
    }
    assert_eq!(shared(&living.scrape()), expected);
}

/// The processes that join count five jobs; whether they get as far as that or not, nothing else is
/// any different.
fn joins(happens: impl Fn(&Call, &Scene)) {
    let (scene, mut living) = to_be_folded(Some(100), [10, 20]);
    let calls = calls(&scene, scene.command(5));
    is_folded(&scene, 1, &exposed(5, 136), "nothing happens to it");
    for call in &calls {
        scene.restore();
        happens(call, &scene);
        let read = scene.read();
        // What it declares and counts is more than one call, and it may be killed between two of them.
        assert!((131..=136).contains(&mail(&read)), "{call:?}: {read:?}");
        is_folded(&scene, 1, &read, &call.shown);
    }
    scene.restore();
    assert_eq!(shared(&living.scrape()), exposed(4, 131));
    assert!(calls.len() > 20, "{}", calls.len());
}

#[test]
fn who_joins_is_killed_at_each_call() {
    joins(|call, scene| kill_at(call, scene.command(5)));
}

#[test]
fn each_call_of_who_joins_fails() {
    joins(|call, scene| {
        for error in errors(call) {
            scene.restore();
            fail_at(call, error, scene.command(5));
            let read = scene.read();
            let expected = [exposed(4, 131), exposed(5, 136)];
            assert!(expected.contains(&read), "{error}: {call:?}: {read:?}");
        }
    });
}

/// Nobody is alive any more, and a process is killed that begins anew with five jobs. Until it has, all
/// is as it was; from then on nothing is, and so for the one that comes after it.
#[test]
fn who_begins_a_life_is_killed_at_each_call() {
    let mut scene = scene();
    let mut living = scene.start(1);
    scene.count_and_die(100);
    assert_eq!(scene.read(), exposed(2, 101));
    scene.count_and_die(10);
    living.process().kill();
    std::fs::write(scene.path().join(".unfinished-left"), "").expect("a file");
    scene.keep();
    let before = exposed(3, 111);
    let calls = calls(&scene, scene.command(5));
    assert_eq!(scene.read(), exposed(1, 5));
    let mut begun = false;
    for call in &calls {
        scene.restore();
        kill_at(call, scene.command(5));
        let read = scene.read();
        begun |= read != before;
        assert!(if begun { mail(&read) <= 5 } else { read == before }, "{call:?}: {read:?}");
        assert_eq!(scene.read(), read, "{call:?}");
        // What it left is of no concern to the next one.
        scene.count_and_die(7);
        is_folded(&scene, 0, &exposed(1, 7), &call.shown);
    }
    assert!(begun, "{calls:?}");
    assert!(calls.len() > 20, "{}", calls.len());
}
