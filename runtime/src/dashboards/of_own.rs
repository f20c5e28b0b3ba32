//! Panels for the metrics of a service's own.

use super::inventory::Described;
use super::panel::Panel;
use super::promql::{GRAPHED, QUANTILES, mean_of, quantile_of, rate, sum_by};
use super::selector::SERIES;
use crate::kind::Kind;

/// What shows a family, by its kind.
pub(super) fn panels(family: &Described) -> Vec<Panel> {
    let Described { name, help, kind, labels } = family;
    let series = format!("{name}{{{SERIES}}}");
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    // By instance where nothing else tells them apart.
    let (by, called) = if labels.is_empty() {
        ("instance".to_owned(), "{{instance}}".to_owned())
    } else {
        (labels.join(", "), legend(family))
    };
    let each = format!("{{{{instance}}}} {}", legend(family)).trim_end().to_owned();
    match kind {
        Kind::Counter => {
            let query = sum_by(&by, &rate(name, SERIES, GRAPHED));
            let title = format!("{name} per second");
            vec![
                Panel::lines(
                    &title,
                    &about(help, "Shown per second, all instances together."),
                    unit_of_rate(name),
                )
                .query(query, &called),
            ]
        }
        Kind::Gauge | Kind::Untyped => {
            let unit = unit(name);
            // Grafana counts in milliseconds when it tells the time.
            let query = if unit == TIME { format!("{series} * 1000") } else { series };
            vec![Panel::lines(name, &about(help, ""), unit).afloat().query(query, &each)]
        }
        Kind::Histogram => {
            let mut times =
                Panel::lines(name, &about(help, "Quantiles, and the mean."), unit(name));
            for (rank, called) in QUANTILES {
                times = times.query(quantile_of(rank, name, "", SERIES, GRAPHED), called);
            }
            vec![
                times.query(mean_of(name, "", SERIES, GRAPHED), "mean"),
                observed(family, &by, &called),
            ]
        }
        Kind::Summary => {
            let mean = Panel::lines(&format!("{name}, mean"), &about(help, ""), unit(name));
            let mean_query = mean_of(name, &by, SERIES, GRAPHED);
            vec![mean.query(mean_query, &called), observed(family, &by, &called)]
        }
    }
}

/// How the series of a family are told apart in a legend.
fn legend(family: &Described) -> String {
    let labels: Vec<_> = family.labels.iter().map(|label| format!("{{{{{label}}}}}")).collect();
    labels.join(" ")
}

/// How often something was observed.
fn observed(family: &Described, by: &str, called: &str) -> Panel {
    let Described { name, help, .. } = family;
    let count = sum_by(by, &rate(&format!("{name}_count"), SERIES, GRAPHED));
    let about = about(help, "How many were observed per second, all instances together.");
    Panel::lines(&format!("{name} observed per second"), &about, "cps").query(count, called)
}

/// The help, and what is shown of it.
fn about(help: &str, shown: &str) -> String {
    let stop = if help.is_empty() || help.ends_with(['.', '!', '?', '。']) { "" } else { "." };
    format!("{help}{stop} {shown}").trim().to_owned()
}

/// The unit of what is a point in time.
const TIME: &str = "dateTimeFromNow";

/// The unit of a value, by how the name ends ("Metric and label naming" of the Prometheus documentation).
fn unit(name: &str) -> &'static str {
    let ends = |suffix: &str| name.ends_with(suffix);
    if ends("_timestamp_seconds") || ends("_start_time_seconds") {
        TIME
    } else if ends("_seconds") {
        "s"
    } else if ends("_bytes") {
        "bytes"
    } else if ends("_ratio") {
        "percentunit"
    } else if ends("_celsius") {
        "celsius"
    } else {
        "short"
    }
}

/// The unit of a counter's rate.
fn unit_of_rate(name: &str) -> &'static str {
    let name = name.strip_suffix("_total").unwrap_or(name);
    if name.ends_with("_bytes") {
        "Bps"
    } else if name.ends_with("_seconds") {
        // Seconds for each second.
        "short"
    } else if name.contains("request") {
        "reqps"
    } else {
        "cps"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_told_by_names() {
        for (name, of_value, of_rate) in [
            ("uploads_bytes_total", "short", "Bps"),
            ("upload_bytes", "bytes", "Bps"),
            ("wait_seconds", "s", "short"),
            ("http_requests_total", "short", "reqps"),
            ("jobs_total", "short", "cps"),
            ("cache_hit_ratio", "percentunit", "cps"),
        ] {
            assert_eq!((unit(name), unit_of_rate(name)), (of_value, of_rate), "{name}");
        }
    }

    #[test]
    fn a_help_is_a_sentence() {
        assert_eq!(about("Jobs", "Shown per second."), "Jobs. Shown per second.");
        assert_eq!(about("", "Quantiles, and the mean."), "Quantiles, and the mean.");
        assert_eq!(about("接口调用计数器", ""), "接口调用计数器.");
    }
}
