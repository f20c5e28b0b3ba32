//! What is published: the sources, what explains them and the licences, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How the names of sources end, and of what a page is made of.
const ENDINGS: [&str; 5] = ["css", "html", "js", "rs", "svg"];

/// What comes with the sources of others.
const OF_OTHERS: [&str; 2] = ["LICENSE", "SHA256SUMS"];

/// What cargo adds.
const OF_CARGO: [&str; 3] = ["Cargo.lock", "Cargo.toml", "Cargo.toml.orig"];
const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The files that cargo would pack, but for the one that says of which commit they are.
fn packed(package: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--allow-dirty", "--offline", "--locked", "--package", package])
        .current_dir(root())
        .output()
        .expect("cargo, by which this was built");
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{problem}");
    let files = String::from_utf8(output.stdout).expect("names");
    let files = files.lines().filter(|file| *file != ".cargo_vcs_info.json");
    // As other systems write them.
    files.map(|file| file.replace('\\', "/")).collect()
}

/// The files in a folder of a package, each of which has to be of a sort that belongs there.
fn sources(package: &str, folder: &str) -> BTreeSet<String> {
    let root = root().join(package);
    let mut folders = vec![root.join(folder)];
    let mut files = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let is_source =
                path.extension().is_some_and(|ending| ENDINGS.iter().any(|e| ending == *e));
            let is_theirs = OF_OTHERS.iter().any(|name| path.ends_with(name));
            assert!(is_source || is_theirs, "{}", path.display());
            let name = path.strip_prefix(&root).expect("below it").to_str().expect("text");
            files.insert(name.replace('\\', "/"));
        }
    }
    assert!(!files.is_empty(), "{package}/{folder}");
    files
}

fn all(others: &[&str], folders: &[BTreeSet<String>]) -> BTreeSet<String> {
    let others = OF_CARGO.iter().chain(&LICENSES).chain(others).map(|name| (*name).to_owned());
    others.chain(folders.iter().flatten().cloned()).collect()
}

#[test]
fn the_library_is_packed_with_all_that_belongs_to_it() {
    let folders = [sources("runtime", "src"), sources("runtime", "tests")];
    assert_eq!(packed("tallymark"), all(&["FORMAT.md", "README.md"], &folders));
}

#[test]
fn its_macros_are_packed_with_all_that_belongs_to_them() {
    let folders = [sources("macros", "src")];
    assert_eq!(packed("tallymark-macros"), all(&["README.md"], &folders));
}

#[test]
fn both_have_the_licences_of_the_repository() {
    for package in ["macros", "runtime"] {
        for license in LICENSES {
            let text = |path: &Path| fs::read_to_string(path).expect("a licence");
            assert_eq!(text(&root().join(package).join(license)), text(&root().join(license)));
        }
    }
}
