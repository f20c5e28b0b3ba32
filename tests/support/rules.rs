//! The rules that a server has, and what comes of them.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::api::{Api, Found};
use crate::dashboards::{list, text};

/// All rules that a server has.
#[must_use]
pub fn all(server: Api) -> Vec<Value> {
    let groups = server.ask("rules", &[]);
    list(&groups["groups"]).into_iter().flat_map(|group| list(&group["rules"])).cloned().collect()
}

/// What is wrong with rules that have been evaluated for a while, whose numbers that server has.
#[must_use]
pub fn problems(server: Api, rules: &[Value]) -> Vec<String> {
    let mut problems = Vec::new();
    for rule in rules {
        let name = text(&rule["name"]);
        if rule["health"] != "ok" || !rule["lastError"].as_str().unwrap_or_default().is_empty() {
            problems.push(format!("{name} is {}: {}", rule["health"], rule["lastError"]));
        }
        match text(&rule["type"]) {
            "recording" => {
                // `level:metric:operations`
                let parts: Vec<_> = name.split(':').collect();
                if parts.len() != 3 || parts.iter().any(|part| part.is_empty()) {
                    problems.push(format!("{name} is not named level:metric:operations"));
                }
                if !server.now(name).iter().any(Found::has_number) {
                    problems.push(format!("{name} has no number"));
                }
            }
            "alerting" => {
                let said = ["summary", "description", "runbook_url"]
                    .map(|name| &rule["annotations"][name]);
                let said = said.into_iter().chain([&rule["labels"]["severity"]]);
                if said.map(Value::as_str).any(|text| text.is_none_or(str::is_empty)) {
                    problems.push(format!("{name} does not say enough of itself: {rule}"));
                }
            }
            other => problems.push(format!("{name}: {other}")),
        }
    }
    problems
}

/// The alerts that are firing, with the instances that they name.
#[must_use]
pub fn firing(server: Api) -> BTreeSet<(String, String)> {
    let alerts = server.ask("alerts", &[]);
    let alerts = list(&alerts["alerts"]).into_iter().filter(|alert| alert["state"] == "firing");
    let label =
        |alert: &Value, name: &str| alert["labels"][name].as_str().unwrap_or_default().to_owned();
    alerts.map(|alert| (label(alert, "alertname"), label(alert, "instance"))).collect()
}
