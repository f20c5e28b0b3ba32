//! The endpoint over real HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::middleware::{Compress, Condition};
use actix_web::{App, HttpServer, web};
use flate2::read::GzDecoder;
use tallymark::actix::{Metrics, metrics};
use tallymark::prometheus::core::{Collector, Desc};
use tallymark::prometheus::proto::MetricFamily;
use tallymark::prometheus::{IntCounter, Opts};
use tallymark::{Counter, Credentials, Histogram, Registry};
use tallymark_tests::{Answer, agent, sample, wait_for};

/// Serves until the test's process ends.
fn serve(metrics: Metrics, compress: bool) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                App::new()
                    .wrap(Condition::new(compress, Compress::default()))
                    .service(metrics.clone())
                    .service(web::scope("/internal").service(metrics.clone().path("/deep")))
                    .route("/ping", web::get().to(async || "pong"))
            });
            let server = server.workers(1).disable_signals().bind("127.0.0.1:0");
            let server = server.expect("a free port");
            sender.send(server.addrs()[0]).expect("the test waits");
            server.run().await.expect("it serves");
        });
    });
    receiver.recv_timeout(Duration::from_secs(30)).expect("a server")
}

/// A registry of a counter and a histogram.
fn registry() -> (Registry, Counter, Histogram) {
    let registry = Registry::new();
    let jobs: Counter = Counter::owned("jobs_total", "Jobs.", []).expect("valid");
    let times: Histogram = Histogram::owned("t_seconds", "T.", [], Some(&[1.0])).expect("valid");
    registry.register(&jobs).expect("registered");
    registry.register(&times).expect("registered");
    (registry, jobs, times)
}

fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = agent().get(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    Answer::read(request.call())
}

/// Sends requests over one connection, and reads the heads and bodies of the answers as they are.
struct Connection(BufReader<TcpStream>);

impl Connection {
    fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time limit");
        Self(BufReader::new(stream))
    }

    fn ask(&mut self, method: &str, headers: &str) -> (String, Vec<(String, String)>, Vec<u8>) {
        let request = format!("{method} /metrics HTTP/1.1\r\nHost: test\r\n{headers}\r\n");
        self.0.get_mut().write_all(request.as_bytes()).expect("a request");
        let mut line = || {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("a line");
            line.trim_end().to_owned()
        };
        let status = line();
        let mut headers = Vec::new();
        loop {
            let line = line();
            let Some((name, value)) = line.split_once(": ") else { break };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        headers.retain(|(name, _)| name != "date");
        headers.sort();
        let length = headers.iter().find(|(name, _)| name == "content-length");
        let length = length.map_or(0, |(_, length)| length.parse().expect("a length"));
        let mut body = vec![0; if method == "HEAD" { 0 } else { length }];
        self.0.read_exact(&mut body).expect("the body");
        (status, headers, body)
    }
}

#[test]
fn the_format_is_the_one_that_is_asked_for() {
    let (registry, jobs, _) = registry();
    jobs.inc();
    let address = serve(metrics().registry(registry), false);
    let text = "text/plain; version=0.0.4; charset=utf-8";
    for (accept, content_type, beginning) in [
        ("*/*", text, "# HELP jobs_total Jobs.\n"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", text, "# HELP jobs_total Jobs.\n"),
        (
            "text/plain;version=1.0.0;escaping=allow-utf-8",
            "text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8",
            "# HELP jobs_total Jobs.\n",
        ),
        (
            "application/openmetrics-text;version=1.0.0;escaping=underscores",
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores",
            "# HELP jobs Jobs.\n# TYPE jobs counter\njobs_total 1\n",
        ),
    ] {
        let answer = get(address, "/metrics", &[("Accept", accept)]);
        assert_eq!((answer.status, answer.header("content-type")), (200, content_type));
        assert!(answer.text.starts_with(beginning), "{}", answer.text);
        assert_eq!(answer.text.ends_with("# EOF\n"), content_type.starts_with("application"));
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("vary"), "Accept, Accept-Encoding");
    }
    let protobuf = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
                    encoding=delimited";
    let headers = format!("Accept: {protobuf}\r\n");
    let (_, headers, body) = Connection::to(address).ask("GET", &headers);
    let content_type = headers.iter().find(|(name, _)| name == "content-type");
    assert!(content_type.expect("there").1.starts_with("application/vnd.google.protobuf; proto="));
    // Its length, and then field 1: the name.
    assert_eq!(body[1..3], [0x0a, 10]);
    assert_eq!(&body[3..13], b"jobs_total");
}

#[test]
fn gzip_is_for_who_asks_and_once() {
    for compress in [false, true] {
        let (registry, jobs, _) = registry();
        jobs.inc_by(7);
        let address = serve(metrics().registry(registry), compress);
        let mut connection = Connection::to(address);
        for (asked, gzipped) in [("gzip", true), ("br;q=0.1, gzip", true), ("identity", false)] {
            let (_, headers, body) =
                connection.ask("GET", &format!("Accept-Encoding: {asked}\r\n"));
            let codings: Vec<_> =
                headers.iter().filter(|(name, _)| name == "content-encoding").collect();
            let mut text = String::new();
            if gzipped {
                assert_eq!(codings.len(), 1, "{headers:?}");
                assert_eq!(codings[0].1, "gzip");
                GzDecoder::new(&*body).read_to_string(&mut text).expect("gzip, once");
            } else {
                assert!(codings.is_empty(), "{codings:?}");
                text = String::from_utf8(body).expect("text");
            }
            assert_eq!(sample(&text, "jobs_total"), Some("7"));
        }
    }
}

#[test]
fn head_has_the_headers_of_get_and_other_methods_are_refused() {
    let (registry, ..) = registry();
    // Without what changes from scrape to scrape.
    let address = serve(metrics().registry(registry), false);
    let mut connection = Connection::to(address);
    let only = "X-Prometheus-Scrape-Timeout-Seconds: 10\r\n";
    connection.ask("GET", only);
    let (status, mut get, body) = connection.ask("GET", only);
    assert_eq!(status, "HTTP/1.1 200 OK");
    let (status, mut head, _) = connection.ask("HEAD", only);
    assert_eq!(status, "HTTP/1.1 200 OK");
    // The sum of the scrapes' durations has as many digits as it has.
    let length = |headers: &mut Vec<(String, String)>| {
        let at = headers.iter().position(|(name, _)| name == "content-length").expect("there");
        headers.remove(at).1.parse::<usize>().expect("a length")
    };
    assert_eq!(length(&mut get), body.len());
    assert!(length(&mut head).abs_diff(body.len()) < 10);
    assert_eq!(head, get);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "BREW"] {
        let (status, headers, body) = connection.ask(method, "");
        assert_eq!(status, "HTTP/1.1 405 Method Not Allowed");
        assert!(headers.contains(&("allow".to_owned(), "GET, HEAD".to_owned())), "{headers:?}");
        assert!(!body.is_empty());
    }
}

#[test]
fn it_is_found_with_a_slash_in_scopes_and_by_names() {
    let (registry, jobs, times) = registry();
    jobs.inc();
    times.observe(0.5);
    let address = serve(metrics().registry(registry), false);
    for path in ["/metrics", "/metrics/", "/internal/deep", "/internal/deep/"] {
        assert_eq!(sample(&get(address, path, &[]).text, "jobs_total"), Some("1"), "{path}");
    }
    assert_eq!(get(address, "/metrics/more", &[]).status, 404);
    let names = |query: &str| {
        let text = get(address, &format!("/metrics?{query}"), &[]).text;
        let types = text.lines().filter(|line| line.starts_with("# TYPE"));
        types.map(|line| line.split(' ').nth(2).expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("name[]=jobs_total"), ["jobs_total"]);
    assert_eq!(names("name%5B%5D=t_seconds_bucket&name[]=jobs_total"), ["jobs_total", "t_seconds"]);
    assert_eq!(names("name[]=unknown"), [""; 0]);
}

#[test]
fn who_may_not_read_them_is_told_how_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    std::fs::write(&token, "one\n").expect("written");
    let (registry, _jobs, _times) = registry();
    let guarded = metrics()
        .registry(registry)
        .credentials(Credentials::basic("ops", "pass"))
        .credentials(Credentials::bearer_file(&token));
    let address = serve(guarded, false);
    let status =
        |authorization: &str| get(address, "/metrics", &[("Authorization", authorization)]).status;
    let refused = get(address, "/metrics", &[]);
    assert_eq!(refused.status, 401);
    let challenges = refused.head.headers().get_all("www-authenticate").iter();
    let challenges: Vec<_> = challenges.map(|value| value.to_str().expect("text")).collect();
    let [basic, bearer] = challenges[..] else { panic!("two of {challenges:?}") };
    assert!(basic.starts_with("Basic realm=") && bearer.starts_with("Bearer realm="));
    // "ops:pass" and "ops:past".
    assert_eq!((status("Basic b3BzOnBhc3M="), status("Basic b3BzOnBhc3Q=")), (200, 401));
    assert_eq!((status("Bearer one"), status("Bearer two")), (200, 401));
    std::fs::write(&token, "another").expect("written");
    assert_eq!((status("Bearer one"), status("Bearer another")), (401, 200));
    let admitted = get(address, "/metrics", &[("Authorization", "Bearer another")]);
    assert_eq!(admitted.header("vary"), "Accept, Accept-Encoding, Authorization");
    assert_eq!(sample(&admitted.text, "tallymark_scrapes_total{code=\"401\"}"), Some("4"));
    assert_eq!(sample(&admitted.text, "tallymark_scrapes_total{code=\"200\"}"), Some("3"));
}

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
    let address = serve(metrics().registry(registry).max_scrapes(2), false);
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
    let address = serve(metrics().registry(registry), false);
    let start = Instant::now();
    let answer = get(address, "/metrics", &[("X-Prometheus-Scrape-Timeout-Seconds", "0.2")]);
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    assert!(answer.text.contains("time"), "{}", answer.text);
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
    held.let_go();
    let answer = get(address, "/metrics", &[("X-Prometheus-Scrape-Timeout-Seconds", "10")]);
    assert_eq!(sample(&answer.text, "held_total"), Some("0"));
    assert_eq!(sample(&answer.text, "tallymark_scrapes_total{code=\"503\"}"), Some("1"));
}

#[test]
fn scrapes_at_one_moment_are_all_right() {
    let (registry, jobs, _) = registry();
    let address = serve(metrics().registry(registry).max_scrapes(100), false);
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
    let address = serve(metrics().registry(registry), false);
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

#[test]
fn an_empty_registry_is_no_error() {
    let address = serve(metrics().registry(Registry::new()), false);
    for _ in 0..2 {
        let answer = get(address, "/metrics", &[]);
        assert_eq!((answer.status, &*answer.text), (200, ""));
        let accept = [("Accept", "application/openmetrics-text")];
        assert_eq!(get(address, "/metrics", &accept).text, "# EOF\n");
    }
}
