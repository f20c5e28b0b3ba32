//! The live page over real HTTP, and the peers that it asks.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use actix_web::{App, HttpServer};
use serde_json::{Value, json};
use tallymark::actix::{Metrics, metrics};
use tallymark::{Credentials, LivePage, Registry, ScrapeRequest, counted, observed};
use tallymark_tests::endpoint::{get, registry, serve};
use tallymark_tests::{Answer, Running, agent, free_address, sample, wait_for};

#[observed(interface = "/deploy")]
fn deploy() {}

#[counted(interface = "build", name = "builds_total")]
fn build() {}

fn live() -> SocketAddr {
    serve(metrics().live(true), 1, false)
}

/// What a page refers to.
fn references(text: &str) -> BTreeSet<&str> {
    let quoted = text.split('"').skip(1).step_by(2);
    quoted.filter(|name| name.starts_with("live/") || name.starts_with("./")).collect()
}

/// Where that is, as browsers find it.
fn resolve(base: &str, reference: &str) -> String {
    let folder = base.rsplit_once('/').expect("a path").0;
    format!("{folder}/{}", reference.trim_start_matches("./"))
}

#[test]
fn it_is_found_below_the_metrics_wherever_they_are_and_so_are_its_files() {
    let address = live();
    for above in ["/metrics", "/internal/deep", "/scope", ""] {
        for page in ["/live", "/live/"].map(|page| format!("{above}{page}")) {
            let answer = get(address, &page, &[]);
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (200, "text/html; charset=utf-8")
            );
            let mut scripts = Vec::new();
            let found = references(&answer.text);
            assert!(found.len() >= 6, "{found:?}");
            for reference in found.into_iter().filter(|reference| *reference != "./") {
                let path = resolve(&page, reference);
                let file = get(address, &path, &[]);
                assert_eq!(file.status, 200, "{path}");
                if path.ends_with("page.js") {
                    scripts.push((path, file.text));
                }
            }
            let (script, text) = scripts.pop().expect("the script");
            let imported = references(&text);
            assert!(imported.len() >= 3, "{imported:?}");
            for reference in imported.into_iter().filter(|reference| reference.starts_with("./")) {
                let path = resolve(&script, reference);
                assert_eq!(
                    get(address, &path, &[]).header("content-type"),
                    "text/javascript; charset=utf-8"
                );
            }
        }
        // What the page reads.
        for path in ["/", "/live/config.json"].map(|path| format!("{above}{path}")) {
            assert_eq!(get(address, &path, &[]).status, 200, "{path}");
        }
    }
    for unknown in [
        "livestock",
        "live/x",
        "live/../page.js",
        "live/page",
        "live/peer/0",
        "live/peer/-1",
        "live/peer/",
    ] {
        assert_eq!(get(address, &format!("/metrics/{unknown}"), &[]).status, 404, "{unknown}");
    }
    let off = serve(metrics(), 1, false);
    assert_eq!(get(off, "/metrics/live", &[]).status, 404);
}

#[test]
fn nothing_is_admitted_that_is_not_its_own() {
    let page = get(live(), "/metrics/live", &[]);
    let policy: BTreeSet<&str> = page.header("content-security-policy").split("; ").collect();
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(directive), "{policy:?}");
    }
    assert!(!policy.iter().any(|directive| directive.contains("unsafe")), "{policy:?}");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    for inline in ["style=", " on", "javascript:", "://"] {
        assert!(!page.text.contains(inline), "{inline}");
    }
    for script in page.text.split("<script").skip(1) {
        assert!(script.starts_with(" src=") && script.contains("></script>"), "{script}");
    }
}

#[test]
fn what_a_browser_has_it_is_not_sent_again() {
    let address = live();
    for path in ["/metrics/live", "/metrics/live/page.js", "/metrics/live/uPlot.iife.min.js"] {
        let agent = agent();
        let ask = |mark: &str| {
            let request = agent.get(format!("http://{address}{path}"));
            Answer::read(request.header("If-None-Match", mark).call())
        };
        let first = ask("\"x\"");
        assert_eq!((first.status, first.header("cache-control")), (200, "private, no-cache"));
        // Over the same connection: what follows an answer without a body is another answer.
        for _ in 0..3 {
            let again = ask(first.header("etag"));
            assert_eq!((again.status, &*again.text), (304, ""));
            assert_eq!(again.header("etag"), first.header("etag"));
        }
        assert_eq!(ask("").text, first.text);
    }
}

#[test]
fn its_files_are_sent_by_gzip_where_that_is_taken() {
    let address = live();
    for path in ["/metrics/live", "/metrics/live/page.js", "/metrics/live/uPlot.iife.min.js"] {
        let plain = get(address, path, &[("accept-encoding", "identity")]);
        let agent = ureq::Agent::new_with_defaults();
        let ask = |mark: &str| {
            let request = agent.get(format!("http://{address}{path}"));
            let request = request.header("accept-encoding", "gzip").header("if-none-match", mark);
            request.call().expect("an answer")
        };
        let mut small = ask("");
        let header = |name: &str| small.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(header("content-encoding"), "gzip");
        assert_eq!(header("vary"), "Accept-Encoding");
        assert_ne!(header("etag"), plain.header("etag"));
        assert!(header("content-length").parse::<usize>().expect("a length") < plain.text.len());
        let mark = header("etag");
        let sent = small.body_mut().read_to_vec().expect("a body");
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*sent).read_to_string(&mut text).expect("gzip");
        assert_eq!(text, plain.text);
        assert_eq!(ask(&mark).status(), 304);
    }
}

#[test]
fn the_methods_are_those_of_the_metrics() {
    let address = live();
    let agent = agent();
    for path in ["live", "live/page.js", "live/config.json"] {
        let url = format!("http://{address}/metrics/{path}");
        let (head, get) =
            (Answer::read(agent.head(&url).call()), Answer::read(agent.get(&url).call()));
        assert_eq!((head.status, &*head.text), (200, ""));
        assert_eq!(head.header("content-length"), get.text.len().to_string());
        let post = Answer::read(agent.post(&url).send_empty());
        assert_eq!((post.status, post.header("allow")), (405, "GET, HEAD"));
    }
}

#[test]
fn each_of_its_files_needs_the_credentials() {
    let (registry, _jobs, _times) = registry();
    let peer = Peer::start(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec());
    let guarded = metrics()
        .registry(registry)
        .credentials(Credentials::basic("ops", "pass"))
        .live(true)
        .peers([peer.url()])
        .expect("a URL");
    let address = serve(guarded, 1, false);
    let paths =
        ["", "/", "/page.js", "/config.json", "/uPlot.iife.min.js", "/peer/0", "/x", "/peer/1"];
    for path in paths.map(|path| format!("/metrics/live{path}")) {
        for headers in [&[][..], &[("Authorization", "Basic b3BzOnBhc3Q=")]] {
            let refused = get(address, &path, headers);
            assert_eq!(refused.status, 401, "{path}");
            assert!(refused.header("www-authenticate").starts_with("Basic realm="), "{path}");
        }
    }
    assert_eq!(peer.asked(), [""; 0]);
    let admitted = [("Authorization", "Basic b3BzOnBhc3M=")];
    for path in &paths[..6] {
        assert_eq!(get(address, &format!("/metrics/live{path}"), &admitted).status, 200, "{path}");
    }
    // Who is refused a page was refused no scrape.
    assert_eq!(get(address, "/metrics", &[]).status, 401);
    let text = get(address, "/metrics", &admitted).text;
    assert_eq!(sample(&text, "tallymark_scrapes_total{code=\"401\"}"), Some("1"));
}

#[test]
fn the_page_is_told_what_belongs_together() {
    deploy();
    build();
    let peers = ["http://10.0.0.2:8080/metrics", "http://web-3/metrics"];
    let address = serve(metrics().live(true).peers(peers).expect("URLs"), 1, false);
    let answer = get(address, "/metrics/live/config.json", &[]);
    assert_eq!(answer.header("content-type"), "application/json");
    let config: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!(config["peers"], json!(["10.0.0.2:8080", "web-3:80"]));
    assert_eq!(config["errors"], json!(["server_error", "error", "panicked"]));
    let groups = config["groups"].as_array().expect("groups");
    let group = |name: &str| groups.iter().find(|group| group["name"] == name).expect(name);
    let ours = group("request_processing");
    for (part, suffix) in [
        ("calls", "total"),
        ("outcomes", "outcomes_total"),
        ("seconds", "seconds"),
        ("in_flight", "in_flight"),
    ] {
        assert_eq!(ours[part], format!("request_processing_{suffix}"));
    }
    assert_eq!(ours["families"].as_array().map(Vec::len), Some(4));
    assert_eq!(group("builds")["families"], json!(["builds_total"]));
}

#[test]
fn a_peer_is_asked_for_what_the_page_asks_for() {
    let body = "# TYPE a_total counter\na_total 1\n";
    let peer = Peer::start(move |_| {
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    });
    let guarded = with_peer(&peer.url()).credentials(Credentials::bearer("s3cret"));
    let address = serve(guarded, 1, false);
    let path = "/metrics/live/peer/0";
    let answer = get(
        address,
        &format!("{path}?name[]=a_total&name[]=b%26c&x=y"),
        &[("Authorization", "Bearer s3cret"), ("Cookie", "a=b"), ("X-Forwarded-For", "::1")],
    );
    assert_eq!((answer.status, &*answer.text), (200, body));
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
    // Where nobody asks for credentials, they are somebody else's.
    let open = serve(with_peer(&peer.url()), 1, false);
    assert_eq!(get(open, path, &[("Authorization", "Bearer s3cret")]).status, 200);
    let [first, second] = &peer.asked()[..] else { panic!("two requests") };
    let first = first.to_ascii_lowercase();
    assert!(first.starts_with("get /metrics?name%5b%5d=a_total&name%5b%5d=b%26c http/1.1\r\n"));
    assert!(first.contains("\r\nauthorization: bearer s3cret\r\n"), "{first}");
    assert!(!first.contains("cookie") && !first.contains("x-forwarded"), "{first}");
    let second = second.to_ascii_lowercase();
    assert!(second.starts_with("get /metrics http/1.1\r\n") && !second.contains("authorization"));
}

#[test]
fn who_answers_says_which_registry_it_is() {
    let [one, other] = [(); 2].map(|()| metrics().registry(Registry::new()).live(true));
    let other = serve(other, 1, false);
    let peers = [format!("http://{other}/metrics"), format!("http://{other}/internal/deep")];
    let own = serve(one.peers(peers).expect("URLs"), 1, false);
    let registry = |address: SocketAddr, path: &str| {
        get(address, path, &[]).header("x-tallymark-registry").to_owned()
    };
    let told = |address: SocketAddr| {
        let config = get(address, "/metrics/live/config.json", &[]).text;
        let config: Value = serde_json::from_str(&config).expect("JSON");
        config["registry"].as_str().expect("a text").to_owned()
    };
    assert_ne!(told(own), told(other));
    assert_eq!(told(own), registry(own, "/metrics"));
    for path in ["/metrics/live/peer/0", "/metrics/live/peer/1"] {
        assert_eq!(registry(own, path), told(other), "{path}");
    }
}

#[test]
fn a_page_is_no_peer() {
    let own = free_address();
    let paths = ["live/peer/0", "live/peer/1", "live", "live/config.json"];
    let metrics = with_peers(&paths.map(|path| format!("http://{own}/metrics/{path}")));
    let server = Running::start(move || {
        let server = HttpServer::new(move || App::new().service(metrics.clone())).workers(1);
        (own, server.disable_signals().bind(own).expect("a free port").run())
    });
    for (number, path) in paths.iter().enumerate() {
        let answer = get(own, &format!("/metrics/live/peer/{number}"), &[]);
        assert_eq!((answer.status, &*answer.text), (502, "its URL is that of a page\n"), "{path}");
    }
    server.stop();
}

#[test]
fn a_peer_that_is_not_well_is_said_to_be_so() {
    let elsewhere = Peer::start(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec());
    let url = elsewhere.url();
    let redirects = Peer::start(move |_| {
        format!("HTTP/1.1 302 Found\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n").into_bytes()
    });
    let huge = Peer::start(|_| {
        let mut answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4194305\r\n\r\n".to_vec();
        answer.resize(answer.len() + (4 << 20) + 1, b'a');
        answer
    });
    let refuses =
        Peer::start(|_| b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n".to_vec());
    let strange = Peer::start(|_| b"SSH-2.0-OpenSSH\r\n".to_vec());
    let down = format!("http://{}/metrics", free_address());
    let urls = [redirects.url(), huge.url(), refuses.url(), strange.url(), down];
    // They answer at once, where there is a core for it.
    let address = serve(with_peers(&urls).peer_timeout(Duration::from_secs(25)), 1, false);
    for (number, text) in [
        "it answered with status 302\n",
        "its answer is too large\n",
        "it answered with status 401\n",
        "it cannot be reached\n",
        "it cannot be reached\n",
    ]
    .into_iter()
    .enumerate()
    {
        let answer = get(address, &format!("/metrics/live/peer/{number}"), &[]);
        assert_eq!((answer.status, &*answer.text), (502, text), "{}", urls[number]);
    }
    assert_eq!(elsewhere.asked(), [""; 0]);
}

#[test]
fn a_peer_that_takes_its_time_is_not_waited_for() {
    let slow = Peer::start(|_| {
        thread::sleep(Duration::from_secs(25));
        Vec::new()
    });
    let trickles = Peer::start(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\na".to_vec());
    let metrics = with_peers(&[slow.url(), trickles.url()]);
    let address = serve(metrics.peer_timeout(Duration::from_secs(1)), 1, false);
    for number in 0..2 {
        let began = Instant::now();
        let answer = get(address, &format!("/metrics/live/peer/{number}"), &[]);
        assert_eq!((answer.status, &*answer.text), (504, "it did not answer in time\n"));
        assert!(began.elapsed() >= Duration::from_secs(1), "{:?}", began.elapsed());
        assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    }
}

#[test]
fn no_more_is_asked_of_all_peers_than_may_be_scraped() {
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let peer = Peer::start(move |_| {
        // The first waits until all others are answered, and the second for the first.
        let _ = gate.lock().expect("no panic").recv_timeout(Duration::from_secs(20));
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec()
    });
    let (registry, _jobs, _times) = registry();
    let urls = [peer.url(), format!("{}?other", peer.url())];
    // Each worker has endpoints of its own.
    let server = Running::start(move || {
        let server = HttpServer::new(move || {
            let metrics = with_peers(&urls).registry(registry.clone()).max_scrapes(2);
            let metrics = metrics.peer_timeout(Duration::from_secs(25));
            App::new().service(metrics)
        });
        let server = server.workers(2).disable_signals().bind("127.0.0.1:0").expect("a port");
        (server.addrs()[0], server.run())
    });
    let address = server.address;
    let (told, answers) = mpsc::channel();
    for number in 0..12 {
        let told = told.clone();
        let path = format!("/metrics/live/peer/{}", number % 2);
        // Until the test's process ends, if it fails.
        thread::spawn(move || told.send(get(address, &path, &[]).status));
    }
    let next = || answers.recv_timeout(Duration::from_secs(15)).expect("an answer");
    let refused: Vec<u16> = (0..10).map(|_| next()).collect();
    assert_eq!(refused, [429; 10]);
    // Others are not held up by it.
    let text = get(address, "/metrics", &[]).text;
    // And these were no scrapes, one of which is counted when it has been read.
    for code in ["200", "503"] {
        let series = format!("tallymark_scrapes_total{{code=\"{code}\"}}");
        assert_eq!(sample(&text, &series), Some("0"), "{code}");
    }
    drop(open);
    assert_eq!([next(), next()], [200; 2]);
    assert_eq!(peer.asked().len(), 2);
    // One is under way until its answer has been sent, which is after somebody has it.
    wait_for("room again", Duration::from_secs(15), || {
        match get(address, "/metrics/live/peer/0", &[]).status {
            200 => Ok(()),
            status => Err(status.to_string()),
        }
    });
    server.stop();
}

#[test]
fn what_is_no_peer_is_an_error_that_says_so() {
    for (url, problem) in [
        ("https://10.0.0.2/metrics", "http://"),
        ("10.0.0.2:8080", "http://"),
        ("/metrics", "whole URL"),
        ("http://ops:pass@10.0.0.2/metrics", "credentials"),
    ] {
        let error = metrics().live(true).peers([url]).expect_err(url).to_string();
        assert!(error.contains(url) && error.contains(problem), "{error}");
    }
}

#[test]
fn other_servers_have_it_too() {
    let page = LivePage::new(tallymark::Exposition::new().credentials(Credentials::bearer("one")));
    let ask = |method, path, headers: &[(&str, &[u8])]| {
        let request = ScrapeRequest::new(method, None, headers.iter().copied());
        page.answer(path, &request).status()
    };
    let admitted: &[(&str, &[u8])] = &[("authorization", b"Bearer one")];
    for path in ["", "/", "/page.js", "/live/page.js", "config.json"] {
        assert_eq!((ask("GET", path, &[]), ask("GET", path, admitted)), (401, 200), "{path}");
        assert_eq!(ask("POST", path, admitted), 405, "{path}");
    }
    assert_eq!(ask("GET", "/nothing", admitted), 404);
}

#[test]
fn what_is_not_of_our_writing_is_as_it_was_published() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src/live/uplot");
    let sums = std::fs::read_to_string(folder.join("SHA256SUMS")).expect("the sums");
    assert!(sums.contains("sha512-KIMVnG68zvu5XXUbC4LQEPnhwOxBuLyW1AHtpm6IKTXImkbLgkMy+jabjLgSLMasNuGGzQm/ep3tOkyTxpiQIw=="));
    let mut checked = BTreeSet::new();
    for line in sums.lines().filter(|line| !line.starts_with('#')) {
        let (sum, name) = line.split_once("  ").expect(line);
        let content = std::fs::read(folder.join(name)).expect(name);
        let digest = ring::digest::digest(&ring::digest::SHA256, &content);
        let hex = digest.as_ref().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a text");
            hex
        });
        assert_eq!(hex, sum, "{name}");
        checked.insert(name.to_owned());
    }
    let there = std::fs::read_dir(&folder).expect("the folder");
    let there = there.map(|entry| entry.expect("a file").file_name().into_string().expect("text"));
    let there: BTreeSet<_> = there.filter(|name| name != "SHA256SUMS").collect();
    assert_eq!(checked, there);
    let address = live();
    for name in ["uPlot.iife.min.js", "uPlot.min.css"] {
        let text = std::fs::read_to_string(folder.join(name)).expect(name);
        assert_eq!(get(address, &format!("/metrics/live/{name}"), &[]).text, text);
    }
}

fn with_peer(url: &str) -> Metrics {
    with_peers(&[url.to_owned()])
}

fn with_peers(urls: &[String]) -> Metrics {
    metrics().live(true).peers(urls).expect("URLs")
}

/// What is asked as a peer, and answers in some way, each request on a connection of its own.
struct Peer {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (told, answer) = (Arc::clone(&asked), Arc::new(answer));
        // Until the test's process ends.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (told, answer) = (Arc::clone(&told), Arc::clone(&answer));
                thread::spawn(move || {
                    let mut reader = BufReader::new(stream);
                    let mut head = String::new();
                    while !head.ends_with("\r\n\r\n") {
                        if reader.read_line(&mut head).unwrap_or(0) == 0 {
                            return;
                        }
                    }
                    told.lock().expect("no panic").push(head.clone());
                    // Who asked may have gone; and goes, if there is to be more.
                    let _ = reader.get_mut().write_all(&answer(&head));
                    let _ = reader.read(&mut [0]);
                });
            }
        });
        Self { address, asked }
    }

    fn url(&self) -> String {
        format!("http://{}/metrics", self.address)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}
