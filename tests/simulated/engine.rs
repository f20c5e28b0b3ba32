use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use serde_json::Value;
use tallymark_tests::{Answer, Prometheus, VictoriaMetrics, agent};

use crate::readings::Readings;

/// What scrapes the instances.
#[derive(Debug)]
pub(crate) enum Engine {
    Prometheus(Prometheus),
    VictoriaMetrics(VictoriaMetrics),
}

impl Engine {
    pub(crate) fn start(name: &str, configuration: &str) -> Self {
        match name {
            "prometheus" => {
                Self::Prometheus(Prometheus::with(configuration, &["--web.enable-admin-api"]))
            }
            "victoria-metrics" => Self::VictoriaMetrics(VictoriaMetrics::with(configuration, &[])),
            _ => panic!("neither prometheus nor victoria-metrics: {name}"),
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        match self {
            Self::Prometheus(prometheus) => prometheus.address(),
            Self::VictoriaMetrics(victoria_metrics) => victoria_metrics.address(),
        }
    }

    /// What a sample takes on the disk, in bytes, once it is in its place: Prometheus has what it took in
    /// the last two hours in another form.
    pub(crate) fn bytes_per_sample(&self) -> f64 {
        match self {
            Self::Prometheus(prometheus) => block(prometheus),
            Self::VictoriaMetrics(victoria_metrics) => {
                let readings = Readings::of(victoria_metrics.address());
                readings.disk / readings.samples
            }
        }
    }

    /// The one number that a query finds.
    pub(crate) fn now(&self, query: &str) -> f64 {
        let found = match self {
            Self::Prometheus(prometheus) => prometheus.query(query),
            Self::VictoriaMetrics(victoria_metrics) => victoria_metrics.query(query),
        };
        let [(_, value)] = &found[..] else { panic!("{query}: {found:?}") };
        value.parse().expect("a number")
    }
}

/// What a sample takes in a block, in bytes, with the index.
#[expect(clippy::cast_precision_loss, reason = "far fewer than that")]
fn block(prometheus: &Prometheus) -> f64 {
    let url = format!("http://{}/api/v1/admin/tsdb/snapshot", prometheus.address());
    let answer = Answer::read(agent().post(url).send_empty());
    let answer: Value = serde_json::from_str(&answer.text).expect(&answer.text);
    let name = answer["data"]["name"].as_str().expect("a name");
    let snapshot = prometheus.data().join("snapshots").join(name);
    let blocks =
        fs::read_dir(snapshot).expect("blocks").map(|block| block.expect("a block").path());
    let (mut bytes, mut samples) = (0, 0);
    for block in blocks {
        let meta = fs::read_to_string(block.join("meta.json")).expect("what is in it");
        let meta: Value = serde_json::from_str(&meta).expect("JSON");
        samples += meta["stats"]["numSamples"].as_u64().expect("a number");
        let chunks = fs::read_dir(block.join("chunks")).expect("chunks");
        let files = chunks.map(|file| file.expect("a file").path()).chain([block.join("index")]);
        bytes += files.map(|file| fs::metadata(file).expect("its size").len()).sum::<u64>();
    }
    let [bytes, samples] = [bytes, samples].map(|number| number as f64);
    bytes / samples
}

/// Has them found by a file, as many are.
pub(crate) fn configuration(addresses: &[SocketAddr], interval: u16, folder: &Path) -> String {
    let targets: Vec<_> = addresses.iter().map(SocketAddr::to_string).collect();
    let file = folder.join("instances.json");
    let groups = serde_json::json!([{ "targets": targets }]);
    fs::write(&file, groups.to_string()).expect("the targets");
    format!(
        "global:\n  scrape_interval: {interval}s\n  scrape_timeout: {interval}s\n\
         scrape_configs:\n- job_name: simulated\n  file_sd_configs:\n  - files: ['{}']\n",
        file.display()
    )
}
