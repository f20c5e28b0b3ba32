use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tallymark_tests::{Load, Process, Profile, Releases, Service, exchange, hadolint};
use tempfile::TempDir;

const CONTAINER: &str = "examples/deploy-rollback/Containerfile";
const DEPLOYMENT: &str = "examples/deploy-rollback/cluster/deployment.yaml";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).expect(path)
}

#[test]
fn hadolint_has_nothing_to_say_of_the_container() {
    let said = hadolint(&read(CONTAINER));
    assert!(said.status.success() && said.stdout.is_empty(), "{said:?}");
    for (line, instead) in [
        ("debian:12.11-slim", "debian"),
        ("USER 10001:10001", "USER root"),
        ("ENTRYPOINT [", "ENTRYPOINTS ["),
        ("--from=build", "--from=builder"),
    ] {
        let text = read(CONTAINER);
        assert!(text.contains(line), "{line}");
        let said = hadolint(&text.replace(line, instead));
        assert!(!said.status.success() && !said.stdout.is_empty(), "{instead}: {said:?}");
    }
}

/// What is copied is enough for the workspace, whose packages cargo looks for.
#[test]
fn all_that_is_built_is_copied() {
    let copied = copied();
    let folder = TempDir::new().expect("a temporary folder");
    for path in &copied {
        let source = repository().join(path);
        let status = Command::new("cp").arg("--recursive").arg(source).arg(folder.path()).status();
        assert!(status.expect("a program of every system").success(), "{path}");
    }
    let metadata = metadata(folder.path());
    assert!(metadata.status.success(), "{metadata:?}");
    fs::remove_dir_all(folder.path().join("macros")).expect("a folder that was copied");
    assert!(!self::metadata(folder.path()).status.success());
}

fn copied() -> Vec<String> {
    let text = read(CONTAINER);
    let lines = text.lines().filter_map(|line| line.strip_prefix("COPY "));
    let here = lines.filter(|line| !line.starts_with("--from"));
    let sources = here.flat_map(|line| {
        let (sources, _) = line.rsplit_once(' ').expect("a place to copy to");
        sources.split(' ')
    });
    sources.map(str::to_owned).collect()
}

fn metadata(folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--locked", "--offline", "--no-deps", "--format-version=1"]);
    command.current_dir(folder).output().expect("cargo")
}

#[test]
fn it_is_built_by_a_compiler_that_the_workspace_accepts() {
    let container = read(CONTAINER);
    let (_, image) = container.split_once("/rust:1.").expect("an image with Rust");
    let workspace = read("Cargo.toml");
    let (_, oldest) = workspace.split_once("rust-version = \"1.").expect("the oldest one");
    assert!(number(image) >= number(oldest), "1.{} before 1.{}", number(image), number(oldest));
}

/// The number that a text begins with.
fn number(text: &str) -> u32 {
    let digits = text.split(|character: char| !character.is_ascii_digit()).next();
    digits.and_then(|digits| digits.parse().ok()).expect("a number")
}

/// The service has all of the arguments, and answers.
#[test]
fn with_the_arguments_of_a_container_it_starts() {
    for (file, start) in [(CONTAINER, "CMD ["), (DEPLOYMENT, "        args: [")] {
        let text = read(file);
        let line = text.lines().find(|line| line.starts_with(start)).expect(start);
        let (_, list) = line.split_once('[').expect(line);
        let arguments: Value = serde_json::from_str(&format!("[{list}")).expect(line);
        let arguments = arguments.as_array().expect(line).iter();
        let releases = Releases::new();
        releases.add("web", "1.4.2");
        let root = releases.path().to_str().expect("text");
        let arguments = arguments.map(|argument| match argument.as_str().expect(line) {
            "0.0.0.0:8080" => "127.0.0.1:0",
            "/srv/deploy" => root,
            other => other,
        });
        let mut process = Process::start(Service::command(Profile::Release).args(arguments));
        let address = Service::address(&process.line());
        let answer = exchange(address, Load::DEPLOY).expect("an answer");
        assert_eq!(answer.0, 200, "{answer:?}");
        assert_eq!(releases.current("web").as_deref(), Some("1.4.2"));
        let status = process.terminate();
        assert!(status.success(), "{status}");
    }
}
