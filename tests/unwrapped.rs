//! What is exposed before the middleware of requests is there, and once it is. It has a process of
//! its own, since in one where it is wrapped already nothing shows.

use tallymark::actix::Requests;

#[test]
fn its_metrics_are_there_once_it_is_made_and_not_before() {
    let heads = [
        "# TYPE http_requests_total counter",
        "# TYPE http_request_duration_seconds histogram",
        "# TYPE http_requests_in_flight gauge",
    ];
    let text = tallymark::gather_text();
    assert!(!text.contains("http_request"), "{text}");
    let _ = Requests::default();
    let text = tallymark::gather_text();
    for head in heads {
        assert!(text.lines().any(|line| line == head), "{head} in {text}");
    }
}
