use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::process::Process;

/// How the example is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// As `cargo run` does.
    Debug,
    /// As for production.
    Release,
}

/// The example, running with releases of the test's own.
#[derive(Debug)]
pub struct Service {
    /// The program.
    pub process: Process,
    /// Where it listens.
    pub address: SocketAddr,
    /// What it deploys.
    pub releases: Releases,
}

/// A root folder of releases.
#[derive(Debug)]
pub struct Releases {
    root: TempDir,
}

/// An answer of the service.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers and the rest.
    pub head: Response<()>,
    /// The body as text.
    pub text: String,
}

impl Service {
    /// The command that starts the example, built first where it is not.
    ///
    /// # Panics
    ///
    /// If it does not build.
    #[must_use]
    pub fn command(profile: Profile) -> Command {
        let build = escargot::CargoBuild::new()
            .manifest_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"))
            .package("deploy-rollback")
            .bin("deploy-rollback");
        let build = if profile == Profile::Release { build.release() } else { build };
        build.run().expect("the example builds").command()
    }

    /// Starts the example on a free port, with the app `web` in the versions `1.4.1` and `1.4.2`.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[must_use]
    pub fn start(profile: Profile) -> Self {
        let releases = Releases::new();
        releases.add("web", "1.4.1");
        releases.add("web", "1.4.2");
        let mut command = Self::command(profile);
        command.args(["serve", "--listen", "127.0.0.1:0", "--workers", "2", "--root"]);
        let process = Process::start(command.arg(releases.path()));
        let address = Self::address(&process.line());
        Self { process, address, releases }
    }

    /// Starts the example at an address, on a free port if it is 0, to be asked a lot; it counts in a
    /// directory if there is one, as several processes would together.
    ///
    /// # Panics
    ///
    /// If it does not start.
    #[must_use]
    pub fn start_at(listen: SocketAddr, directory: Option<&Path>) -> Self {
        let releases = Releases::new();
        releases.add("web", "1.4.1");
        releases.add("web", "1.4.2");
        let mut command = Self::command(Profile::Debug);
        command.args(["serve", "--workers", "2", "--listen"]).arg(listen.to_string());
        // What each does is not said, or nobody would find what went wrong.
        command.arg("--root").arg(releases.path()).env("RUST_LOG", "warn");
        if let Some(directory) = directory {
            command.env("PROMETHEUS_MULTIPROC_DIR", directory);
        }
        let process = Process::start(&mut command);
        let address = Self::address(&process.line());
        Self { process, address, releases }
    }

    /// Where a service listens, by the first line that it printed.
    ///
    /// # Panics
    ///
    /// If the line does not say it.
    #[must_use]
    pub fn address(line: &str) -> SocketAddr {
        let (_, rest) = line.split_once("http://").expect(line);
        rest.split(' ').next().and_then(|address| address.parse().ok()).expect(line)
    }

    /// Sends a body as JSON to an interface.
    ///
    /// # Panics
    ///
    /// If there is no answer.
    #[must_use]
    pub fn post(&self, agent: &Agent, path: &str, body: &str) -> Answer {
        let request = agent.post(self.url(path)).content_type("application/json");
        Answer::read(request.send(body))
    }

    /// Gets a page.
    ///
    /// # Panics
    ///
    /// If there is no answer.
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        Answer::read(agent().get(self.url(path)).call())
    }

    /// The address of a page.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Answer {
    /// Reads an answer to its end.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn read(answer: Result<Response<Body>, ureq::Error>) -> Self {
        let (head, mut body) = answer.expect("an answer").into_parts();
        let text = body.read_to_string().expect("a body in UTF-8");
        Self { status: head.status.as_u16(), head: Response::from_parts(head, ()), text }
    }

    /// The text of a header, empty if there is none.
    ///
    /// # Panics
    ///
    /// If it is no text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.head.headers().get(name).map_or("", |value| value.to_str().expect(name))
    }

    /// The `data` of an answer in the service's shape, checked to be exactly of that shape and to
    /// repeat the status.
    ///
    /// # Panics
    ///
    /// If the answer has another shape.
    #[must_use]
    pub fn data(&self) -> String {
        let shape: Value = serde_json::from_str(&self.text).expect(&self.text);
        let data = shape["data"].as_str().expect(&self.text);
        assert_eq!(shape, serde_json::json!({ "status_code": self.status, "data": data }));
        assert!(self.header("content-type").starts_with("application/json"), "{self:?}");
        data.to_owned()
    }
}

impl Releases {
    /// A folder without any.
    ///
    /// # Panics
    ///
    /// If there can be no temporary folder.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it makes a folder")]
    pub fn new() -> Self {
        Self { root: TempDir::new().expect("a temporary folder") }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.root.path()
    }

    /// Adds a version of an app.
    ///
    /// # Panics
    ///
    /// If it cannot be written.
    pub fn add(&self, app: &str, version: &str) {
        let folder = self.path().join(app).join("releases").join(version);
        fs::create_dir_all(&folder).expect("a release's folder");
        fs::write(folder.join("version"), version).expect("a release's file");
    }

    /// The version that is live, read through the link; `None` if none is.
    ///
    /// # Panics
    ///
    /// If the link is broken or leads elsewhere.
    #[must_use]
    pub fn current(&self, app: &str) -> Option<String> {
        let link = self.path().join(app).join("current");
        if link.symlink_metadata().is_err() {
            return None;
        }
        Some(fs::read_to_string(link.join("version")).expect("the link leads to a release"))
    }

    /// Every path below the root, links with their targets, in order: what must stay the same where
    /// nothing may change.
    #[must_use]
    pub fn tree(&self) -> Vec<(PathBuf, Option<PathBuf>)> {
        let mut tree = Vec::new();
        walk(self.path(), &mut tree);
        tree.sort();
        tree
    }
}

fn walk(folder: &Path, tree: &mut Vec<(PathBuf, Option<PathBuf>)>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        let target = fs::read_link(&path).ok();
        if target.is_none() && path.is_dir() {
            walk(&path, tree);
        }
        tree.push((path, target));
    }
}

/// An HTTP client with connections of its own, for which every status is an answer.
#[must_use]
pub fn agent() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .into()
}
