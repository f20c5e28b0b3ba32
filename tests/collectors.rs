//! The endpoint with collectors that are slow or wrong, and with many scrapers.

use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tallymark::actix::metrics;
use tallymark::prometheus::core::{Collector, Desc};
use tallymark::prometheus::proto::MetricFamily;
use tallymark::prometheus::{IntCounter, Opts};
use tallymark_tests::endpoint::{Connection, get, registry, serve};
use tallymark_tests::{sample, wait_for};

/// A collector that answers only once it may.
#[derive(Clone)]
struct Held(Arc<(Mutex<bool>, Condvar)>, IntCounter);

impl Held {
    fn new() -> Self {
        let counter = IntCounter::with_opts(Opts::new("held_total", "Held.")).expect("valid");
        Self(Arc::default(), counter)
    }

    fn let_go(&self) {
        *self.0.0.lock().expect("no panic") = true;
        self.0.1.notify_all();
    }
}

impl Collector for Held {
    fn desc(&self) -> Vec<&Desc> {
        self.1.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let free = self.0.0.lock().expect("no panic");
        drop(self.0.1.wait_while(free, |free| !*free).expect("no panic"));
        self.1.collect()
    }
}

#[test]
fn no_more_scrapes_are_under_way_than_may_be() {
    let (registry, ..) = registry();
    let held = Held::new();
    registry.include_collector(Box::new(held.clone()));
    let address = serve(metrics().registry(registry).max_scrapes(2), 1, false);
    // One whose client goes away, and one that waits.
    let gone = TcpStream::connect(address).expect("a connection");
    (&gone).write_all(b"GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n").expect("a request");
    let within = Duration::from_secs(20);
    let waits = thread::spawn(move || {
        // Those below may be ahead of it.
        wait_for("a place", within, || match get(address, "/metrics", &[]) {
            answer if answer.status == 200 => Ok(()),
            answer => Err(answer.text),
        });
    });
    let refused = wait_for("the limit", within, || {
        let timeout = [("X-Prometheus-Scrape-Timeout-Seconds", "0.05")];
        let answer = get(address, "/metrics", &timeout);
        if answer.text.contains("too many") { Ok(answer) } else { Err(answer.text) }
    });
    assert_eq!((refused.status, refused.header("retry-after")), (503, "1"));
    // The only worker has time for others.
    assert_eq!(get(address, "/ping", &[]).text, "pong");
    drop(gone);
    held.let_go();
    waits.join().expect("it has an answer");
    wait_for("room again", within, || {
        let answers: Vec<_> = (0..2).map(|_| get(address, "/metrics", &[]).status).collect();
        if answers == [200, 200] { Ok(()) } else { Err(format!("{answers:?}")) }
    });
}

#[test]
fn a_scraper_that_does_not_wait_is_answered_in_time() {
    let (registry, ..) = registry();
    let held = Held::new();
    registry.include_collector(Box::new(held.clone()));
    let address = serve(metrics().registry(registry), 1, false);
    let start = Instant::now();
    let answer = get(address, "/metrics", &[("X-Prometheus-Scrape-Timeout-Seconds", "0.2")]);
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    assert!(answer.text.contains("time"), "{}", answer.text);
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    // To `HEAD` neither is a body sent, and the connection can be used again.
    let mut connection = Connection::to(address);
    let (status, ..) = connection.ask("HEAD", "X-Prometheus-Scrape-Timeout-Seconds: 0.2\r\n");
    assert_eq!(status, "HTTP/1.1 503 Service Unavailable");
    let (status, _, body) = connection.ask("PUT", "");
    assert_eq!(status, "HTTP/1.1 405 Method Not Allowed");
    assert!(!body.is_empty());
    held.let_go();
    let answer = get(address, "/metrics", &[("X-Prometheus-Scrape-Timeout-Seconds", "10")]);
    assert_eq!(sample(&answer.text, "held_total"), Some("0"));
    assert_eq!(sample(&answer.text, "tallymark_scrapes_total{code=\"503\"}"), Some("2"));
}

#[test]
fn scrapes_at_one_moment_are_all_right() {
    let (registry, jobs, _) = registry();
    let address = serve(metrics().registry(registry).max_scrapes(100), 1, false);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    jobs.inc();
                    let counted = jobs.get();
                    let text = get(address, "/metrics", &[]).text;
                    let shown: u64 =
                        sample(&text, "jobs_total").expect(&text).parse().expect("a count");
                    // What was counted before it was asked is in the answer.
                    assert!(shown >= counted, "{shown} of {counted}");
                }
            });
        }
    });
    let text = get(address, "/metrics", &[]).text;
    assert_eq!(sample(&text, "jobs_total"), Some("160"));
    assert_eq!(sample(&text, "tallymark_scrapes_total{code=\"200\"}"), Some("160"));
    assert_eq!(sample(&text, "tallymark_scrape_duration_seconds_count"), Some("160"));
}

/// A collector that is made up.
struct MadeUp(IntCounter, fn(&IntCounter) -> Vec<MetricFamily>);

impl Collector for MadeUp {
    fn desc(&self) -> Vec<&Desc> {
        self.0.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.1(&self.0)
    }
}

#[test]
fn a_collector_of_nonsense_loses_its_own_family_and_no_other() {
    let (registry, jobs, _) = registry();
    jobs.inc();
    let made_up = |name: &str, collect| {
        let counter = IntCounter::new(name, "Made up.").expect("valid");
        registry.include_collector(Box::new(MadeUp(counter, collect)));
    };
    made_up("panics_total", |_| panic!("on purpose, in a test"));
    made_up("twice_total", |counter| [counter.collect(), counter.collect()].concat());
    made_up("type_total", |counter| {
        let mut families = counter.collect();
        families[0].set_field_type(tallymark::prometheus::proto::MetricType::HISTOGRAM);
        families
    });
    made_up("name_total", |counter| {
        let mut families = counter.collect();
        families[0].set_name("not a name".to_owned());
        families
    });
    made_up("good_total", Collector::collect);
    let both = prometheus_registry();
    registry.include(both);
    let address = serve(metrics().registry(registry), 1, false);
    for scrape in ["1", "2"] {
        let answer = get(address, "/metrics", &[]);
        assert_eq!(answer.status, 200);
        let text = answer.text;
        for (name, value) in [("jobs_total", "1"), ("good_total", "0"), ("of_theirs", "0")] {
            assert_eq!(sample(&text, name), Some(value), "{name} in {text}");
        }
        for family in ["panics_total", "type_total", "not a name"] {
            assert_eq!(sample(&text, family), None);
            let error = format!("tallymark_collect_errors_total{{family=\"{family}\"}}");
            assert_eq!(sample(&text, &error), Some(scrape), "{text}");
        }
        // Each of the two is a family of its own there.
        assert!(text.matches("\ntwice_total ").count() <= 1, "{text}");
        let error = "tallymark_collect_errors_total{family=\"twice_total\"}";
        assert_eq!(sample(&text, error), Some(scrape), "{text}");
    }
}

fn prometheus_registry() -> tallymark::prometheus::Registry {
    let registry = tallymark::prometheus::Registry::new();
    let counter = IntCounter::new("of_theirs", "Theirs.").expect("valid");
    registry.register(Box::new(counter)).expect("registered");
    registry
}
