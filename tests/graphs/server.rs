use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use tallymark_tests::{Answer, Process, agent, free_address, wait_for};
use tempfile::TempDir;

use crate::span::Span;

/// A real Prometheus that runs with the files that were generated into a folder.
#[derive(Debug)]
pub(crate) struct Server {
    _process: Process,
    address: SocketAddr,
    _data: TempDir,
}

/// A series that a query found, with the times and the values of its samples.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) labels: Value,
    pub(crate) samples: Vec<(f64, f64)>,
}

impl Found {
    pub(crate) fn label(&self, name: &str) -> &str {
        self.labels[name].as_str().unwrap_or_default()
    }

    pub(crate) fn has_number(&self) -> bool {
        self.samples.iter().any(|(_, value)| value.is_finite())
    }
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
        let server = Self { _process: process, address, _data: data };
        wait_for("Prometheus to be ready", Duration::from_secs(30), || {
            match agent().get(server.url("/-/ready")).call() {
                Ok(answer) if answer.status() == 200 => Ok(()),
                other => Err(format!("{other:?}")),
            }
        });
        server
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it answers, which must be without an error, a warning, or anything else to be known.
    pub(crate) fn ask(&self, path: &str, parameters: &[(&str, &str)]) -> Value {
        let request = agent().get(self.url(&format!("/api/v1/{path}")));
        let request = request.query_pairs(parameters.iter().copied());
        let answer = Answer::read(request.call());
        let json: Value = serde_json::from_str(&answer.text).expect(&answer.text);
        assert_eq!(json["status"], "success", "{path} {parameters:?}: {json}");
        for said in ["error", "warnings", "infos"] {
            assert_eq!(json.get(said), None, "{path} {parameters:?}: {json}");
        }
        json["data"].clone()
    }

    /// What a query finds at a time.
    pub(crate) fn at(&self, query: &str, time: f64) -> Vec<Found> {
        let data = self.ask("query", &[("query", query), ("time", &time.to_string())]);
        // The only other type that a panel can draw.
        if data["resultType"] == "scalar" {
            let samples = vec![sample(&data["result"])];
            return vec![Found { labels: Value::Object(serde_json::Map::new()), samples }];
        }
        assert_eq!(data["resultType"], "vector", "{query}");
        found(&data, |series| vec![sample(&series["value"])])
    }

    /// What a query finds now.
    pub(crate) fn now(&self, query: &str) -> Vec<Found> {
        self.at(query, crate::now())
    }

    /// What a query finds at each step of a time.
    pub(crate) fn over(&self, query: &str, span: &Span) -> Vec<Found> {
        // Grafana begins at a multiple of the step, so that graphs do not change from one to the next.
        let step = span.interval().as_secs_f64();
        let [start, end] = [span.from(), span.to].map(|time| (time / step).floor() * step);
        let [start, end, step] = [start, end, step].map(|number| number.to_string());
        let parameters = [("query", query), ("start", &start), ("end", &end), ("step", &step)];
        let data = self.ask("query_range", &parameters);
        found(&data, |series| {
            series["values"].as_array().expect("samples").iter().map(sample).collect()
        })
    }
}

fn found(data: &Value, samples: impl Fn(&Value) -> Vec<(f64, f64)>) -> Vec<Found> {
    let series = data["result"].as_array().expect("series");
    series
        .iter()
        .map(|series| Found { labels: series["metric"].clone(), samples: samples(series) })
        .collect()
}

fn sample(sample: &Value) -> (f64, f64) {
    let value = sample[1].as_str().expect("a value as text");
    (sample[0].as_f64().expect("a time"), value.parse().expect("a number"))
}
