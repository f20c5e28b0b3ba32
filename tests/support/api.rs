use std::net::SocketAddr;

use serde_json::Value;

use crate::dashboards::Span;
use crate::process::now;
use crate::query::{url, wait_until_ready};
use crate::service::{Answer, agent};

/// The HTTP interface of a Prometheus, or of what answers as one, which must have no doubts.
#[derive(Clone, Copy, Debug)]
pub struct Api(pub SocketAddr);

/// A series that a query found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its labels, with its name.
    pub labels: Value,
    /// The times and the values of its samples.
    pub samples: Vec<(f64, f64)>,
}

impl Found {
    /// The value of a label, empty if it has none.
    #[must_use]
    pub fn label(&self, name: &str) -> &str {
        self.labels[name].as_str().unwrap_or_default()
    }

    /// Whether any of its values is a number.
    #[must_use]
    pub fn has_number(&self) -> bool {
        self.samples.iter().any(|(_, value)| value.is_finite())
    }
}

impl Api {
    /// Waits until it says at a path that it is ready.
    ///
    /// # Panics
    ///
    /// If it is not within a minute.
    pub fn wait_until_ready(self, path: &str) {
        wait_until_ready("a server", self.0, path);
    }

    /// What it answers.
    ///
    /// # Panics
    ///
    /// If there is an error, a warning, or anything else to be known.
    #[must_use]
    pub fn ask(self, path: &str, parameters: &[(&str, &str)]) -> Value {
        let request = agent().get(url(self.0, &format!("/api/v1/{path}")));
        let request = request.query_pairs(parameters.iter().copied());
        let answer = Answer::read(request.call());
        let json: Value = serde_json::from_str(&answer.text).expect(&answer.text);
        assert_eq!(json["status"], "success", "{path} {parameters:?}: {json}");
        for said in ["error", "warnings", "infos"] {
            assert_eq!(json.get(said), None, "{path} {parameters:?}: {json}");
        }
        json["data"].clone()
    }

    /// The series that a query finds now: for each its labels and its value as text.
    ///
    /// # Panics
    ///
    /// As [`ask`](Self::ask) does, and if it is no query of an instant vector.
    #[must_use]
    pub fn texts(self, query: &str) -> Vec<(Value, String)> {
        let data = self.ask("query", &[("query", query)]);
        let series = data["result"].as_array().expect("a vector");
        let value = |series: &Value| series["value"][1].as_str().map(str::to_owned);
        series
            .iter()
            .map(|series| (series["metric"].clone(), value(series).expect("a value")))
            .collect()
    }

    /// What a query finds at a time.
    ///
    /// # Panics
    ///
    /// As [`ask`](Self::ask) does, and if it finds what no panel can draw.
    #[must_use]
    pub fn at(self, query: &str, time: f64) -> Vec<Found> {
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
    ///
    /// # Panics
    ///
    /// As [`at`](Self::at) does.
    #[must_use]
    pub fn now(self, query: &str) -> Vec<Found> {
        self.at(query, now())
    }

    /// What a query finds at each step of a time.
    ///
    /// # Panics
    ///
    /// As [`ask`](Self::ask) does.
    #[must_use]
    pub fn over(self, query: &str, span: &Span) -> Vec<Found> {
        // Grafana begins at a multiple of the step, so that graphs do not change from one to the next.
        let step = span.interval().as_secs_f64();
        let [start, end] = [span.from(), span.to].map(|time| (time / step).floor() * step);
        let [start, end, step] = [start, end, step].map(|number| number.to_string());
        let parameters = [("query", query), ("start", &start), ("end", &end), ("step", &step)];
        found(&self.ask("query_range", &parameters), samples)
    }

    /// The samples themselves that a selector with a window, `…[1m]`, finds before a time.
    ///
    /// # Panics
    ///
    /// As [`ask`](Self::ask) does, and if it is another query.
    #[must_use]
    pub fn raw(self, selector: &str, time: f64) -> Vec<Found> {
        let data = self.ask("query", &[("query", selector), ("time", &time.to_string())]);
        assert_eq!(data["resultType"], "matrix", "{selector}");
        found(&data, samples)
    }
}

fn found(data: &Value, samples: impl Fn(&Value) -> Vec<(f64, f64)>) -> Vec<Found> {
    let series = data["result"].as_array().expect("series");
    series
        .iter()
        .map(|series| Found { labels: series["metric"].clone(), samples: samples(series) })
        .collect()
}

fn samples(series: &Value) -> Vec<(f64, f64)> {
    series["values"].as_array().expect("samples").iter().map(sample).collect()
}

fn sample(sample: &Value) -> (f64, f64) {
    let value = sample[1].as_str().expect("a value as text");
    (sample[0].as_f64().expect("a time"), value.parse().expect("a number"))
}
