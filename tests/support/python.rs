use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Runs a script with the Python that has `prometheus_client`, gives it a text, and reads the JSON that
/// it prints.
///
/// # Panics
///
/// If it is not there, which `tests/run` sees to, or the script fails.
#[must_use]
pub fn python(script: &str, input: &str) -> Value {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/python/bin/python");
    let mut command = Command::new(&python);
    command.args(["-c", script]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| {
        panic!("cannot start {}: {error}; tests/run installs it", python.display())
    });
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    writer.join().expect("no panic").expect("it reads all of it");
    serde_json::from_slice(&output.stdout).expect("JSON")
}
