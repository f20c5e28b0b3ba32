//! The configuration of Prometheus, and the file of its rules.

use serde_json::{Value, json};

use super::Plan;
use super::rule::Group;

pub(super) fn configuration(plan: &Plan<'_>) -> Value {
    let interval = plan.interval();
    let mut service = json!({
        "job_name": plan.service,
        "metrics_path": plan.metrics_path,
        "static_configs": [{ "targets": plan.targets }],
    });
    if let Some(file) = plan.credentials_file {
        service["authorization"] = json!({ "type": "Bearer", "credentials_file": file });
    }
    json!({
        "global": { "scrape_interval": interval, "evaluation_interval": interval },
        "rule_files": ["rules/*.yml"],
        "scrape_configs": [
            service,
            {
                "job_name": plan.base,
                "static_configs": [{ "targets": plan.base_targets }],
            },
        ],
    })
}

pub(super) fn rules(groups: &[Group]) -> Value {
    json!({ "groups": groups.iter().map(Group::json).collect::<Vec<_>>() })
}
