use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use crate::process::{Process, wait_for};
use crate::service::{Answer, agent};

/// Starts the node exporter, which says what is to be known of a host.
///
/// # Panics
///
/// If it is not installed or does not start.
#[must_use]
pub fn start_exporter(address: SocketAddr) -> Process {
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
