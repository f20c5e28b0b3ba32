//! What the example generates.

use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::service::{Profile, Service};

/// The files that are generated of the example and belong to it.
#[must_use]
pub fn committed() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/deploy-rollback")
}

/// Has the example generate its files into a folder, with further arguments.
///
/// # Panics
///
/// If it does not.
#[must_use]
pub fn generate(arguments: &[&str]) -> TempDir {
    let folder = TempDir::new().expect("a temporary folder");
    let mut command: Command = Service::command(Profile::Debug);
    let output = command.arg("generate").arg(folder.path()).args(arguments).output();
    let output = output.expect("the example runs");
    assert!(output.status.success(), "{output:?}");
    folder
}
