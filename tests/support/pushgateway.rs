use std::net::SocketAddr;
use std::process::Command;

use tempfile::TempDir;

use crate::process::Process;
use crate::query::wait_until_ready;
use crate::service::{Answer, agent};

/// A real Prometheus pushgateway.
#[derive(Debug)]
pub struct Pushgateway {
    _process: Process,
    address: SocketAddr,
    _folder: TempDir,
}

impl Pushgateway {
    /// Starts it on an address.
    ///
    /// # Panics
    ///
    /// If it is not installed or does not start.
    #[must_use]
    pub fn at(address: SocketAddr) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let process = Process::start(
            Command::new("prometheus-pushgateway")
                .arg(format!("--web.listen-address={address}"))
                .arg("--persistence.file=")
                .current_dir(folder.path()),
        );
        wait_until_ready("the pushgateway", address, "/-/ready");
        Self { _process: process, address, _folder: folder }
    }

    /// What it exposes, in the text format.
    ///
    /// # Panics
    ///
    /// If it does not answer.
    #[must_use]
    pub fn exposed(&self) -> String {
        Answer::read(agent().get(format!("http://{}/metrics", self.address)).call()).text
    }
}
