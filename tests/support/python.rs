use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::process::feed;

/// Runs a script with the Python that has `prometheus_client`, gives it a text, and reads the JSON that
/// it prints.
///
/// # Panics
///
/// If it is not there, which `tests/run` sees to, or the script fails.
#[must_use]
pub fn python(script: &str, input: &str) -> Value {
    let output = feed(Command::new(program("python")).args(["-c", script]), input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A program of the environment that `tests/run` makes.
pub(crate) fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/python/bin").join(name)
}
