use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Duration;

use tallymark_tests::exposition::{Series, Syntax, read_text};
use tallymark_tests::{Load, Process, Units, exchange, free_address, metrics, totals, wait_for};
use tempfile::TempDir;

/// How exposed a process may be by its unit, in the tenths that `systemd-analyze` counts, from 0 to 100.
const EXPOSURE: u32 = 5;

#[test]
fn systemd_has_nothing_to_say_of_the_units() {
    let verified = Units::new(&[]).verify();
    assert!(verified.status.success() && verified.stderr.is_empty(), "{verified:?}");
    for (line, instead) in [
        ("ProtectSystem=strict", "ProtectSystem=strictly"),
        ("PartOf=deploy-rollback.service", "PartOff=deploy-rollback.service"),
        ("SystemCallFilter=@system-service", "SystemCallFilter=@system-services"),
    ] {
        let verified = Units::new(&[(line, instead)]).verify();
        assert!(!verified.stderr.is_empty(), "{instead}: {verified:?}");
    }
}

#[test]
fn a_process_is_hardly_exposed() {
    let found = Units::new(&[]).security(EXPOSURE);
    assert!(found.status.success(), "{found:?}");
    let all = ("CapabilityBoundingSet=", "CapabilityBoundingSet=~");
    let found = Units::new(&[all]).security(EXPOSURE);
    assert!(!found.status.success(), "{found:?}");
}

#[test]
fn activated_by_a_socket_it_answers_and_counts_with_the_calls_that_it_has() {
    let units = Units::new(&[]);
    let address = free_address();
    let log = TempDir::new().expect("a temporary folder");
    let log = log.path().join("calls");
    let activation = units.activation(address);
    let mut command = Command::new("strace");
    // Beside the program, which so is a child of this process.
    command.args(["-D", "-f", "-qq", "-e", "trace=all", "-o"]).arg(&log);
    let mut process =
        Process::start(command.arg(activation.get_program()).args(activation.get_args()));
    let answered = wait_for("the socket", Duration::from_secs(20), || {
        exchange(address, Load::DEPLOY).map_err(|error| format!("{error}; {}", process.log()))
    });
    assert_eq!(answered.0, 200, "{answered:?}");
    let text = metrics(address).expect("metrics");
    let deploys = Series::new("request_processing_counter", &[("interface", "/deploy")]);
    assert_eq!(totals(&read_text(&text, Syntax::Text))[&deploys].to_string(), "1");
    assert!(units.directory().join("living.lock").is_file(), "{:?}", units.directory());
    let status = process.terminate();
    assert!(status.success(), "{status}; {}", process.log());

    let made = calls(&fs::read_to_string(&log).expect("a log"));
    let allowed = allowed(&units.values("SystemCallFilter"));
    let refused: Vec<_> = made.difference(&allowed).collect();
    assert!(refused.is_empty(), "{refused:?}");
    assert!(allowed.len() > 200 && !allowed.contains("mount"), "{allowed:?}");
    assert!(made.contains("accept4") && made.contains("flock") && made.len() > 30, "{made:?}");
}

/// The calls of the system that were made since the program runs, which is since the last execve(2).
fn calls(log: &str) -> BTreeSet<String> {
    let program = log.rfind(" execve(").expect("a program that runs");
    let calls = log[program..].lines().skip(1).filter_map(|line| {
        let (_, call) = line.split_once(' ')?;
        let (name, _) = call.trim_start().split_once('(')?;
        name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric()).then_some(name)
    });
    calls.map(str::to_owned).collect()
}

/// The calls that filters allow: the first one adds, those with a `~` take away.
fn allowed(filters: &[String]) -> BTreeSet<String> {
    let mut allowed = BTreeSet::new();
    for filter in filters {
        let (taken, sets) =
            filter.strip_prefix('~').map_or((false, &**filter), |sets| (true, sets));
        for call in sets.split(' ').flat_map(members) {
            if taken {
                allowed.remove(&call)
            } else {
                allowed.insert(call)
            };
        }
    }
    allowed
}

/// The calls of a set, and of the sets in it.
fn members(set: &str) -> Vec<String> {
    if !set.starts_with('@') {
        return vec![set.to_owned()];
    }
    let listed = Command::new("systemd-analyze").args(["syscall-filter", set]).output();
    let listed = listed.expect("systemd-analyze, which tests/run installs");
    assert!(listed.status.success(), "{listed:?}");
    let text = String::from_utf8(listed.stdout).expect("text");
    let entries = text.lines().skip(1).map(str::trim);
    entries.filter(|entry| !entry.is_empty() && !entry.starts_with('#')).flat_map(members).collect()
}
