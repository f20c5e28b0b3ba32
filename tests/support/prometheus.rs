use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::api::Api;
use crate::process::{Process, feed, free_address};
use crate::query::wait_until_ready;
use crate::shipped::replaced;

/// A real Prometheus that runs with a shipped configuration.
#[derive(Debug)]
pub struct Prometheus {
    _process: Process,
    address: SocketAddr,
    data: TempDir,
}

impl Prometheus {
    /// Starts it with the configuration, in which only the target and the interval are replaced.
    ///
    /// # Panics
    ///
    /// If the configuration does not have both, or Prometheus is not installed or does not start.
    #[must_use]
    pub fn start(config: &Path, target: SocketAddr, interval: &str) -> Self {
        let target = target.to_string();
        let interval = format!("scrape_interval: {interval}");
        let replacements = [("127.0.0.1:8080", &*target), ("scrape_interval: 30s", &*interval)];
        Self::with(&replaced(config, &replacements), &[])
    }

    /// Starts it with a configuration of the test's own, and further flags.
    ///
    /// # Panics
    ///
    /// If Prometheus is not installed or does not start.
    #[must_use]
    pub fn with(configuration: &str, flags: &[&str]) -> Self {
        let data = TempDir::new().expect("a temporary folder");
        let config = data.path().join("prometheus.yml");
        fs::write(&config, configuration).expect("the configuration");
        let address = free_address();
        let process = Process::start(
            Command::new("prometheus")
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.tsdb.path={}", data.path().join("data").display()))
                .arg(format!("--web.listen-address={address}"))
                .args(flags),
        );
        wait_until_ready("Prometheus", address, "/-/ready");
        Self { _process: process, address, data }
    }

    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The folder of what it stores.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.data.path().join("data")
    }

    /// The error of the last scrape of each target, by its job; empty where there was none.
    ///
    /// # Panics
    ///
    /// If it does not answer.
    #[must_use]
    pub fn scrape_errors(&self) -> Vec<(String, String)> {
        let data = Api(self.address).ask("targets", &[]);
        let targets = data["activeTargets"].as_array().expect("targets");
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        targets
            .iter()
            .map(|target| (text(&target["labels"]["job"]), text(&target["lastError"])))
            .collect()
    }

    /// The series that a query finds now: for each its labels and its value as
    /// text.
    ///
    /// # Panics
    ///
    /// If it is no valid query of an instant vector, or there are warnings.
    #[must_use]
    pub fn query(&self, query: &str) -> Vec<(Value, String)> {
        Api(self.address).texts(query)
    }
}

/// Has `promtool` check a configuration.
///
/// # Panics
///
/// If it is not installed or finds a fault.
pub fn check_config(config: &Path) {
    let checked = Command::new("promtool").args(["check", "config"]).arg(config).output();
    let checked = checked.expect("promtool is installed");
    assert!(checked.status.success(), "{checked:?}");
}

/// Has `promtool` check an exposition in the text format; returns what it has to say of its style.
///
/// # Panics
///
/// If it is not installed, or cannot read the text.
#[must_use]
pub fn check_metrics(text: &str) -> Vec<String> {
    let checked = feed(Command::new("promtool").args(["check", "metrics"]), text);
    // 3: it is valid, and there is something to be said of the style.
    assert!(matches!(checked.status.code(), Some(0 | 3)), "{checked:?}");
    let findings = String::from_utf8_lossy(&checked.stderr);
    findings.lines().map(str::to_owned).collect()
}
