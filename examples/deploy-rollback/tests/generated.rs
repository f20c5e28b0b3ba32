//! The files beside the source are those that the program writes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How they are written anew.
const AGAIN: &str = "cargo run -p deploy-rollback -- generate examples/deploy-rollback";

#[test]
fn the_files_beside_the_source_are_those_that_the_program_writes() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_deploy-rollback"));
    // In a folder that processes share there may be what others count.
    command.env_remove("PROMETHEUS_MULTIPROC_DIR").env_remove("prometheus_multiproc_dir");
    let status = command.arg("generate").arg(folder.path()).status().expect("it runs");
    assert!(status.success(), "{status}");
    let (mut written, mut kept) = (BTreeMap::new(), BTreeMap::new());
    for part in ["grafana", "kubernetes", "prometheus"] {
        read(folder.path(), Path::new(part), &mut written);
        read(Path::new(env!("CARGO_MANIFEST_DIR")), Path::new(part), &mut kept);
    }
    assert!(written.len() > 8, "{:?}", written.keys());
    let same = written.keys().eq(kept.keys());
    assert!(same, "{:?} and not {:?}; `{AGAIN}`", kept.keys(), written.keys());
    for (path, written) in &written {
        assert!(kept[path] == *written, "{} is out of date; `{AGAIN}`", path.display());
    }
}

/// All files below a part of a folder.
fn read(folder: &Path, part: &Path, files: &mut BTreeMap<PathBuf, String>) {
    let path = folder.join(part);
    let entries = fs::read_dir(&path);
    for entry in entries.unwrap_or_else(|error| panic!("{}: {error}; `{AGAIN}`", path.display())) {
        let entry = entry.expect("an entry");
        let part = part.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            read(folder, &part, files);
        } else {
            files.insert(part, fs::read_to_string(entry.path()).expect("text"));
        }
    }
}
