//! Panels for what this library measures of itself, and of the processes that count together.

use super::panel::Panel;
use super::promql::{GRAPHED, mean_of, quantile_of, rate, ratio, sum_by};
use super::selector::SERIES;
use crate::name::is_reserved;

/// Whether a family is one of those.
pub(super) fn is_of_ours(family: &str) -> bool {
    is_reserved(family)
}

pub(super) fn panels() -> Vec<Panel> {
    let per_second = |title: &str, about: &str, metric: &str, label: &str| {
        let query = sum_by(&format!("instance, {label}"), &rate(metric, SERIES, GRAPHED));
        Panel::lines(title, about, "cps").query(query, &format!("{{{{instance}}}} {{{{{label}}}}}"))
    };
    let about = "How long it took to read and encode the metrics.";
    let mut duration = Panel::lines("Duration of scrapes", about, "s");
    let metric = "tallymark_scrape_duration_seconds";
    duration =
        duration.query(quantile_of(0.95, metric, "instance", SERIES, GRAPHED), "{{instance}} p95");
    duration = duration.query(mean_of(metric, "instance", SERIES, GRAPHED), "{{instance}} mean");
    vec![
        per_second(
            "Scrapes per second by status",
            "Answers of the metrics endpoint. 401: without the right credentials; 503: more at once than \
             are allowed, or not within the scraper's time.",
            "tallymark_scrapes_total",
            "code",
        ),
        duration,
        Panel::lines(
            "Samples in a scrape",
            "How many samples Prometheus took of each instance.",
            "short",
        )
        .query(format!("scrape_samples_scraped{{{SERIES}}}"), "{{instance}}"),
        per_second(
            "Series beyond the limit",
            "Calls with label values for which there was no series left; they are counted in `_overflow`.",
            "tallymark_series_overflow_total",
            "metric",
        ),
        per_second(
            "Values refused",
            "Values that a metric did not take, such as NaN.",
            "tallymark_refused_values_total",
            "metric",
        ),
        per_second(
            "Collectors that failed",
            "Families of collectors that panicked or made no sense, and were left out.",
            "tallymark_collect_errors_total",
            "family",
        ),
        Panel::lines(
            "Contradictions",
            "Annotated places that contradict another one, and are left out.",
            "short",
        )
        .query(format!("tallymark_site_conflicts_total{{{SERIES}}}"), "{{instance}}"),
        per_second(
            "Errors of counting together",
            "What went wrong with the directory in which several processes count.",
            "tallymark_multiprocess_errors_total",
            "reason",
        ),
    ]
}

/// What each process of an instance uses.
pub(super) fn workers() -> Vec<Panel> {
    let each = |title: &str, about: &str, unit, query: String| {
        Panel::lines(title, about, unit).query(query, "{{instance}} {{worker}}")
    };
    let of = |metric: &str| format!("{metric}{{{SERIES}}}");
    let cpu = rate("tallymark_worker_cpu_seconds_total", SERIES, GRAPHED);
    vec![
        each("Processor time by worker", "1 is one core, busy all the time.", "short", cpu),
        each(
            "Resident memory by worker",
            "Memory in RAM.",
            "bytes",
            of("tallymark_worker_resident_memory_bytes"),
        ),
        each(
            "Virtual memory by worker",
            "Memory that is mapped.",
            "bytes",
            of("tallymark_worker_virtual_memory_bytes"),
        ),
        each("Threads by worker", "Threads of a process.", "short", of("tallymark_worker_threads")),
        each(
            "Open files by worker",
            "Open files and sockets.",
            "short",
            of("tallymark_worker_open_fds"),
        ),
        each(
            "Open files of those allowed, by worker",
            "At 1 the process can open no file and take no connection any more.",
            "percentunit",
            ratio(&of("tallymark_worker_open_fds"), &of("tallymark_worker_max_fds")),
        )
        .limit(0.9),
        each(
            "Worker running for",
            "How long a process has been running.",
            "s",
            format!("time() - {}", of("tallymark_worker_start_time_seconds")),
        ),
    ]
}
