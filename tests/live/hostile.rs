use actix_web::{App, HttpServer};
use serde_json::Value;
use tallymark::actix::metrics;
use tallymark::{Credentials, observed};
use tallymark_tests::Running;

use crate::page::Page;

const NAME: &str =
    "<script>document.title='run'</script>\"'&<img src=x onerror=\"document.title='run'\">\\";

#[observed(
    interface = "<script>document.title='run'</script>\"'&<img src=x onerror=\"document.title='run'\">\\"
)]
fn hostile() {}

/// Behind credentials, below another path, with a slash at the end, and with a name that would like to
/// be more.
#[test]
fn a_name_is_a_text_whatever_is_in_it() {
    let _alone = crate::alone();
    let server = Running::start(|| {
        let metrics = metrics()
            .path("/internal/numbers")
            .credentials(Credentials::basic("ops", "pass"))
            .live(true);
        let server = HttpServer::new(move || App::new().service(metrics.clone())).workers(1);
        let server = server.disable_signals().bind("127.0.0.1:0").expect("a free port");
        (server.addrs()[0], server.run())
    });
    let mut page =
        Page::open(&format!("http://ops:pass@{}/internal/numbers/live/", server.address));
    hostile();
    page.wait(
        "the lines",
        "return document.querySelectorAll('#requests li, #flight li').length >= 2",
    );
    let rows = page.table();
    assert!(rows.iter().any(|row| row[0] == NAME), "{rows:?}");
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
    assert_eq!(page.errors(), [Value::Null; 0]);
    for url in page.requests() {
        assert!(url.contains(&format!("{}/internal/numbers/", server.address)), "{url}");
    }
    drop(page);
    server.stop();
}
