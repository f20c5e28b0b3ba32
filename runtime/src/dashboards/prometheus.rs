//! The configuration of Prometheus, and the file of its rules.

use serde_json::{Value, json};

use super::Plan;
use super::rule::Group;

pub(super) fn configuration(plan: &Plan<'_>) -> Value {
    let interval = plan.interval();
    json!({
        "global": { "scrape_interval": interval, "evaluation_interval": interval },
        "rule_files": ["rules/*.yml"],
        "scrape_configs": [
            {
                "job_name": plan.service,
                "metrics_path": plan.metrics_path,
                "static_configs": [{ "targets": plan.targets }],
            },
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
