use std::process::Command;

/// The name of the user that the tests run as.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub(crate) fn user() -> String {
    let output = Command::new("id").arg("--user").arg("--name").output();
    let output = output.expect("a program of every system");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text").trim_end().to_owned()
}
