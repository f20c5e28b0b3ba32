//! An endpoint answers any request with one of its answers.
//!
//! The input is the method, the query (none where it is empty) and the headers, a line each.

#![no_main]

use std::io::Read;
use std::sync::LazyLock;

use flate2::read::GzDecoder;
use libfuzzer_sys::fuzz_target;
use tallymark::{Counter, Credentials, Exposition, Registry, ScrapeRequest};

static ROWS: LazyLock<Counter<1>> = LazyLock::new(|| {
    let rows = Counter::owned("rows_total", "Rows.", ["table"]).expect("a metric");
    rows.with(["orders"]).inc();
    rows
});

static OPEN: LazyLock<Exposition> = LazyLock::new(|| {
    let registry = Registry::new();
    registry.register(&*ROWS).expect("the first");
    Exposition::new().registry(registry)
});

static GUARDED: LazyLock<Exposition> = LazyLock::new(|| {
    let exposition = OPEN.clone().credentials(Credentials::basic("user", "password"));
    exposition.credentials(Credentials::bearer("token"))
});

/// Without `escaping`.
const CONTENT_TYPES: [&str; 5] = [
    "text/plain; version=0.0.4; charset=utf-8",
    "text/plain; version=1.0.0; charset=utf-8",
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
    "application/openmetrics-text; version=0.0.1; charset=utf-8",
    "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
];
const ESCAPINGS: [&str; 4] = ["allow-utf-8", "underscores", "dots", "values"];

fuzz_target!(|input: &[u8]| {
    let mut lines = input.split(|byte| *byte == b'\n');
    let mut text = || String::from_utf8_lossy(lines.next().unwrap_or_default());
    let (method, query) = (text(), text());
    let headers = lines.filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        Some((str::from_utf8(&line[..colon]).ok()?, line[colon + 1..].trim_ascii()))
    });
    let query = Some(&*query).filter(|query| !query.is_empty());
    let request = ScrapeRequest::new(&method, query, headers);
    check(&method, &OPEN, &request, &[200, 405, 503]);
    check(&method, &GUARDED, &request, &[200, 401, 405, 503]);
});

fn check(method: &str, exposition: &Exposition, request: &ScrapeRequest, statuses: &[u16]) {
    let response = exposition.answer(request);
    let status = response.status();
    assert!(statuses.contains(&status), "{status}");
    let headers: Vec<_> =
        response.headers().map(|(name, value)| (name, value.to_owned())).collect();
    let header =
        |wanted: &str| headers.iter().find(|(name, _)| *name == wanted).map(|(_, value)| &**value);
    for (name, value) in &headers {
        assert!(!name.bytes().any(|byte| byte.is_ascii_uppercase()), "{name}");
        assert!(value.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{name}: {value}");
    }
    assert_eq!(header("cache-control"), Some("no-store"));
    assert_eq!(header("www-authenticate").is_some(), status == 401);
    assert_eq!(header("allow").is_some(), status == 405);
    assert_eq!(header("retry-after").is_some(), status == 503);

    let content_type = header("content-type").expect("there is a body");
    if status == 200 {
        let (plain, escaping) = match content_type.split_once("; escaping=") {
            Some((plain, escaping)) => (plain, Some(escaping)),
            None => (content_type, None),
        };
        assert!(CONTENT_TYPES.contains(&plain), "{content_type}");
        assert!(escaping.is_none_or(|escaping| ESCAPINGS.contains(&escaping)), "{content_type}");
    } else {
        assert_eq!(content_type, "text/plain; charset=utf-8");
    }

    let length: usize = header("content-length").and_then(|length| length.parse().ok()).unwrap();
    let gzip = header("content-encoding").is_some();
    let body = response.into_body();
    if method == "HEAD" {
        assert!(body.is_empty());
        return;
    }
    assert_eq!(body.len(), length);
    let body = body.into_bytes();
    assert_eq!(body.len(), length);
    if gzip {
        let mut plain = Vec::new();
        GzDecoder::new(&*body).read_to_end(&mut plain).expect("gzip");
    }
}
