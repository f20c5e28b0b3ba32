use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::Value;
use tallymark::actix::metrics;
use tallymark::{Credentials, observed};
use tallymark_tests::{Running, free_address, wait_for};

use crate::page::Page;

const NAME: &str =
    "<script>document.title='run'</script>\"'&<img src=x onerror=\"document.title='run'\">\\";

/// One that only a peer has, as it is written in an exposition.
const OTHER: &str = r#"</li><img src=x onerror=\"document.title='run'\">"#;

#[observed(
    interface = "<script>document.title='run'</script>\"'&<img src=x onerror=\"document.title='run'\">\\"
)]
fn hostile() {}

/// Behind credentials, below another path, with a slash at the end, and with a name that would like to
/// be more.
#[test]
fn a_name_is_a_text_whatever_is_in_it() {
    let _alone = crate::alone();
    let peer = Running::start(|| {
        let text = format!("request_processing_total{{interface=\"{OTHER}\"}} 7\n");
        let answer = move || {
            let text = text.clone();
            async move { text }
        };
        let server =
            HttpServer::new(move || App::new().route("/metrics", web::get().to(answer.clone())));
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0").expect("a free port");
        (server.addrs()[0], server.run())
    });
    let peers = [peer.address, free_address()].map(|peer| format!("http://{peer}/metrics"));
    let server = Running::start(move || {
        let metrics = metrics()
            .path("/internal/numbers")
            .credentials(Credentials::basic("ops", "pass"))
            .live(true)
            .peers(&peers)
            .expect("URLs");
        // What stands before the server may have texts of its own for what went wrong.
        let failing = || async { HttpResponse::BadGateway().body(NAME) };
        let app = move || {
            let failing = web::get().to(failing);
            App::new().route("/internal/numbers/live/peer/1", failing).service(metrics.clone())
        };
        let server = HttpServer::new(app).workers(1);
        let server = server.disable_signals().bind("127.0.0.1:0").expect("a free port");
        (server.addrs()[0], server.run())
    });
    let page = Page::open(&format!("http://ops:pass@{}/internal/numbers/live/", server.address));
    hostile();
    page.wait(
        "the lines",
        "return document.querySelectorAll('#requests li, #flight li').length >= 2",
    );
    let other = OTHER.replace("\\\"", "\"");
    wait_for("the rows", Duration::from_secs(40), || {
        let rows = page.table();
        let has =
            |name: &str, calls: &str| rows.iter().any(|row| row[0] == name && row[1] == calls);
        (has(NAME, "1") && has(&other, "7")).then_some(()).ok_or_else(|| format!("{rows:?}"))
    });
    wait_for("the reason", Duration::from_secs(40), || {
        let states = page.text("#states");
        // As much of it as there is room for.
        states.contains(&NAME[..60]).then_some(()).ok_or(states)
    });
    for place in ["#requests li span", "#interfaces label span", "#flight li span"] {
        let script = format!(
            "return [...document.querySelectorAll('{place}')].map(place => place.textContent)"
        );
        let texts = page.browser.script(&script);
        let texts = texts.as_array().expect("texts");
        assert!(texts.contains(&Value::from(NAME)), "{place}: {texts:?}");
    }
    let script = "return [document.title, document.images.length, document.scripts.length]";
    assert_eq!(page.browser.script(script), serde_json::json!(["Live metrics", 0, 2]));
    assert_eq!(page.errors(Some(1)), [Value::Null; 0]);
    for url in page.requests() {
        assert!(url.contains(&format!("{}/internal/numbers/", server.address)), "{url}");
    }
    drop(page);
    server.stop();
    peer.stop();
}
