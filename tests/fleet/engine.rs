use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

use tallymark_tests::{Api, Process, free_address};
use tempfile::TempDir;

/// A real server that stores, asks or evaluates, and may be killed and started again.
#[derive(Debug)]
pub(crate) struct Engine {
    process: Process,
    command: Command,
    address: SocketAddr,
    ready: &'static str,
    data: TempDir,
}

impl Engine {
    /// A Prometheus with a configuration, at an address that others know.
    pub(crate) fn prometheus(config: &Path, address: SocketAddr) -> Self {
        let data = TempDir::new().expect("a temporary folder");
        let mut command = Command::new("prometheus");
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.tsdb.path={}", data.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"));
        Self::start(command, address, "/-/ready", data)
    }

    /// A Prometheus that only writes to another server.
    pub(crate) fn agent(config: &Path) -> Self {
        let data = TempDir::new().expect("a temporary folder");
        let address = free_address();
        let mut command = Command::new("prometheus");
        command
            .arg("--enable-feature=agent")
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.agent.path={}", data.path().join("data").display()))
            .arg(format!("--web.listen-address={address}"));
        Self::start(command, address, "/-/ready", data)
    }

    /// A VictoriaMetrics, which scrapes by a configuration if it has one.
    pub(crate) fn victoria_metrics(config: Option<&Path>, address: SocketAddr) -> Self {
        let data = TempDir::new().expect("a temporary folder");
        let mut command = Command::new("victoria-metrics");
        command
            .arg(format!("-storageDataPath={}", data.path().join("data").display()))
            .arg(format!("-httpListenAddr={address}"))
            // What comes is found at once, and files are read again as soon as by Prometheus.
            .args(["-search.latencyOffset=0s", "-promscrape.fileSDCheckInterval=1s"])
            .args(["-memory.allowedBytes=200000000", "-dedup.minScrapeInterval=1ms"]);
        if let Some(config) = config {
            command.arg(format!("-promscrape.config={}", config.display()));
        }
        Self::start(command, address, "/health", data)
    }

    /// What evaluates rules against a VictoriaMetrics, and writes there what they record.
    pub(crate) fn vmalert(rules: &Path, to: SocketAddr) -> Self {
        let data = TempDir::new().expect("a temporary folder");
        let address = free_address();
        let mut command = Command::new("vmalert");
        command.arg(format!("-rule={}", rules.display())).arg(format!("-httpListenAddr={address}"));
        for what in ["datasource", "remoteWrite", "remoteRead"] {
            command.arg(format!("-{what}.url=http://{to}"));
        }
        // Nobody is told; that is another program's.
        command.arg(format!("-notifier.url=http://{}", free_address()));
        command.args(["-evaluationInterval=1s", "-remoteWrite.flushInterval=1s"]);
        Self::start(command, address, "/health", data)
    }

    fn start(
        mut command: Command,
        address: SocketAddr,
        ready: &'static str,
        data: TempDir,
    ) -> Self {
        let process = Process::start(&mut command);
        Api(address).wait_until_ready(ready);
        Self { process, command, address, ready, data }
    }

    pub(crate) fn api(&self) -> Api {
        Api(self.address)
    }

    /// Kills it, so that it cannot put anything in order.
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it with what it had stored.
    pub(crate) fn start_again(&mut self) {
        assert!(self.data.path().join("data").is_dir(), "it has stored nothing");
        self.process = Process::start(&mut self.command);
        self.api().wait_until_ready(self.ready);
    }

    pub(crate) fn log(&self) -> String {
        self.process.log()
    }
}
