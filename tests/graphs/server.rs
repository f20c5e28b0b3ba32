use std::fs;
use std::ops::Deref;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tallymark_tests::{Api, Process, agent, free_address, wait_for};
use tempfile::TempDir;

/// A real Prometheus that runs with the files that were generated into a folder.
#[derive(Debug)]
pub(crate) struct Server {
    _process: Process,
    api: Api,
    _data: TempDir,
}

impl Server {
    pub(crate) fn start(generated: &Path) -> Self {
        let data = TempDir::new().expect("a temporary folder");
        let config = generated.join("prometheus/prometheus.yml");
        assert!(fs::exists(&config).expect("a folder"), "no {}", config.display());
        let address = free_address();
        let process = Process::start(
            Command::new("prometheus")
                .arg(format!("--config.file={}", config.display()))
                .arg(format!("--storage.tsdb.path={}", data.path().join("data").display()))
                .arg(format!("--web.listen-address={address}")),
        );
        wait_for("Prometheus to be ready", Duration::from_secs(30), || {
            match agent().get(format!("http://{address}/-/ready")).call() {
                Ok(answer) if answer.status() == 200 => Ok(()),
                other => Err(format!("{other:?}")),
            }
        });
        Self { _process: process, api: Api(address), _data: data }
    }
}

impl Deref for Server {
    type Target = Api;

    fn deref(&self) -> &Api {
        &self.api
    }
}
