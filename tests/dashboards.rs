//! What is generated of a registry: that everything has its place, and that it is the same each time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use tallymark::actix::metrics;
use tallymark::dashboards::{BurnRate, DashboardError, Dashboards, Files};
use tallymark::prometheus::{IntGauge, default_registry};
use tallymark::{
    Counter, Credentials, Gauge, Histogram, Registry, Summary, counted, observed, timed,
};
use tallymark_tests::endpoint::{get, registry, serve};

#[tallymark::metric]
static UPLOADS: Counter<1> = Counter::new("uploads_bytes_total", "Bytes uploaded.", ["zone"]);
#[tallymark::metric]
static QUEUED: Gauge<1> = Gauge::new("jobs_queued", "Jobs that wait", ["queue"]);
#[tallymark::metric]
static WAITS: Histogram<1> = Histogram::new("job_wait_seconds", "Time waited.", ["queue"]);
#[tallymark::metric]
static SIZES: Summary<0> = Summary::new("upload_size_bytes", "Sizes.", []);

#[observed(interface = "/deploy", objective(success = 99.9, latency_ms = 1000))]
fn deploy() {}

#[observed(interface = "/roll\"back{x}", objective(success = 99.9, latency_ms = 250, within = 95))]
fn rollback() {}

#[counted(interface = "build", name = "builds_total", labels(zone = zone))]
#[timed(interface = "build", name = "builds_seconds")]
fn build(zone: &str) {
    let _ = zone;
}

const SERVICE: &str = "mp-sre-deploy";

fn generated() -> Files {
    Dashboards::new(SERVICE).generate().expect("files")
}

fn dashboard(files: &Files, name: &str) -> Value {
    let text = files.get(&format!("grafana/dashboards/{name}.json")).expect("a dashboard");
    serde_json::from_str(text).expect("JSON")
}

/// All panels of a dashboard, those in closed rows too.
fn panels(dashboard: &Value) -> Vec<&Value> {
    let direct = dashboard["panels"].as_array().expect("panels");
    direct
        .iter()
        .flat_map(|panel| {
            std::iter::once(panel).chain(panel["panels"].as_array().into_iter().flatten())
        })
        .collect()
}

fn queries(files: &Files) -> String {
    let mut all = String::new();
    for name in [SERVICE, "mp-sre-deploy-base"] {
        let dashboard = dashboard(files, name);
        for panel in panels(&dashboard) {
            for target in panel["targets"].as_array().into_iter().flatten() {
                all.push_str(target["expr"].as_str().expect("a query"));
                all.push('\n');
            }
        }
    }
    all
}

/// The words of a query that may be metric names.
fn words(queries: &str) -> BTreeSet<&str> {
    let is_of_name =
        |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == ':';
    queries.split(|letter: char| !is_of_name(letter)).collect()
}

#[test]
fn every_metric_that_is_exposed_has_a_place() {
    deploy();
    rollback();
    build("north");
    UPLOADS.with(["north"]).inc();
    QUEUED.with(["mail"]).set(3.0);
    WAITS.with(["mail"]).observe(0.3);
    SIZES.observe(12.0);
    let own = IntGauge::new("own_gauge", "Own.").expect("a gauge");
    default_registry().register(Box::new(own)).expect("registered");
    // A scrape, for what is measured of scrapes.
    let _ = tallymark::Exposition::new().answer(&tallymark::ScrapeRequest::new(
        "GET",
        None,
        std::iter::empty::<(&str, &[u8])>(),
    ));
    let files = generated();
    let queries = queries(&files);
    let words = words(&queries);
    let text = tallymark::gather_text();
    let mut families = 0;
    for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let (name, kind) = line.split_once(' ').expect("a name and a type");
        let sample = match kind {
            "histogram" => format!("{name}_bucket"),
            "summary" => format!("{name}_count"),
            _ => name.to_owned(),
        };
        assert!(words.contains(&*sample), "{name} is nowhere in\n{queries}");
        families += 1;
    }
    assert!(families > 20, "{text}");
}

#[test]
fn what_was_counted_makes_no_difference() {
    let registry = Registry::linked();
    let of_linked =
        || Dashboards::new(SERVICE).registry(registry.clone()).generate().expect("files");
    let before = of_linked();
    build("south");
    build("west");
    UPLOADS.with(["west"]).inc();
    assert_eq!(before, of_linked());
}

#[test]
fn panels_have_titles_units_and_a_place_of_their_own() {
    let files = generated();
    for name in [SERVICE, "mp-sre-deploy-base"] {
        let dashboard = dashboard(&files, name);
        assert_eq!(dashboard["schemaVersion"], 42);
        assert_eq!(dashboard["uid"], name);
        let mut ids = BTreeSet::new();
        let mut taken = BTreeSet::new();
        let direct = dashboard["panels"].as_array().expect("panels");
        for panel in panels(&dashboard) {
            assert!(ids.insert(panel["id"].as_u64().expect("an id")), "{panel:#}");
            let title = panel["title"].as_str().expect("a title");
            assert!(!title.is_empty());
            if panel["type"] == "row" {
                continue;
            }
            assert!(!panel["description"].as_str().expect("a description").is_empty(), "{title}");
            assert!(!panel["fieldConfig"]["defaults"]["unit"].as_str().expect("a unit").is_empty());
            assert!(!panel["targets"].as_array().expect("queries").is_empty(), "{title}");
            let at = |key: &str| panel["gridPos"][key].as_u64().expect("a number");
            assert!(at("x") + at("w") <= 24, "{title}");
            // Those of closed rows lie over what comes behind.
            if direct.contains(panel) {
                for x in at("x")..at("x") + at("w") {
                    for y in at("y")..at("y") + at("h") {
                        assert!(taken.insert((x, y)), "{title} lies over another panel");
                    }
                }
            }
        }
        assert!(ids.len() > 20);
    }
}

#[test]
fn the_query_of_requests_per_second_is_the_one_that_is_documented() {
    let text = generated();
    let expected = "sum by (instance, interface) (rate(request_processing_total{job=~\"$job\", \
                    instance=~\"$instance\", interface=~\"$api\"}[$__rate_interval]))";
    assert!(queries(&text).lines().any(|query| query == expected));
}

#[test]
fn objectives_are_in_rules_alerts_and_dashboards() {
    let files = generated();
    let rules: String = files.get("prometheus/rules/mp-sre-deploy.yml").expect("rules").to_owned();
    // As YAML folds it.
    let rules = rules.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        // A bound of a whole number, as either server writes it.
        r#"le=~"1|1\\.0""#,
        r#"le="0.25""#,
        "job_interface:request_processing_errors:ratio_rate5m",
        "job_interface:request_processing_slow_1000ms:ratio_rate3d",
        "> 14.4 * 0.001 and",
        // Of 95 % within 250 ms.
        "> 6 * 0.05 and",
        "alert: ErrorBudgetBurn",
        "alert: LatencyBudgetBurn",
        "the objective is 95 % within 250 ms.",
        r#"interface=~"/deploy|/roll\"back\\{x\\}""#,
    ] {
        assert!(rules.contains(expected), "{expected} is not in\n{rules}");
    }
    let queries = queries(&files);
    assert!(queries.contains("job_interface:request_processing_errors:ratio_rate1h{"), "{queries}");
    assert!(queries.contains(" / 0.001\n"), "{queries}");
}

#[test]
fn every_alert_leads_to_its_place_in_the_runbook() {
    let runbook = include_str!("../runtime/src/dashboards/runbook.rs");
    let headings: BTreeSet<String> = runbook
        .lines()
        .filter_map(|line| line.strip_prefix("//! # "))
        .map(|heading| heading.to_lowercase().replace(' ', "-"))
        .collect();
    let files = generated();
    let rules = files.get("prometheus/rules/mp-sre-deploy.yml").expect("rules");
    let mut linked = BTreeSet::new();
    for line in rules.lines() {
        if let Some((_, anchor)) = line.split_once("tallymark/dashboards/runbook/index.html#") {
            linked.insert(anchor.trim_matches('"').to_owned());
        }
    }
    assert_eq!(linked, headings);
    assert_eq!(rules.matches("runbook_url").count(), rules.matches("- alert:").count());
    let elsewhere = Dashboards::new(SERVICE).runbook("https://example.org/runbook").generate();
    let elsewhere = elsewhere.expect("files");
    let rules = elsewhere.get("prometheus/rules/mp-sre-deploy.yml").expect("rules");
    assert!(rules.contains("https://example.org/runbook#instance-down"), "{rules}");
}

#[test]
fn no_window_is_shorter_than_four_scrapes() {
    let files = Dashboards::new(SERVICE)
        .scrape_interval(Duration::from_secs(1))
        .time_scale(0.001)
        .generate()
        .expect("files");
    let rules = files.get("prometheus/rules/mp-sre-deploy.yml").expect("rules");
    let mut windows = BTreeMap::<&str, usize>::new();
    for (at, _) in rules.match_indices('[') {
        let window = rules[at + 1..].split(']').next().expect("a window");
        *windows.entry(window).or_default() += 1;
    }
    let known: Vec<&str> = windows.into_keys().collect();
    // 72, 24 and 6 hours, and 2; all others would be shorter.
    assert_eq!(known, ["1m26s400ms", "21s600ms", "4m19s200ms", "4s", "7s200ms"]);
    let records: Vec<&str> = rules.lines().filter(|line| line.contains("record:")).collect();
    let distinct: BTreeSet<&&str> = records.iter().collect();
    assert_eq!(distinct.len(), records.len(), "{records:?}");
}

#[test]
fn no_alert_waits_for_more_than_all_calls() {
    #[observed(interface = "/search", name = "searches", objective(latency_ms = 100, within = 90))]
    fn search() {}

    search();
    let files = generated();
    let rules = files.get("prometheus/rules/mp-sre-deploy.yml").expect("rules");
    let mut thresholds = Vec::new();
    for (at, _) in rules.match_indices(" > ") {
        let (factor, rest) = rules[at + 3..].split_once(" * ").unwrap_or_default();
        let budget = rest.lines().next().unwrap_or_default();
        if let (Ok(factor), Ok(budget)) = (factor.parse::<f64>(), budget.parse::<f64>()) {
            thresholds.push(factor * budget);
        }
    }
    assert!(thresholds.len() > 20, "{thresholds:?}");
    assert!(thresholds.iter().all(|threshold| *threshold < 1.0), "{thresholds:?}");
    assert!(rules.contains("6 * 0.1") && !rules.contains("14.4 * 0.1\n"), "{rules}");
}

#[test]
fn prometheus_is_told_of_credentials() {
    let files = Dashboards::new(SERVICE).credentials_file("/etc/prometheus/token").generate();
    let files = files.expect("files");
    let configuration = files.get("prometheus/prometheus.yml").expect("a configuration");
    assert!(configuration.contains("credentials_file: /etc/prometheus/token"), "{configuration}");
    let plain = generated();
    let plain = plain.get("prometheus/prometheus.yml").expect("a configuration");
    assert!(!plain.contains("authorization"), "{plain}");
}

#[test]
fn windows_and_waits_are_those_that_are_asked_for() {
    let (minute, second) = (Duration::from_secs(60), Duration::from_secs(1));
    let files = Dashboards::new(SERVICE)
        .rate_window(7 * minute)
        .pending(13 * second)
        .burn_rates([BurnRate::new(40 * minute, 3 * minute, 2.5, "wake")])
        .generate()
        .expect("files");
    let rules = files.get("prometheus/rules/mp-sre-deploy.yml").expect("rules");
    for expected in [
        "job_interface:request_processing:rate7m",
        "for: 13s",
        "request_processing_errors:ratio_rate40m",
        "request_processing_errors:ratio_rate3m",
        "> 2.5 * 0.001",
        "severity: wake",
        "window: 40m",
    ] {
        assert!(rules.contains(expected), "{expected} is not in\n{rules}");
    }
    assert!(!rules.contains("[1h]") && !rules.contains("for: 2m"), "{rules}");
}

#[test]
fn what_makes_no_sense_is_an_error_that_says_so() {
    for name in ["", "Deploy", "a_b", "-a", "a-", "a.b", &"a".repeat(36)] {
        let error = Dashboards::new(name).generate().expect_err(name);
        assert_eq!(error, DashboardError::Service(name.to_owned()));
        assert!(error.to_string().contains("1 to 35"), "{error}");
    }
    let base = || Dashboards::new(SERVICE);
    for interval in [Duration::ZERO, Duration::from_secs(3600)] {
        base().scrape_interval(interval).generate().expect_err("too short or too long");
    }
    for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        base().time_scale(scale).generate().expect_err("no scale");
    }
    base().rate_window(Duration::MAX).generate().expect_err("too long");
    base().pending(Duration::MAX).generate().expect_err("too long");
    let minute = Duration::from_secs(60);
    for (long, short, factor) in [
        (minute, minute, 1.0),
        (Duration::MAX, minute, 1.0),
        (2 * minute, minute, 0.0),
        (2 * minute, minute, f64::NAN),
    ] {
        let burn = BurnRate::new(long, short, factor, "page");
        base().burn_rates([burn]).generate().expect_err("no burn rate");
    }
}

#[test]
fn the_running_service_has_its_dashboard_too() {
    let key = Credentials::bearer("s3cret");
    let guarded = metrics().credentials(key).dashboard(Dashboards::new(SERVICE)).expect("a name");
    let address = serve(guarded, 1, false);
    for path in ["/metrics/dashboard.json", "/scope/dashboard.json", "/dashboard.json"] {
        assert_eq!(get(address, path, &[]).status, 401, "{path}");
        let answer = get(address, path, &[("authorization", "Bearer s3cret")]);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), "application/json");
        let dashboard: Value = serde_json::from_str(&answer.text).expect("JSON");
        assert_eq!(dashboard["uid"], SERVICE);
        let file = generated();
        assert_eq!(Some(&*answer.text), file.get("grafana/dashboards/mp-sre-deploy.json"));
    }
    let plain = serve(metrics(), 1, false);
    assert_eq!(get(plain, "/metrics/dashboard.json", &[]).status, 404);
    // It is that of what is exposed.
    let (registry, _jobs, _times) = registry();
    let other = metrics().registry(registry).dashboard(Dashboards::new(SERVICE)).expect("a name");
    let answer = get(serve(other, 1, false), "/metrics/dashboard.json", &[]);
    assert!(answer.text.contains("jobs_total") && !answer.text.contains("uploads_bytes_total"));
    metrics().dashboard(Dashboards::new("No name")).expect_err("no name");
}

#[test]
fn files_are_written_and_what_cannot_be_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = generated();
    let below = folder.path().join("a/b");
    files.write_to(&below).expect("written");
    files.write_to(&below).expect("written over");
    for (path, contents) in files.iter() {
        assert_eq!(std::fs::read_to_string(below.join(path)).expect("a file"), contents);
    }
    let taken = folder.path().join("taken");
    std::fs::write(&taken, "a file").expect("written");
    let error = files.write_to(&taken).expect_err("a file is no folder");
    assert!(error.to_string().contains("taken"), "{error}");
}
