use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Process, free_address, wait_for};
use crate::service::{Answer, agent};

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
        let server = Self { _process: process, address, _data: data };
        wait_for("VictoriaMetrics to be ready", Duration::from_secs(60), || {
            match agent().get(server.url("/health")).call() {
                Ok(answer) if answer.status() == 200 => Ok(()),
                other => Err(format!("{other:?}")),
            }
        });
        server
    }

    /// The series that a query finds now: for each its labels and its value as text.
    ///
    /// # Panics
    ///
    /// If it is no valid query of an instant vector.
    #[must_use]
    pub fn query(&self, query: &str) -> Vec<(Value, String)> {
        let request = agent().get(self.url("/api/v1/query")).query("query", query);
        let answer = Answer::read(request.call());
        let json: Value = serde_json::from_str(&answer.text).expect(&answer.text);
        assert_eq!(json["status"], "success", "{query}: {json}");
        let series = json["data"]["result"].as_array().expect("a vector");
        let value = |series: &Value| series["value"][1].as_str().map(str::to_owned);
        series
            .iter()
            .map(|series| (series["metric"].clone(), value(series).expect("a value")))
            .collect()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}
