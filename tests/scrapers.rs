//! The exposition, as real scrapers take it.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::Value;
use tallymark::{Exposition, ScrapeRequest};
use tallymark_tests::exposition::{Series, Syntax, read_text, values};
use tallymark_tests::{
    Answer, Prometheus, Running, VictoriaMetrics, agent, check_metrics, count_hostile,
    hostile_values, python, wait_for,
};

/// A service of metrics of every kind, until the test's process ends. At `/text` it takes it that text
/// is asked for, as a scraper would that knows nothing else.
fn service() -> SocketAddr {
    static SERVICE: OnceLock<SocketAddr> = OnceLock::new();
    *SERVICE.get_or_init(|| {
        count_hostile();
        let server = Running::start(|| {
            let server = HttpServer::new(|| {
                App::new()
                    .service(tallymark::actix::metrics())
                    .route("/text", web::get().to(text_only))
            });
            let server = server.workers(2).disable_signals().bind("127.0.0.1:0");
            let server = server.expect("a free port");
            (server.addrs()[0], server.run())
        });
        server.address
    })
}

async fn text_only() -> HttpResponse {
    let request = ScrapeRequest::new("GET", None, [("Accept", &b"text/plain;version=0.0.4"[..])]);
    let response = Exposition::new().answer(&request);
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(response.into_body().into_bytes())
}

fn scrape(accept: &str) -> String {
    let request = agent().get(format!("http://{}/metrics", service())).header("Accept", accept);
    Answer::read(request.call()).text
}

/// The samples as a scraper reads them, without what is another at each scrape.
fn exposed() -> BTreeMap<Series, f64> {
    let read = read_text(&scrape("text/plain"), Syntax::Text);
    let mut values: BTreeMap<_, _> =
        values(&read).into_iter().map(|(series, value)| (series.stored(), value)).collect();
    values.retain(|series, _| is_steady(&series.name));
    values
}

fn is_steady(name: &str) -> bool {
    !["process_", "tallymark_scrape", "scrape_", "up"].iter().any(|start| name.starts_with(start))
}

/// What a server stored of a job.
fn stored(found: Vec<(Value, String)>) -> BTreeMap<Series, f64> {
    let mut all = BTreeMap::new();
    for (labels, value) in found {
        let mut labels: BTreeMap<String, String> =
            serde_json::from_value(labels).expect("labels are texts");
        let name = labels.remove("__name__").expect("a name");
        labels.remove("job").expect("a job");
        labels.remove("instance").expect("an instance");
        if is_steady(&name) {
            let value = value.parse().expect("a number");
            all.insert(Series { name, labels }, value);
        }
    }
    all
}

/// Both by their bits, since not-a-number is not itself.
fn assert_same(found: &BTreeMap<Series, f64>, wanted: &BTreeMap<Series, f64>, by: &str) {
    assert_near(found, wanted, by, 0.0);
}

fn assert_near(
    found: &BTreeMap<Series, f64>,
    wanted: &BTreeMap<Series, f64>,
    by: &str,
    within: f64,
) {
    let names = |all: &BTreeMap<Series, f64>| all.keys().cloned().collect::<BTreeSet<_>>();
    let short = |series: &Series| format!("{series:?}").chars().take(200).collect::<String>();
    let missing: Vec<_> = names(wanted).difference(&names(found)).map(short).collect();
    let more: Vec<_> = names(found).difference(&names(wanted)).map(short).collect();
    assert_eq!((missing, more), (Vec::new(), Vec::new()), "{by}: missing, and more than exposed");
    for (series, wanted) in wanted {
        let found = found[series];
        // Some store as many digits as a decimal number of 64 bits has.
        let near = (found - wanted).abs() <= wanted.abs() * within;
        assert!(
            near || found.to_bits() == wanted.to_bits() || (found.is_nan() && wanted.is_nan()),
            "{by}: {} is {found} and not {wanted}",
            short(series)
        );
    }
}

fn configuration(jobs: &[(&str, &str)]) -> String {
    let jobs = jobs.iter().map(|(job, path)| {
        format!(
            "  - job_name: {job}\n    metrics_path: {path}\n    static_configs:\n      - targets: \
             ['{}']\n",
            service()
        )
    });
    let jobs: String = jobs.collect();
    format!("global:\n  scrape_interval: 1s\nscrape_configs:\n{jobs}")
}

#[test]
fn promtool_reads_the_text_format() {
    let findings = check_metrics(&scrape("text/plain"));
    // Of these it has something to say, and nothing else: they are named so on purpose.
    let of: BTreeSet<_> = findings.iter().filter_map(|finding| finding.split(' ').next()).collect();
    assert_eq!(of, BTreeSet::from(["hostile"]), "{findings:?}");
}

const OPEN_METRICS: &str = r"
import json, sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read
text = sys.stdin.buffer.read().decode()
print(json.dumps([
    [s.name, s.labels, str(s.value), s.exemplar and s.exemplar.labels]
    for family in read(text) for s in family.samples
]))
";

const TEXT: &str = r"
import json, sys
from prometheus_client.parser import text_string_to_metric_families as read
text = sys.stdin.buffer.read().decode()
print(json.dumps([
    [s.name, s.labels, str(s.value), None] for family in read(text) for s in family.samples
]))
";

#[test]
fn the_python_client_reads_both_text_formats() {
    for (script, accept) in
        [(OPEN_METRICS, "application/openmetrics-text;version=1.0.0"), (TEXT, "text/plain")]
    {
        let read = python(script, &scrape(accept));
        let mut found = BTreeMap::new();
        let mut exemplars = BTreeSet::new();
        for sample in read.as_array().expect("samples") {
            // In the text format it gives each counter the suffix that it has in the other.
            let name = sample[0].as_str().expect("a name");
            let name = if name == "hostile_total" { "hostile" } else { name }.to_owned();
            let labels = serde_json::from_value(sample[1].clone()).expect("labels");
            let value = sample[2].as_str().expect("a value").parse().expect("a number");
            if let Some(exemplar) = sample[3].as_object() {
                exemplars.insert(exemplar["trace_id"].as_str().expect("a text").to_owned());
            }
            if is_steady(&name) {
                found.insert(Series { name, labels }.stored(), value);
            }
        }
        assert_same(&found, &exposed(), accept);
        let wanted: &[&str] =
            if script == OPEN_METRICS { &["4bf92f35\\\n", "接口"] } else { &[] };
        assert_eq!(exemplars.iter().map(|id| &**id).collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn prometheus_stores_the_same_from_openmetrics_and_text() {
    let jobs = [("open", "/metrics"), ("text", "/text")];
    let prometheus =
        Prometheus::with(&configuration(&jobs), &["--enable-feature=exemplar-storage"]);
    for (job, _) in jobs {
        let up = format!("up{{job=\"{job}\"}}");
        wait_for(
            "the first scrape",
            Duration::from_secs(40),
            || match &prometheus.query(&up)[..] {
                [(_, up)] if up == "1" => Ok(()),
                other => Err(format!("{other:?}; {:?}", prometheus.scrape_errors())),
            },
        );
        assert_same(&stored(prometheus.query(&format!("{{job=\"{job}\"}}"))), &exposed(), job);
    }
    let errors: Vec<_> = prometheus.scrape_errors().into_iter().map(|(_, error)| error).collect();
    assert_eq!(errors, ["", ""]);
}

#[test]
fn prometheus_stores_native_histograms_from_protobuf() {
    let prometheus = Prometheus::with(
        &configuration(&[("native", "/metrics")]),
        &["--enable-feature=native-histograms"],
    );
    wait_for("the first scrape", Duration::from_secs(40), || match &prometheus.query("up")[..] {
        [(_, up)] if up == "1" => Ok(()),
        other => Err(format!("{other:?}; {:?}", prometheus.scrape_errors())),
    });
    // The native ones are series by themselves there, and their classic buckets none.
    let mut wanted = exposed();
    let native = ["hostile_native_seconds", "hostile_bare_seconds"];
    wanted.retain(|series, _| !native.iter().any(|name| series.name.starts_with(name)));
    let all = "{job=\"native\", __name__!~\"hostile_(native|bare)_seconds\"}";
    assert_same(&stored(prometheus.query(all)), &wanted, "protobuf");
    for name in native {
        let one = |query: String| {
            let found = prometheus.query(&query);
            assert_eq!(found.len(), 1, "{query}: {found:?}");
            found[0].1.parse::<f64>().expect("a number")
        };
        let near = |found: f64, wanted: f64| {
            assert!((found - wanted).abs() < 1e-9, "{found} and {wanted}");
        };
        near(one(format!("histogram_count({name})")), 6.0);
        near(one(format!("histogram_sum({name})")), 1.65);
        // Three of six are between these.
        near(one(format!("histogram_fraction(0.01, 1, {name})")), 0.5);
        let median = one(format!("histogram_quantile(0.9, {name})"));
        assert!((1.8..=2.2).contains(&median), "{median}");
    }
}

#[test]
fn victoria_metrics_stores_what_is_exposed() {
    let server = VictoriaMetrics::with(&configuration(&[("text", "/metrics")]), &[]);
    wait_for("the first scrape", Duration::from_secs(40), || {
        match &server.query("up{job=\"text\"}")[..] {
            [(_, up)] if up == "1" => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
    let cut_off = |(mut series, value): (Series, f64)| {
        // It stores no longer values, and no number is to it what is not there.
        series.labels.values_mut().for_each(|label| label.truncate(16_384));
        (!value.is_nan()).then_some((series, value))
    };
    let wanted: BTreeMap<_, _> = exposed().into_iter().filter_map(cut_off).collect();
    let found = wait_for("its samples to be found", Duration::from_secs(40), || {
        let found = stored(server.query("{job=\"text\"}"));
        if found.len() >= wanted.len() { Ok(found) } else { Err(format!("{}", found.len())) }
    });
    assert_near(&found, &wanted, "VictoriaMetrics", 1e-13);
    let hostile = found.keys().filter(|series| series.name == "hostile").count();
    assert_eq!(hostile, hostile_values().len());
}
