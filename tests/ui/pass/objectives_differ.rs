use tallymark::observed;
use tallymark_tests::sample;

#[observed(interface = "/deploy", objective(success = 99.9, latency_ms = 300))]
fn deploy() {}

#[observed(interface = "/deploy", objective(success = 99, latency_ms = 300))]
fn deploy_again() {}

#[observed(interface = "/rollback", objective(success = 99.9, latency_ms = 250))]
fn rollback() {}

// Without one, and with the same buckets.
#[observed(interface = "/rollback")]
fn rollback_again() {}

fn main() {
    let error = tallymark::check().unwrap_err().to_string();
    let [first, second] = [4, 7].map(|line| format!("objectives_differ.rs:{line}:1"));
    let wanted = [
        "the interface \"/deploy\"",
        &first,
        "[99.9 % without an error, 99 % within 0.3 s]",
        &second,
        "[99 % without an error, 99 % within 0.3 s]",
    ];
    let mut rest = &*error;
    for word in wanted {
        rest = rest.split_once(word).unwrap_or_else(|| panic!("{word} in {error}")).1;
    }
    assert_eq!(error.lines().count(), 1, "{error}");

    (deploy(), deploy_again(), rollback(), rollback_again());
    let text = tallymark::gather_text();
    for (name, value) in [
        ("request_processing_total{interface=\"/deploy\"}", "2"),
        ("request_processing_seconds_bucket{interface=\"/deploy\",le=\"0.3\"}", "2"),
        ("request_processing_total{interface=\"/rollback\"}", "2"),
        ("tallymark_site_conflicts_total", "1"),
    ] {
        assert_eq!(sample(&text, name), Some(value), "{name}");
    }
}
