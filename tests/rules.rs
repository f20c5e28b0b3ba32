//! The rules and alerts that belong to the example, tried by `promtool`: what is in the folder beside
//! this, a file for each alert.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

use tallymark_tests::check_config;

fn prometheus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/deploy-rollback/prometheus")
}

fn rules() -> PathBuf {
    prometheus().join("rules/mp-sre-deploy.yml")
}

fn promtool(arguments: &[&str], file: &Path) -> Output {
    let output =
        Command::new("timeout").args(["120", "promtool"]).args(arguments).arg(file).output();
    let output = output.expect("`timeout` is there");
    let missing = "promtool is installed; tests/run installs what the tests need";
    assert_ne!(output.status.code(), Some(127), "{missing}");
    output
}

/// The files with the cases, by the names of their alerts.
fn files() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let files = fs::read_dir(folder).expect("the cases").map(|file| file.expect("a name").path());
    files
        .map(|file| (file.file_stem().expect("a name").to_string_lossy().into_owned(), file))
        .collect()
}

#[test]
fn the_configuration_and_its_rules_are_valid() {
    check_config(&prometheus().join("prometheus.yml"));
    let checked = promtool(&["check", "rules", "--lint=all", "--lint-fatal"], &rules());
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn every_alert_fires_and_does_not_as_its_cases_have_it() {
    thread::scope(|scope| {
        let tests = files()
            .into_iter()
            .map(|(name, file)| (name, scope.spawn(move || promtool(&["test", "rules"], &file))));
        // All are started before the first is waited for.
        let mut failed = String::new();
        for (name, test) in tests.collect::<Vec<_>>() {
            let output = test.join().expect("no panic");
            if !output.status.success() {
                failed = failed + &name + ": " + &String::from_utf8_lossy(&output.stderr);
            }
        }
        assert!(failed.is_empty(), "{failed}");
    });
}

#[test]
fn every_alert_has_cases_of_both() {
    let text = fs::read_to_string(rules()).expect("rules");
    let alerts = blocks(&text, "alert: ", "labels:");
    assert!(alerts.len() > 5, "{alerts:?}");
    let files = files();
    for (alert, labels) in &alerts {
        let file = files.iter().find(|(name, _)| name == alert);
        let (_, file) = file.unwrap_or_else(|| panic!("no cases of {alert}"));
        let cases = fs::read_to_string(file).expect("cases");
        let firing = blocks(&cases, "alertname: ", "- exp_labels:");
        // Of alerts with one name, each has its own labels.
        let is_there =
            firing.iter().any(|(name, expected)| name == alert && labels.is_subset(expected));
        assert!(is_there, "{alert} does not fire with {labels:?} in {}", file.display());
        assert!(cases.contains("exp_alerts: []"), "{alert} always fires in {}", file.display());
    }
    for (name, _) in files {
        assert!(alerts.iter().any(|(alert, _)| *alert == name), "there is no alert {name}");
    }
}

/// The names that come after `name`, each with all lines that are indented below each `labels` after it.
fn blocks(text: &str, name: &str, labels: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut blocks = Vec::new();
    let (mut named, mut within) = (String::new(), None);
    for line in text.lines() {
        let depth = line.len() - line.trim_start().len();
        let line = line.trim();
        if within.is_some_and(|within| depth <= within) {
            within = None;
        }
        if let Some(found) = line.trim_start_matches("- ").strip_prefix(name) {
            found.clone_into(&mut named);
        } else if line == labels {
            within = Some(depth + if labels.starts_with('-') { 2 } else { 0 });
            blocks.push((named.clone(), BTreeSet::new()));
        } else if let (Some(_), Some((_, found))) = (within, blocks.last_mut()) {
            found.insert(line.replace('"', ""));
        }
    }
    blocks
}
