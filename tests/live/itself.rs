use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use actix_web::{App, HttpResponse, HttpServer, guard, web};
use tallymark::actix::metrics;
use tallymark::{Registry, observed};
use tallymark_tests::{Browser, Running, free_address, wait_for};

use crate::page::Page;

#[observed(interface = "/once")]
fn once() {}

/// Where all instances have the same list, and this one is called otherwise in it; and where what the page
/// has to know is not to be had at first.
#[test]
fn an_instance_is_counted_once_whatever_it_is_called() {
    let _alone = crate::alone();
    once();
    let other = Running::start(|| {
        let server = HttpServer::new(|| App::new().service(metrics().registry(Registry::new())));
        let server = server.workers(1).disable_signals().bind("127.0.0.1:0").expect("a free port");
        (server.addrs()[0], server.run())
    });
    let own = free_address();
    let peers = [own, other.address].map(|peer| format!("http://{peer}/metrics"));
    let busy = Arc::new(AtomicBool::new(true));
    let is_busy = Arc::clone(&busy);
    let server = Running::start(move || {
        let metrics = metrics().live(true).peers(&peers).expect("URLs");
        let app = move || {
            let is_busy = Arc::clone(&is_busy);
            let refuse = || async { HttpResponse::ServiceUnavailable().body("come again") };
            let refusal = web::resource("/metrics/live/config.json")
                .guard(guard::fn_guard(move |_| is_busy.load(Ordering::Relaxed)))
                .to(refuse);
            App::new().service(refusal).service(metrics.clone())
        };
        let server = HttpServer::new(app).workers(1).disable_signals();
        (own, server.bind(own).expect("a free port").run())
    });
    let page = Page { browser: Browser::start() };
    page.browser.open(&format!("http://localhost:{}/metrics/live", own.port()));
    for place in ["main", "#status"] {
        wait_for("the reason", Duration::from_secs(40), || {
            let script = format!("return document.querySelector('{place}').textContent");
            let text = page.browser.script(&script).to_string();
            text.contains("come again").then_some(()).ok_or(text)
        });
    }
    assert!(page.table().is_empty());
    busy.store(false, Ordering::Relaxed);
    let states =
        "[...document.querySelectorAll('#states li')].map(one => [one.className, one.textContent])";
    let both = serde_json::json!([
        ["up", format!("this one (localhost:{})", own.port())],
        ["up", other.address.to_string()],
    ]);
    page.wait("two", &format!("return JSON.stringify({states}) === '{both}'"));
    assert_eq!(page.browser.script("return document.querySelectorAll('#instances li').length"), 2);
    let calls = || page.table().into_iter().find(|row| row[0] == "/once").map(|row| row[1].clone());
    let calls =
        wait_for("the calls", Duration::from_secs(40), || calls().ok_or_else(|| page.text("main")));
    assert_eq!(calls, "1");
    assert!(!page.text("main").contains("come again"));
    drop(page);
    server.stop();
    other.stop();
}
