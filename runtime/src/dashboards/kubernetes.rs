//! Objects of the Prometheus operator (`monitoring.coreos.com/v1`).

use serde_json::{Value, json};

use super::Plan;
use super::prometheus;
use super::rule::Group;

/// The label by which pods and services are found, and whose value becomes the job.
const NAME: &str = "app.kubernetes.io/name";

pub(super) fn pod_monitor(plan: &Plan<'_>) -> Value {
    monitor(plan, "PodMonitor", "podMetricsEndpoints")
}

pub(super) fn service_monitor(plan: &Plan<'_>) -> Value {
    monitor(plan, "ServiceMonitor", "endpoints")
}

fn monitor(plan: &Plan<'_>, kind: &str, endpoints: &str) -> Value {
    let endpoint = json!({
        "port": plan.kubernetes_port,
        "path": plan.metrics_path,
        "interval": plan.interval(),
    });
    object(
        plan,
        kind,
        &json!({
            // The rules and the dashboards know the service by its job.
            "jobLabel": NAME,
            "selector": { "matchLabels": { NAME: plan.service } },
            endpoints: [endpoint],
        }),
    )
}

pub(super) fn rules(plan: &Plan<'_>, groups: &[Group]) -> Value {
    object(plan, "PrometheusRule", &prometheus::rules(groups))
}

fn object(plan: &Plan<'_>, kind: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": kind,
        "metadata": { "name": plan.service, "labels": { NAME: plan.service } },
        "spec": spec,
    })
}
