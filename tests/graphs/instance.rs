use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tallymark_tests::{Answer, Process, Profile, Releases, Service, agent, wait_for};

/// Starts an instance of the example on a free port of an address, which counts in a directory if there
/// is one, as several processes would together.
pub(crate) fn start(address: &str, directory: Option<&Path>) -> Service {
    let releases = Releases::new();
    releases.add("web", "1.4.1");
    releases.add("web", "1.4.2");
    let mut command = Service::command(Profile::Debug);
    command.args(["serve", "--workers", "2", "--listen"]).arg(format!("{address}:0"));
    // What each does is not said, or nobody would find what went wrong.
    command.arg("--root").arg(releases.path()).env("RUST_LOG", "warn");
    if let Some(directory) = directory {
        command.env("PROMETHEUS_MULTIPROC_DIR", directory);
    }
    let process = Process::start(&mut command);
    let address = Service::address(&process.line());
    Service { process, address, releases }
}

/// Starts the node exporter, which says what is to be known of a host.
pub(crate) fn start_exporter(address: SocketAddr) -> Process {
    let mut command = Command::new("prometheus-node-exporter");
    let process = Process::start(
        command.arg(format!("--web.listen-address={address}")).arg("--log.level=error"),
    );
    wait_for("the node exporter", Duration::from_secs(30), || {
        match agent().get(format!("http://{address}/metrics")).call() {
            Ok(answer) => Ok(Answer::read(Ok(answer)).text),
            Err(error) => Err(error.to_string()),
        }
    });
    process
}
