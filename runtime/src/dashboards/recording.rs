//! Recording rules, named as Prometheus's "Recording rules" has it: `level:metric:operations`.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Plan;
use super::duration::written;
use super::inventory::Inventory;
use super::promise::{Criterion, Promise};
use super::promql::{QUANTILES, mean_of, quantile_of, rate, sum_by};
use super::rule::{Group, record};
use crate::measured::Measured;

/// A group for each name that calls are measured under, and one for its objectives.
pub(super) fn groups(plan: &Plan<'_>, inventory: &Inventory) -> Vec<Group> {
    let mut groups = Vec::new();
    for measured in &inventory.measured {
        let name = format!("{}:{}", plan.service, measured.prefix);
        groups.push(Group { name: name.clone(), rules: calls(plan, measured) });
        let objectives = objectives(plan, measured);
        if !objectives.is_empty() {
            groups.push(Group { name: format!("{name}:objectives"), rules: objectives });
        }
    }
    groups
}

fn calls(plan: &Plan<'_>, measured: &Measured) -> Vec<serde_json::Value> {
    let window = written(plan.recorded_window());
    let job = plan.job();
    let mut rules = Vec::new();
    let rule = |level: &str, metric: &str, operations: &str, expression: &str| {
        record(&format!("{level}:{metric}:{operations}{window}"), expression)
    };
    if let Some(calls) = &measured.calls {
        // The suffix says that it counts, which a rate does not.
        let metric = calls.strip_suffix("_total").unwrap_or(calls);
        let by = |labels: &str| sum_by(labels, &rate(calls, &job, &window));
        rules.push(rule("job_instance_interface", metric, "rate", &by("job, instance, interface")));
        rules.push(rule("job_interface", metric, "rate", &by("job, interface")));
    }
    if let Some(outcomes) = &measured.outcomes {
        let metric = outcomes.strip_suffix("_total").unwrap_or(outcomes);
        let by = sum_by("job, interface, outcome", &rate(outcomes, &job, &window));
        rules.push(rule("job_interface_outcome", metric, "rate", &by));
    }
    if let Some(criterion) = Criterion::errors(measured) {
        let broken = criterion.known_to_be_broken(&job, &window);
        rules.push(record(&criterion.recorded(plan.recorded_window()), &broken));
    }
    if let Some(seconds) = &measured.seconds {
        let labels = "job, interface";
        for (rank, name) in QUANTILES {
            let quantile = quantile_of(rank, seconds, labels, &job, &window);
            rules.push(rule("job_interface", seconds, &format!("{name}_rate"), &quantile));
        }
        rules.push(rule(
            "job_interface",
            seconds,
            "mean_rate",
            &mean_of(seconds, labels, &job, &window),
        ));
    }
    rules
}

/// What share of the calls did not keep what is promised, over each window that an alert looks at.
fn objectives(plan: &Plan<'_>, measured: &Measured) -> Vec<serde_json::Value> {
    let windows: BTreeSet<Duration> = plan.windows().collect();
    let mut rules = Vec::new();
    let mut criteria: Vec<_> =
        Promise::all(measured).iter().map(|promise| promise.criterion).collect();
    criteria.dedup();
    for criterion in criteria {
        for window in &windows {
            if criterion.seconds.is_none() && *window == plan.recorded_window() {
                // It has been recorded, whatever is promised.
                continue;
            }
            let name = criterion.recorded(*window);
            let broken = criterion.known_to_be_broken(&plan.job(), &written(*window));
            rules.push(record(&name, &broken));
        }
    }
    rules
}
