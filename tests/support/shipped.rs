use std::fs;
use std::path::{Path, PathBuf};

/// A file of the example, by its path there.
#[must_use]
pub(crate) fn shipped(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/deploy-rollback").join(path)
}

/// The text of a file, in which some things are replaced, each of which is on one line.
///
/// # Panics
///
/// If one of them is not, or the file is not there.
#[must_use]
pub(crate) fn replaced(file: &Path, replacements: &[(&str, &str)]) -> String {
    let mut text = fs::read_to_string(file).expect("a file that is shipped");
    for (from, to) in replacements {
        assert_eq!(text.lines().filter(|line| line.contains(from)).count(), 1, "{from}");
        text = text.replace(from, to);
    }
    text
}
