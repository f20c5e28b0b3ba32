//! Alerts, each of which the [runbook](super::runbook) explains.

use super::Plan;
use super::burn_rate::BurnRate;
use super::duration::written;
use super::inventory::Inventory;
use super::promise::Promise;
use super::promql::{counted_within, number, quoted};
use super::rule::{Alert, Group};

/// Those about the service.
pub(super) fn of_service(plan: &Plan<'_>, inventory: &Inventory) -> Group {
    let mut alerts = instances(plan);
    alerts.extend(missing(plan, inventory));
    alerts.extend(measuring(plan));
    for measured in &inventory.measured {
        for promise in Promise::all(measured) {
            alerts.extend(burning(plan, &promise));
        }
    }
    group(plan, &plan.service, alerts)
}

/// Those about its hosts.
pub(super) fn of_hosts(plan: &Plan<'_>) -> Group {
    let down = Alert {
        name: "HostDown",
        expression: format!("up{{job={}}} == 0", quoted(&plan.base)),
        pending: written(plan.pending()),
        severity: "ticket".to_owned(),
        summary: "The node exporter at {{ $labels.instance }} is down".to_owned(),
        description: "Prometheus does not reach it: the host may be down, or the exporter alone."
            .to_owned(),
        ..Alert::default()
    };
    group(plan, &plan.base, vec![down])
}

fn group(plan: &Plan<'_>, of: &str, alerts: Vec<Alert>) -> Group {
    let rules = alerts.into_iter().map(|alert| {
        let runbook_url = format!("{}#{}", plan.runbook, anchor(alert.name));
        Alert { runbook_url, ..alert }.json()
    });
    Group { name: format!("{of}:alerts"), rules: rules.collect() }
}

/// The heading of an alert in the runbook: `InstanceDown` is at `instance-down`.
fn anchor(name: &str) -> String {
    let mut anchor = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !anchor.is_empty() {
            anchor.push('-');
        }
        anchor.push(letter.to_ascii_lowercase());
    }
    anchor
}

fn instances(plan: &Plan<'_>) -> Vec<Alert> {
    let (job, service) = (plan.job(), &plan.service);
    let pending = written(plan.pending());
    let watched = plan.watched();
    let window = written(watched);
    vec![
        Alert {
            name: "ServiceAbsent",
            expression: format!("absent(up{{{job}}} == 1)"),
            pending: pending.clone(),
            severity: "page".to_owned(),
            summary: format!("No instance of {service} is up"),
            description: format!(
                "Prometheus reaches no instance of {service}, or has no target of that job."
            ),
            ..Alert::default()
        },
        Alert {
            name: "InstanceDown",
            expression: format!("up{{{job}}} == 0"),
            pending: pending.clone(),
            severity: "ticket".to_owned(),
            summary: "{{ $labels.instance }} of {{ $labels.job }} is down".to_owned(),
            description: format!("Prometheus has not reached it for {pending}."),
            ..Alert::default()
        },
        Alert {
            name: "InstanceRestarting",
            expression: format!("changes(process_start_time_seconds{{{job}}}[{window}]) > 3"),
            severity: "ticket".to_owned(),
            summary: "{{ $labels.instance }} of {{ $labels.job }} starts again and again"
                .to_owned(),
            description: format!("It was started {{{{ $value }}}} times in the last {window}."),
            ..Alert::default()
        },
    ]
}

/// An instance that answers, but not with what the service counts.
fn missing(plan: &Plan<'_>, inventory: &Inventory) -> Option<Alert> {
    let counted = inventory.representatives().into_iter().next()?;
    let job = plan.job();
    Some(Alert {
        name: "MetricsMissing",
        expression: format!("up{{{job}}} == 1 unless on (job, instance) {counted}{{{job}}}"),
        pending: written(plan.pending()),
        severity: "ticket".to_owned(),
        summary: format!("{{{{ $labels.instance }}}} does not expose {counted}"),
        description: format!(
            "It is up, and what it answers has no {counted}: something else may listen there, or it may \
             have been started without the handlers."
        ),
        ..Alert::default()
    })
}

/// What goes wrong with measuring itself.
fn measuring(plan: &Plan<'_>) -> Vec<Alert> {
    let job = plan.job();
    let watched = plan.watched();
    let window = written(watched);
    let ticket = || Alert { severity: "ticket".to_owned(), ..Alert::default() };
    vec![
        Alert {
            name: "SeriesOverflow",
            expression: counted_within("tallymark_series_overflow_total", &job, "", watched),
            summary: "{{ $labels.metric }} has more series than it may have".to_owned(),
            description: format!(
                "In the last {window}, {{{{ $labels.instance }}}} counted in `_overflow` what had new \
                 label values."
            ),
            ..ticket()
        },
        Alert {
            name: "ScrapeErrors",
            expression: counted_within("tallymark_collect_errors_total", &job, "", watched),
            summary: "{{ $labels.family }} is missing from scrapes".to_owned(),
            description:
                "A collector in {{ $labels.instance }} panics, or makes no sense; the log has why."
                    .to_owned(),
            ..ticket()
        },
        Alert {
            name: "ScrapesRefused",
            expression: counted_within("tallymark_scrapes_total", &job, ", code=\"503\"", watched),
            summary: "{{ $labels.instance }} answers scrapes with {{ $labels.code }}".to_owned(),
            description: "There were too many at once, or one took longer than its scraper waits."
                .to_owned(),
            ..ticket()
        },
        Alert {
            name: "CountingAlone",
            expression: counted_within("tallymark_multiprocess_errors_total", &job, "", watched),
            summary: "{{ $labels.instance }} cannot use the directory that its processes share"
                .to_owned(),
            description:
                "{{ $labels.reason }}: totals may lack what some of its processes count; the log \
                          has why."
                    .to_owned(),
            ..ticket()
        },
        Alert {
            name: "ValuesRefused",
            expression: counted_within("tallymark_refused_values_total", &job, "", watched),
            summary: "{{ $labels.metric }} was given values that it cannot take".to_owned(),
            description:
                "NaN, or an increment of a counter that is negative or infinite; the log names the \
                          first."
                    .to_owned(),
            ..ticket()
        },
        Alert {
            name: "AnnotationsContradict",
            expression: format!("tallymark_site_conflicts_total{{{job}}} > 0"),
            summary: "Annotations in {{ $labels.instance }} contradict each other".to_owned(),
            description: "Some of what is annotated is not exposed; the log has both source lines."
                .to_owned(),
            ..ticket()
        },
    ]
}

/// An error budget that is used up too fast, over each pair of windows.
fn burning(plan: &Plan<'_>, promise: &Promise<'_>) -> Vec<Alert> {
    let criterion = promise.criterion;
    let (name, what) = match criterion.seconds {
        None => ("ErrorBudgetBurn", "ended in an error"),
        Some(_) => ("LatencyBudgetBurn", "took too long"),
    };
    // More than all of the calls cannot break a promise.
    let can_be = |burn: &BurnRate| burn.factor * promise.budget() < 1.0;
    let alerts = plan.burn_rates().filter(can_be).map(|burn| {
        let chosen = format!("{}, {}", plan.job(), promise.interfaces());
        let [long, short] = [burn.long, burn.short].map(|window| {
            let (recorded, budget) = (criterion.recorded(window), number(promise.budget()));
            format!("{recorded}{{{chosen}}} > {} * {budget}", burn.factor)
        });
        let over = written(burn.long);
        let speed = if burn.factor > 1.0 {
            format!("more than {} times as fast as it may", burn.factor)
        } else {
            "faster than it may".to_owned()
        };
        Alert {
            name,
            expression: format!("{long}\nand\n{short}"),
            severity: burn.severity,
            labels: vec![
                ("measured", criterion.prefix.to_owned()),
                ("objective", promise.said()),
                ("window", over.clone()),
                ("burn_rate", burn.factor.to_string()),
            ],
            summary: format!("{{{{ $labels.interface }}}} uses up its error budget {speed}"),
            description: format!(
                "{{{{ $value | humanizePercentage }}}} of the calls in the last {over} {what}; the \
                 objective is {}.",
                promise.said()
            ),
            ..Alert::default()
        }
    });
    alerts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_is_explained_under_its_name_in_words() {
        assert_eq!(anchor("InstanceDown"), "instance-down");
        assert_eq!(anchor("ErrorBudgetBurn"), "error-budget-burn");
    }
}
