//! The example with axum over real HTTP.

use std::io::Read;
use std::net::SocketAddr;
use std::path::Path;

use flate2::read::GzDecoder;
use tallymark_tests::exposition::{Syntax, read_text};
use tallymark_tests::{Answer, Process, Service, agent, sample};

fn start() -> (Process, SocketAddr) {
    let build = escargot::CargoBuild::new()
        .manifest_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"))
        .package("axum-example")
        .bin("axum-example");
    let mut command = build.run().expect("the example builds").command();
    let process = Process::start(command.arg("127.0.0.1:0"));
    let address = Service::address(&process.line());
    (process, address)
}

#[test]
fn a_server_that_is_not_actix_has_the_same_endpoint() {
    let (_process, address) = start();
    let agent = agent();
    let url = |path: &str| format!("http://{address}{path}");
    for _ in 0..3 {
        assert_eq!(Answer::read(agent.get(url("/hello")).call()).text, "hello\n");
    }
    let name = "request_processing_total{interface=\"/hello\"}";
    let metrics = Answer::read(agent.get(url("/metrics")).call());
    assert_eq!(sample(&metrics.text, name), Some("3"), "{}", metrics.text);
    assert_eq!(metrics.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");

    let open = agent.get(url("/metrics")).header("Accept", "application/openmetrics-text");
    let open = Answer::read(open.call()).text;
    assert!(!read_text(&open, Syntax::OpenMetrics).is_empty());
    assert_eq!(sample(&open, name), Some("3"));

    let gzip = agent.get(url("/metrics?name[]=request_processing_total"));
    let gzip = gzip.header("Accept-Encoding", "gzip").call().expect("an answer");
    assert_eq!(gzip.headers()["content-encoding"], "gzip");
    let bytes = gzip.into_body().read_to_vec().expect("a body");
    let mut text = String::new();
    GzDecoder::new(&*bytes).read_to_string(&mut text).expect("gzip");
    assert_eq!(text.lines().count(), 3, "{text}");

    let head = Answer::read(agent.head(url("/metrics")).call());
    assert_eq!((head.status, &*head.text), (200, ""));
    assert!(head.header("content-length").parse::<usize>().expect("a length") > 100);
    let post = Answer::read(agent.post(url("/metrics")).send_empty());
    assert_eq!((post.status, post.header("allow")), (405, "GET, HEAD"));
}
