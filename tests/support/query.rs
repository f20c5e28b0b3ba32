//! The HTTP interface of Prometheus, which others have too.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;

use crate::process::wait_for;
use crate::service::{Answer, agent};

/// Waits until a server says at this path that it is ready.
pub(crate) fn wait_until_ready(what: &str, address: SocketAddr, path: &str) {
    wait_for(&format!("{what} to be ready"), Duration::from_secs(60), || {
        match agent().get(url(address, path)).call() {
            Ok(answer) if answer.status() == 200 => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
}

/// The series that a query finds now: for each its labels and its value as text.
///
/// Panics if it is no valid query of an instant vector, or there are warnings.
pub(crate) fn query(address: SocketAddr, query: &str) -> Vec<(Value, String)> {
    let request = agent().get(url(address, "/api/v1/query")).query("query", query);
    let answer = Answer::read(request.call());
    let json: Value = serde_json::from_str(&answer.text).expect(&answer.text);
    assert_eq!(json["status"], "success", "{query}: {json}");
    assert_eq!(json.get("warnings"), None, "{query}: {json}");
    let series = json["data"]["result"].as_array().expect("a vector");
    let value = |series: &Value| series["value"][1].as_str().map(str::to_owned);
    series
        .iter()
        .map(|series| (series["metric"].clone(), value(series).expect("a value")))
        .collect()
}

pub(crate) fn url(address: SocketAddr, path: &str) -> String {
    format!("http://{address}{path}")
}
