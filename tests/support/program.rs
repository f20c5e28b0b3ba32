use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The program that shows what a directory holds, built first where it is not.
///
/// # Panics
///
/// If it does not build.
#[must_use]
pub fn program() -> Command {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let build = escargot::CargoBuild::new()
            .manifest_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"))
            .package("tallymark")
            .bin("tallymark")
            .features("cli");
        build.run().expect("the program builds").path().to_owned()
    });
    Command::new(program)
}
