use std::process::{Command, Output};

use crate::process::feed;
use crate::python::program;

/// What hadolint has to say of a container file.
///
/// # Panics
///
/// If it is not there, which `tests/run` sees to.
#[must_use]
pub fn hadolint(text: &str) -> Output {
    feed(Command::new(program("hadolint")).args(["--no-color", "-"]), text)
}
