use std::fs;
use std::net::SocketAddr;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::api::Api;
use crate::process::{Process, free_address};
use crate::query::wait_until_ready;

/// A real VictoriaMetrics, as one server.
#[derive(Debug)]
pub struct VictoriaMetrics {
    _process: Process,
    address: SocketAddr,
    _data: TempDir,
}

impl VictoriaMetrics {
    /// Starts it with what it is to scrape, in the language of Prometheus's configuration, and further
    /// flags.
    ///
    /// # Panics
    ///
    /// If it is not installed or does not start.
    #[must_use]
    pub fn with(configuration: &str, flags: &[&str]) -> Self {
        let data = TempDir::new().expect("a temporary folder");
        let config = data.path().join("scrape.yml");
        fs::write(&config, configuration).expect("the configuration");
        let address = free_address();
        let process = Process::start(
            Command::new("victoria-metrics")
                .arg(format!("-promscrape.config={}", config.display()))
                .arg(format!("-storageDataPath={}", data.path().join("data").display()))
                .arg(format!("-httpListenAddr={address}"))
                .args(["-memory.allowedBytes=200000000", "-search.latencyOffset=0s"])
                .args(flags),
        );
        wait_until_ready("VictoriaMetrics", address, "/health");
        Self { _process: process, address, _data: data }
    }

    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The series that a query finds now: for each its labels and its value as text.
    ///
    /// # Panics
    ///
    /// If it is no valid query of an instant vector, or there are warnings.
    #[must_use]
    pub fn query(&self, query: &str) -> Vec<(Value, String)> {
        Api(self.address).texts(query)
    }
}
