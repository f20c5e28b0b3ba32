use tallymark_tests::exposition::{Series, Syntax, read_text};
use tallymark_tests::{Load, Nginx, Profile, Service, exchange, totals};

/// Ways to write a path to the metrics or below them.
const METRICS: [&str; 14] = [
    "/metrics",
    "/metrics/",
    "/metrics?name[]=up",
    "/metrics/live",
    "/metrics/live?refresh=1",
    "/metrics/dashboard.json",
    "//metrics",
    "/./metrics",
    "/%6detrics",
    "/%6D%65trics/live",
    "/metrics/../metrics",
    "/deploy/../metrics",
    "/deploy/%2e%2e/metrics",
    "http://test/metrics",
];

fn get(path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
}

#[test]
fn behind_nginx_all_is_for_everybody_but_the_metrics() {
    let service = Service::start(Profile::Release);
    let nginx = Nginx::start(service.address, &[]);
    let (status, text) = exchange(nginx.address(), Load::DEPLOY).expect("an answer");
    assert_eq!((status, text.contains("部署成功")), (200, true), "{text}");
    // What is not there it is the service that says.
    let (status, text) = exchange(nginx.address(), &get("/elsewhere")).expect("an answer");
    assert_eq!((status, text.contains("status_code")), (404, true), "{text}");
    for path in METRICS {
        for method in ["GET", "POST"] {
            let request = get(path).replace("GET", method);
            let (status, text) = exchange(nginx.address(), &request).expect("an answer");
            let refused = text.contains("<center>nginx</center>");
            assert_eq!((status, refused), (404, true), "{method} {path}: {text}");
        }
    }
    // A body of the size that the service refuses, by the service.
    let body = "x".repeat(65 * 1024);
    let large = Load::DEPLOY.replace("Content-Length: 31", "Content-Length: 66560");
    let large = large.replace(r#"{"app":"web","version":"1.4.2"}"#, &body);
    let (status, text) = exchange(nginx.address(), &large).expect("an answer");
    assert_eq!((status, text.contains("status_code")), (413, true), "{text}");

    let (status, text) = exchange(service.address, &get("/metrics")).expect("an answer");
    assert_eq!(status, 200, "{text}");
    let deploys = Series::new("request_processing_counter", &[("interface", "/deploy")]);
    assert_eq!(totals(&read_text(&text, Syntax::Text))[&deploys].to_string(), "2");
    nginx.stop();
}

/// Or that they are refused would prove nothing.
#[test]
fn but_for_that_line_most_of_them_lead_to_the_metrics() {
    let service = Service::start(Profile::Release);
    let nginx =
        Nginx::start(service.address, &[("return 404;", "proxy_pass http://deploy-rollback;")]);
    for path in ["/metrics", "/metrics?name[]=up", "/%6detrics", "http://test/metrics"] {
        let (status, text) = exchange(nginx.address(), &get(path)).expect("an answer");
        assert_eq!(status, 200, "{path}: {text}");
    }
    nginx.stop();
}
