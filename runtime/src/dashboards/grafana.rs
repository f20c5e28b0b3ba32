//! What Grafana reads when it starts: its data sources, and where the dashboards are.

use serde_json::{Value, json};

use super::Plan;

pub(super) fn data_sources(plan: &Plan<'_>) -> Value {
    let source = |name: &str, url: &str| {
        json!({
            "name": name,
            "uid": name,
            "type": "prometheus",
            "access": "proxy",
            "url": url,
            "isDefault": false,
            "editable": false,
            "jsonData": {
                "httpMethod": "POST",
                // By which `$__rate_interval` is chosen: it must be the scrape interval.
                "timeInterval": plan.graphed_interval(),
            },
        })
    };
    json!({
        "apiVersion": 1,
        "datasources": [
            source(&plan.service, plan.prometheus),
            source(&plan.base, plan.base_prometheus),
        ],
    })
}

pub(super) fn dashboards(plan: &Plan<'_>) -> Value {
    json!({
        "apiVersion": 1,
        "providers": [{
            "name": plan.service,
            "type": "file",
            "folder": plan.service,
            "disableDeletion": false,
            "allowUiUpdates": false,
            "updateIntervalSeconds": 30,
            "options": { "path": plan.folder },
        }],
    })
}
