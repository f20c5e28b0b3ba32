//! The dashboard of the service.

use serde_json::json;

use super::dashboard::Dashboard;
use super::duration::written;
use super::inventory::Inventory;
use super::of_own;
use super::panel::{Asked, Panel};
use super::promise::{Criterion, Promise, errors};
use super::promql::{
    GRAPHED, QUANTILES, mean_of, number, one_of, quantile_of, rate, rounded, sum_by,
};
use super::row::Row;
use super::selector::{CALLS, RECORDED, SERIES};
use super::variable;
use super::{Plan, base, itself};
use crate::measured::Measured;

pub(super) fn dashboard(plan: &Plan<'_>, inventory: &Inventory) -> Dashboard {
    let measured = &inventory.measured;
    let shown = |name: &str| itself::is_of_ours(name) || base::shows(name);
    let rest = inventory.others.iter().filter(|family| !shown(&family.name));
    let (first, more) = measured.split_at(measured.len().min(1));
    let mut rows = vec![Row::open("At a glance", at_a_glance(first))];
    let requests = first.iter().flat_map(|one| calls(one, "Requests"));
    rows.push(Row::open("Requests", requests.collect()));
    let objectives = measured.iter().flat_map(|one| objectives(plan, one));
    rows.push(Row::open("Objectives", objectives.collect()));
    rows.push(Row::open("Instances", instances()));
    rows.push(Row::open("Own metrics", rest.flat_map(of_own::panels).collect()));
    rows.extend(more.iter().map(|one| {
        let title = format!("Calls: {}", one.prefix);
        Row::closed(&title, calls(one, "Calls"))
    }));
    rows.push(Row::closed("Worker processes, where several count together", itself::workers()));
    rows.push(Row::closed("How it is measured", itself::panels()));
    Dashboard {
        uid: plan.service.clone(),
        title: plan.service.clone(),
        description: format!(
            "Requests, errors and response times of {}, by interface and by instance.",
            plan.service
        ),
        beside: (plan.base.clone(), format!("Hosts of {}", plan.service)),
        refresh: plan.refresh(),
        variables: variables(plan, inventory),
        annotations: vec![json!({
            "name": "Starts",
            "datasource": Asked::Own.json(),
            "enable": true,
            "hide": false,
            "iconColor": "blue",
            "target": {
                "refId": "Anno",
                "expr": format!("changes(process_start_time_seconds{{{SERIES}}}[{GRAPHED}]) > 0"),
                "interval": plan.graphed_interval(),
            },
            "titleFormat": "Started",
            "textFormat": "{{instance}}",
            "useValueForTime": false,
        })],
        rows,
    }
}

fn variables(plan: &Plan<'_>, inventory: &Inventory) -> Vec<serde_json::Value> {
    let names = inventory.representatives();
    let series = |matchers: &str| match &names[..] {
        // Each target has this one.
        [] => format!("up{{{matchers}}}"),
        [name] if matchers.is_empty() => name.clone(),
        [name] => format!("{name}{{{matchers}}}"),
        names => {
            let names = one_of("__name__", names.iter().map(String::as_str));
            let separator = if matchers.is_empty() { "" } else { ", " };
            format!("{{{names}{separator}{matchers}}}")
        }
    };
    let of_job = format!("up{{{}}}", r#"job=~"$job""#);
    let mut variables = vec![
        variable::data_source("datasource", "Data source", &plan.service),
        variable::label_values("job", "Job", Asked::Own, &series(""), "job", Some(&plan.service)),
        // An instance that is down has no other series left.
        variable::label_values("instance", "Instance", Asked::Own, &of_job, "instance", None),
    ];
    if !names.is_empty() {
        let series = series(SERIES);
        variables.push(variable::label_values(
            "api",
            "Interface",
            Asked::Own,
            &series,
            "interface",
            None,
        ));
    }
    variables
}

/// The whole service in a few numbers.
fn at_a_glance(measured: &[Measured]) -> Vec<Panel> {
    let mut panels = Vec::new();
    if let Some(measured) = measured.first() {
        if let Some(calls) = calls_counter(measured) {
            let all = sum_by("", &rate(calls, CALLS, GRAPHED));
            let about = "Requests per second of all interfaces and instances that are chosen.";
            panels.push(Panel::stat("Requests", about, "reqps").query(all, ""));
        }
        let promises = Promise::all(measured);
        let loosest = |limits: &mut dyn Iterator<Item = f64>| limits.reduce(f64::max);
        if let Some(errors) = Criterion::errors(measured) {
            let about = "How many of the requests ended in an error of the service; red where no objective \
                         allows as many.";
            let mut panel = Panel::stat("Errors", about, "percentunit").decimals(2);
            let of_errors = promises.iter().filter(|one| one.criterion.seconds.is_none());
            panel.limit = loosest(&mut of_errors.map(Promise::budget));
            panels.push(panel.query(errors.broken(CALLS, "", GRAPHED), ""));
        }
        if let Some(seconds) = &measured.seconds {
            let about = "95 of 100 requests took no longer; red where that is more than any objective allows.";
            let mut panel = Panel::stat("Response time p95", about, "s");
            panel.limit = loosest(
                &mut promises
                    .iter()
                    .filter(|one| one.percent >= 95.0)
                    .filter_map(|one| one.criterion.seconds),
            );
            panels.push(panel.query(quantile(0.95, seconds, ""), ""));
        }
        if let Some(in_flight) = &measured.in_flight {
            let about = "Requests that are being worked on.";
            let now = sum_by("", &format!("{in_flight}{{{CALLS}}}"));
            panels.push(Panel::stat("In flight", about, "short").query(now, ""));
        }
    }
    let up = format!("sum(up{{{SERIES}}})");
    let about = "Instances that Prometheus reaches.";
    panels.push(Panel::stat("Instances up", about, "short").query(up, "").least(1.0));
    let down = format!("count(up{{{SERIES}}} == 0) or vector(0)");
    let about = "Instances that it does not reach.";
    panels.push(Panel::stat("Instances down", about, "short").query(down, "").limit(1.0));
    let restarts = format!("sum(changes(process_start_time_seconds{{{SERIES}}}[$__range]))");
    let about = "Starts of instances in the time that is shown, after the first.";
    panels.push(Panel::stat("Restarts", about, "short").query(restarts, ""));
    panels
}

/// What the calls of one name came to.
fn calls(measured: &Measured, called: &str) -> Vec<Panel> {
    let mut panels = Vec::new();
    if let Some(calls) = calls_counter(measured) {
        let by = |labels: &str| sum_by(labels, &rate(calls, CALLS, GRAPHED));
        let about = "How often each interface is called, all instances together.";
        let panel = Panel::lines(&format!("{called} per second by interface"), about, "reqps");
        panels.push(panel.query(by("interface"), "{{interface}}").stacked());
        let about = "How the requests spread over the instances.";
        let panel = Panel::lines(&format!("{called} per second by instance"), about, "reqps");
        panels.push(panel.query(by("instance"), "{{instance}}").stacked());
        let about = "Requests per second of each interface on each instance. The window is as Grafana \
                     chooses it by the scrape interval: never less than four scrapes, so that one that \
                     fails leaves no gap.";
        let panel = Panel::lines("QPS by interface and instance", about, "reqps").wide();
        panels.push(panel.query(by("instance, interface"), "{{instance}} {{interface}}"));
    }
    if let Some(outcomes) = &measured.outcomes {
        let by = |labels: &str, matchers: &str| sum_by(labels, &rate(outcomes, matchers, GRAPHED));
        let about = "How the requests ended, each counted once.";
        let panel = Panel::lines("Outcomes per second", about, "reqps").third();
        panels.push(panel.query(by("outcome", CALLS), "{{outcome}}").stacked());
        let about = "Requests that ended in an error of the service: a server error, an error without a \
                     status, or a panic.";
        let panel =
            Panel::lines("Errors per second by interface and outcome", about, "reqps").third();
        let errors = by("interface, outcome", &format!("{CALLS}, {}", errors()));
        panels.push(panel.query(errors, "{{interface}} {{outcome}}"));
    }
    if let Some(errors) = Criterion::errors(measured) {
        let about = "The share of the requests that ended in an error of the service; nothing where \
                     there are none.";
        let panel = Panel::lines("Error ratio by interface", about, "percentunit").third().share();
        panels.push(panel.query(errors.broken(CALLS, "interface", GRAPHED), "{{interface}}"));
    }
    if let Some(seconds) = &measured.seconds {
        panels.extend(response_times(seconds));
    }
    if let Some(in_flight) = &measured.in_flight {
        let by = |labels: &str| sum_by(labels, &format!("{in_flight}{{{CALLS}}}"));
        let about = "Requests that are being worked on, by interface.";
        let panel = Panel::lines("In flight by interface", about, "short");
        panels.push(panel.query(by("interface"), "{{interface}}"));
        let about = "Requests that are being worked on, by instance.";
        let panel = Panel::lines("In flight by instance", about, "short");
        panels.push(panel.query(by("instance"), "{{instance}}"));
    }
    panels
}

fn response_times(seconds: &str) -> Vec<Panel> {
    let about = "How long requests take, of all that are chosen: half of them no longer than p50, 95 of \
                 100 no longer than p95. Between the bounds of a bucket these are estimates.";
    let mut all = Panel::lines("Response time", about, "s");
    for (rank, name) in QUANTILES {
        all = all.query(quantile(rank, seconds, ""), name);
    }
    all = all.query(mean(seconds, ""), "mean");
    let about = "How many requests took how long.";
    let buckets = sum_by("le", &format!("increase({seconds}_bucket{{{CALLS}}}[{GRAPHED}])"));
    let heatmap = Panel::heatmap("Response time, all requests", about, "s");
    let mut panels = vec![all, heatmap.query(buckets, "{{le}}")];
    for (rank, name) in QUANTILES {
        let title = format!("Response time {name} by interface");
        let share = number(rank * 100.0);
        let about = format!("{share} of 100 requests of an interface took no longer.");
        let query = quantile(rank, seconds, "interface");
        panels.push(Panel::lines(&title, &about, "s").query(query, "{{interface}}"));
    }
    let about =
        "The mean over all requests of an interface: their seconds, divided by their number.";
    let panel = Panel::lines("Mean response time by interface", about, "s");
    panels.push(panel.query(mean(seconds, "interface"), "{{interface}}"));
    panels
}

/// Whether what is promised of the calls is kept.
fn objectives(plan: &Plan<'_>, measured: &Measured) -> Vec<Panel> {
    let mut panels = Vec::new();
    for promise in Promise::all(measured) {
        let (criterion, said) = (promise.criterion, promise.said());
        let of = format!("{said} ({})", criterion.prefix);
        let about = "The share of the calls that kept the objective, which is the dashed line.";
        let kept = Panel::lines(&format!("Objective: {of}"), about, "percentunit");
        let kept = kept.afloat().decimals(3).least(rounded(promise.percent / 100.0));
        let chosen = format!("{CALLS}, {}", promise.interfaces());
        let share = criterion.kept(&chosen, "interface", GRAPHED);
        panels.push(kept.query(share, "{{interface}}"));
        let about = "How many times as fast as it may be the error budget is being used up: at 1 it is used \
                     up exactly by the end of the objective's time.";
        let mut burnt = Panel::lines(&format!("Budget burn rate: {of}"), about, "short").limit(1.0);
        for window in plan.shown_windows() {
            let chosen = format!("{RECORDED}, {}", promise.interfaces());
            let recorded = criterion.recorded(window);
            let query = format!("{recorded}{{{chosen}}} / {}", number(promise.budget()));
            burnt = burnt.query(query, &format!("{{{{interface}}}} over {}", written(window)));
        }
        panels.push(burnt);
    }
    panels
}

fn instances() -> Vec<Panel> {
    let about = "1 while Prometheus reaches an instance, 0 while it does not.";
    let up = Panel::lines("Up", about, "short").third().share().decimals(0);
    let about = "Starts of an instance, after the first.";
    let restarts = Panel::lines("Restarts", about, "short").third();
    let changes = format!("changes(process_start_time_seconds{{{SERIES}}}[{GRAPHED}])");
    let about = "How long an instance has been running.";
    let age = Panel::lines("Running for", about, "s").third();
    let since = format!("time() - process_start_time_seconds{{{SERIES}}}");
    vec![
        up.query(format!("up{{{SERIES}}}"), "{{instance}}"),
        restarts.query(sum_by("instance", &changes), "{{instance}}"),
        age.query(since, "{{instance}}"),
    ]
}

/// The counter of calls, or what counts them beside something else.
fn calls_counter(measured: &Measured) -> Option<&str> {
    measured.calls.as_deref().or(measured.outcomes.as_deref())
}

fn quantile(rank: f64, seconds: &str, labels: &str) -> String {
    quantile_of(rank, seconds, labels, CALLS, GRAPHED)
}

fn mean(seconds: &str, labels: &str) -> String {
    mean_of(seconds, labels, CALLS, GRAPHED)
}
