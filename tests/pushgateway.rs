//! Jobs that push to a real pushgateway, which a real Prometheus scrapes.

use std::net::SocketAddr;
use std::thread;
use std::time::Duration;

use tallymark::push::Push;
use tallymark::{Counter, Histogram, PushError, Registry};
use tallymark_tests::{Prometheus, Pushgateway, free_address, sample, wait_for};

/// A run of a job: what it counts, and where that goes.
struct Job {
    rows: Counter,
    times: Histogram,
    push: Push,
}

impl Job {
    fn new(gateway: SocketAddr, instance: &str) -> Self {
        let registry = Registry::new();
        let rows: Counter = Counter::owned("job_rows_total", "Rows.", []).expect("valid");
        let times: Histogram =
            Histogram::owned("job_step_seconds", "Steps.", [], Some(&[0.5])).expect("valid");
        registry.register(&rows).expect("registered");
        registry.register(&times).expect("registered");
        let push = Push::new(&format!("http://{gateway}"), "backup").grouping("instance", instance);
        Self { rows, times, push: push.registry(registry) }
    }

    fn count(&self, rows: u64) {
        self.rows.inc_by(rows);
        self.times.observe(0.25);
        self.times.observe(2.0);
    }
}

fn prometheus(gateway: SocketAddr) -> Prometheus {
    Prometheus::with(
        &format!(
            "global:\n  scrape_interval: 200ms\n  scrape_timeout: 200ms\nscrape_configs:\n  - \
             job_name: pushgateway\n    honor_labels: true\n    static_configs:\n      - targets: \
             ['{gateway}']\n"
        ),
        &[],
    )
}

/// Waits until a query has found this, each of the values with the instance.
fn wait_to_find(prometheus: &Prometheus, query: &str, wanted: &[(&str, &str)]) {
    wait_for(query, Duration::from_secs(20), || {
        let mut found: Vec<_> = prometheus
            .query(query)
            .into_iter()
            .map(|(labels, value)| (labels["instance"].as_str().unwrap_or("").to_owned(), value))
            .collect();
        found.sort();
        let same = found.iter().map(|(instance, value)| (&**instance, &**value));
        if same.eq(wanted.iter().copied()) { Ok(()) } else { Err(format!("{found:?}")) }
    });
}

#[test]
fn what_jobs_push_is_scraped_added_up_and_deleted() {
    let address = free_address();
    let (one, other) = (Job::new(address, "one"), Job::new(address, "other"));
    one.count(21);
    other.count(4);
    // Before there is a gateway.
    let push = one.push.clone();
    let waits = thread::spawn(move || push.push());
    thread::sleep(Duration::from_millis(500));
    let gateway = Pushgateway::at(address);
    let prometheus = prometheus(address);
    waits.join().expect("no panic").expect("taken once there is a gateway");
    other.push.push().expect("taken");
    let each = "job_rows_total{job=\"backup\"}";
    wait_to_find(&prometheus, each, &[("one", "21"), ("other", "4")]);
    let steps = "job_step_seconds_bucket{job=\"backup\",le=\"0.5\"}";
    wait_to_find(&prometheus, steps, &[("one", "1"), ("other", "1")]);
    wait_to_find(&prometheus, "sum(job_step_seconds_sum)", &[("", "4.5")]);
    wait_to_find(&prometheus, "sum(job_rows_total)", &[("", "25")]);
    // The same group is replaced, and no other.
    other.count(6);
    other.push.push().expect("taken");
    wait_to_find(&prometheus, each, &[("one", "21"), ("other", "10")]);
    one.push.delete().expect("there is such a group");
    wait_to_find(&prometheus, each, &[("other", "10")]);
    other.push.delete().expect("there is such a group");
    wait_to_find(&prometheus, each, &[]);
    assert!(!gateway.exposed().contains("job_rows_total{"), "{}", gateway.exposed());
}

#[test]
fn the_gateway_reads_keys_and_formats_as_they_are_meant() {
    let address = free_address();
    let gateway = Pushgateway::at(address);
    for (at, (value, shown)) in [
        ("a b+c%2F?#&=", "a b+c%2F?#&="),
        ("接口", "接口"),
        ("/var/tmp", "/var/tmp"),
        ("..", ".."),
        (".", "."),
        ("a\"\\", "a\\\"\\\\"),
        ("a\nb", "a\\nb"),
    ]
    .into_iter()
    .enumerate()
    {
        let job = Job::new(address, value);
        job.rows.inc_by(at as u64);
        let push = if at % 2 == 0 { job.push } else { job.push.protobuf() };
        push.push().expect(value);
        let series = format!("job_rows_total{{instance=\"{shown}\",job=\"backup\"}}");
        let text = gateway.exposed();
        assert_eq!(sample(&text, &series), Some(&*at.to_string()), "{series} in {text}");
        push.delete().expect(value);
        assert_eq!(sample(&gateway.exposed(), &series), None, "{series}");
    }
    let job = Job::new(address, "");
    job.push.push().expect("an empty value");
    let series = "job_rows_total{instance=\"\",job=\"backup\"}";
    assert_eq!(sample(&gateway.exposed(), series), Some("0"), "{}", gateway.exposed());
}

#[test]
fn adding_leaves_the_other_metrics_of_the_group() {
    let address = free_address();
    let gateway = Pushgateway::at(address);
    let job = Job::new(address, "one");
    job.push.push().expect("taken");
    let registry = Registry::new();
    let other: Counter = Counter::owned("job_other_total", "Other.", []).expect("valid");
    registry.register(&other).expect("registered");
    let second = job.push.clone().registry(registry);
    let labels = "{instance=\"one\",job=\"backup\"}";
    let both = |text: &str| {
        ["job_rows_total", "job_other_total"]
            .map(|name| sample(text, &format!("{name}{labels}")).is_some())
    };
    second.add().expect("taken");
    assert_eq!(both(&gateway.exposed()), [true, true]);
    second.push().expect("taken");
    assert_eq!(both(&gateway.exposed()), [false, true]);
}

#[test]
fn what_the_gateway_refuses_is_an_error_with_its_words() {
    let address = free_address();
    let gateway = Pushgateway::at(address);
    let job = Job::new(address, "one");
    job.push.push().expect("taken");
    // The same name, as another type.
    let registry = Registry::new();
    let gauge: tallymark::Gauge =
        tallymark::Gauge::owned("job_rows_total", "Rows.", []).expect("valid");
    registry.register(&gauge).expect("registered");
    let other = job.push.clone().grouping("part", "b").registry(registry);
    let error = other.push().expect_err("of another type");
    assert!(matches!(error, PushError::Refused { status: 400, .. }), "{error}");
    assert!(error.to_string().contains("inconsistent"), "{error}");
    drop(gateway);
}
