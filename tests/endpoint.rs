//! What the endpoint answers over real HTTP.

use std::io::Read;

use flate2::read::GzDecoder;
use tallymark::actix::metrics;
use tallymark::{Credentials, Registry};
use tallymark_tests::endpoint::{Connection, get, registry, serve};
use tallymark_tests::sample;

#[test]
fn the_format_is_the_one_that_is_asked_for() {
    let (registry, jobs, _) = registry();
    jobs.inc();
    let address = serve(metrics().registry(registry), 1, false);
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
        let address = serve(metrics().registry(registry), 1, compress);
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
    let address = serve(metrics().registry(registry), 1, false);
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
    let address = serve(metrics().registry(registry), 1, false);
    for path in
        ["/metrics", "/metrics/", "/internal/deep", "/internal/deep/", "/scope", "/scope/", "/"]
    {
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
    let address = serve(guarded, 1, false);
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

#[test]
fn only_the_schemes_that_admit_are_asked_for() {
    for (credentials, scheme, right, wrong) in [
        (Credentials::basic("ops", "pass"), "Basic ", "Basic b3BzOnBhc3M=", "Bearer ops:pass"),
        (Credentials::bearer("one"), "Bearer ", "Bearer one", "Basic b25l"),
    ] {
        let (registry, _jobs, _times) = registry();
        let address = serve(metrics().registry(registry).credentials(credentials), 1, false);
        let refused = get(address, "/metrics", &[("Authorization", wrong)]);
        let challenges = refused.head.headers().get_all("www-authenticate").iter().count();
        assert_eq!((refused.status, challenges), (401, 1));
        assert!(refused.header("www-authenticate").starts_with(scheme));
        assert_eq!(get(address, "/metrics", &[("Authorization", right)]).status, 200);
    }
}

#[test]
fn all_workers_answer_from_the_same_registry() {
    let (registry, jobs, _times) = registry();
    let address = serve(metrics().registry(registry), 2, false);
    // Connections that stay open are handed to one worker after the other.
    let mut connections: Vec<_> = (0..4).map(|_| Connection::to(address)).collect();
    for round in 1..=3 {
        jobs.inc();
        for connection in &mut connections {
            let (_, _, body) = connection.ask("GET", "");
            let text = String::from_utf8(body).expect("text");
            assert_eq!(sample(&text, "jobs_total"), Some(&*round.to_string()));
        }
    }
}

#[test]
fn an_empty_registry_is_no_error() {
    let address = serve(metrics().registry(Registry::new()), 1, false);
    for _ in 0..2 {
        let answer = get(address, "/metrics", &[]);
        assert_eq!((answer.status, &*answer.text), (200, ""));
        let accept = [("Accept", "application/openmetrics-text")];
        assert_eq!(get(address, "/metrics", &accept).text, "# EOF\n");
    }
}
