//! From the annotation to a query: the example as it is built for production, and a real
//! Prometheus with the configuration that is shipped beside it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tallymark_tests::{Profile, Prometheus, Service, agent, check_config, wait_for};

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../examples/deploy-rollback/prometheus/prometheus.yml")
}

#[test]
fn the_shipped_configuration_is_valid() {
    check_config(&shipped());
}

#[test]
fn what_was_sent_is_what_prometheus_stores() {
    let service = Service::start(Profile::Release);
    let agent = agent();
    // In a release build too, every interface is there before its first request.
    let metrics = service.get("/metrics").text;
    for interface in ["/deploy", "/rollback"] {
        let line = format!("request_processing_counter{{interface=\"{interface}\"}} 0");
        assert!(metrics.lines().any(|found| found == line), "{metrics}");
    }
    for _ in 0..21 {
        let body = r#"{"app":"web","version":"1.4.2"}"#;
        assert_eq!(service.post(&agent, "/deploy", body).status, 200);
    }
    for _ in 0..36 {
        assert_eq!(service.post(&agent, "/rollback", r#"{"app":"web"}"#).status, 409);
    }

    let prometheus = Prometheus::start(&shipped(), service.address, "1s");
    let instance = service.address.to_string();
    for (interface, count) in [("/deploy", "21"), ("/rollback", "36")] {
        let query = format!("request_processing_counter{{interface=\"{interface}\"}}");
        let found = wait_for("the first scrape", Duration::from_secs(30), || {
            let found = prometheus.query(&query);
            if found.is_empty() { Err("no series yet".to_owned()) } else { Ok(found) }
        });
        let labels = serde_json::json!({
            "__name__": "request_processing_counter",
            "interface": interface,
            "instance": instance,
            "job": "mp-sre-deploy",
        });
        assert_eq!(found, [(labels, count.to_owned())]);
    }
    assert_eq!(prometheus.query("up{job=\"mp-sre-deploy\"}")[0].1, "1");

    let rate = format!(
        "rate(request_processing_counter{{interface=\"/deploy\", instance=\"{instance}\"}}[1m])"
    );
    let load = Instant::now();
    wait_for("a rate under load", Duration::from_secs(30), || {
        for _ in 0..20 {
            let _ = service.post(&agent, "/deploy", r#"{"app":"web","version":"1.4.1"}"#);
        }
        match prometheus.query(&rate)[..] {
            [(_, ref rate)] if rate.parse::<f64>().is_ok_and(|rate| rate > 0.0) => Ok(()),
            ref other => Err(format!("after {:?}: {other:?}", load.elapsed())),
        }
    });
}
