//! Pieces of queries.

use std::time::Duration;

use super::duration::written;
use crate::sample::{Bound, Number};

/// What Grafana makes of the scrape interval and of the time that is shown: never less than four scrapes.
pub(super) const GRAPHED: &str = "$__rate_interval";

/// The quantiles of response times that are shown and recorded.
pub(super) const QUANTILES: [(f64, &str); 3] = [(0.5, "p50"), (0.95, "p95"), (0.99, "p99")];

/// A string literal.
pub(super) fn quoted(text: &str) -> String {
    let text = text.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
    format!("\"{text}\"")
}

/// A matcher of a label that has one of these values.
pub(super) fn one_of<'a>(label: &str, values: impl IntoIterator<Item = &'a str>) -> String {
    let values: Vec<&str> = values.into_iter().collect();
    if let [value] = values[..] {
        return format!("{label}={}", quoted(value));
    }
    let values: Vec<String> = values.into_iter().map(literally).collect();
    format!("{label}=~{}", quoted(&values.join("|")))
}

/// A regular expression (RE2) that matches this text alone.
fn literally(text: &str) -> String {
    let mut expression = String::new();
    for letter in text.chars() {
        if r"\.+*?()|[]{}^$".contains(letter) {
            expression.push('\\');
        }
        expression.push(letter);
    }
    expression
}

/// A matcher of a bucket by its bound, however the server or the format that it came by wrote it: `1`
/// or `1.0`, `1e+06` or `1000000`.
pub(super) fn le(bound: f64) -> String {
    let canonical = Bound(bound).to_string();
    let short = canonical.strip_suffix(".0").unwrap_or(&canonical).to_owned();
    let mut forms = vec![canonical, short, Number(bound).to_string()];
    forms.sort();
    forms.dedup();
    one_of("le", forms.iter().map(String::as_str))
}

/// `rate(metric{matchers}[window])`.
pub(super) fn rate(metric: &str, matchers: &str, window: &str) -> String {
    format!("rate({metric}{{{matchers}}}[{window}])")
}

/// `sum by (labels) (expression)`, or the sum of all.
pub(super) fn sum_by(labels: &str, expression: &str) -> String {
    if labels.is_empty() {
        format!("sum({expression})")
    } else {
        format!("sum by ({labels}) ({expression})")
    }
}

/// A quantile of a histogram, in each group of these labels.
pub(super) fn quantile_of(
    rank: f64,
    histogram: &str,
    labels: &str,
    matchers: &str,
    window: &str,
) -> String {
    let separator = if labels.is_empty() { "" } else { ", " };
    let buckets = rate(&format!("{histogram}_bucket"), matchers, window);
    let buckets = sum_by(&format!("{labels}{separator}le"), &buckets);
    format!("histogram_quantile({rank}, {buckets})")
}

/// The mean of a histogram or a summary, in each group of these labels.
pub(super) fn mean_of(metric: &str, labels: &str, matchers: &str, window: &str) -> String {
    let sum = |suffix: &str| sum_by(labels, &rate(&format!("{metric}{suffix}"), matchers, window));
    ratio(&sum("_sum"), &sum("_count"))
}

/// A part of a whole, and nothing while the whole is 0.
pub(super) fn ratio(part: &str, whole: &str) -> String {
    format!("{part} / ({whole} > 0)")
}

/// What was counted in a window, the first time included at which there was a series at all: where one
/// begins at 1, `increase` has nothing to compare it with.
pub(super) fn counted_within(metric: &str, job: &str, more: &str, window: Duration) -> String {
    let window = written(window);
    let series = format!("{metric}{{{job}{more}}}");
    let before = |series: &str| format!("present_over_time({series}[{window}] offset {window})");
    // Of an instance that was there, so that what was counted long ago is not news once Prometheus has been
    // away. A single scrape that failed then does not make it look new.
    let (known, up) = (before(&series), before(&format!("up{{{job}}}")));
    let new = format!("{series} > 0 unless {known} and on (job, instance) {up}");
    format!("increase({series}[{window}]) > 0 or ({new})")
}

/// A number without what binary fractions leave behind the twelfth digit.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 1e12).round() / 1e12
}

/// It, as one would write it.
pub(super) fn number(number: f64) -> String {
    Number(rounded(number)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stands_for_itself() {
        assert_eq!(one_of("interface", ["/deploy"]), r#"interface="/deploy""#);
        assert_eq!(one_of("interface", ["/a.b", "/{c}"]), r#"interface=~"/a\\.b|/\\{c\\}""#);
        assert_eq!(one_of("interface", ["a\"b\\c\nd"]), r#"interface="a\"b\\c\nd""#);
    }

    #[test]
    fn a_bound_is_matched_however_it_is_written() {
        assert_eq!(le(0.25), r#"le="0.25""#);
        assert_eq!(le(1.0), r#"le=~"1|1\\.0""#);
        assert_eq!(le(1e6), r#"le=~"1000000|1e\\+06""#);
        assert_eq!(le(0.00001), r#"le=~"1e-05|1e-5""#);
    }

    #[test]
    fn numbers_are_as_somebody_would_write_them() {
        assert_eq!(number((100.0 - 99.9) / 100.0), "0.001");
        assert_eq!(number(1.0), "1");
    }
}
