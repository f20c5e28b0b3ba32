use serde_json::json;
use tallymark::actix::metrics;
use tallymark::counted;
use tallymark_tests::Browser;
use tallymark_tests::endpoint::serve;

#[counted(interface = "/logic")]
fn call() {}

/// What is drawn of what, without drawing it.
#[test]
fn rates_and_quantiles_are_what_was_counted() {
    let _alone = crate::alone();
    call();
    let address = serve(metrics().live(true), 1, false);
    let browser = Browser::start();
    browser.open(&format!("http://{address}/metrics/live"));
    let script = include_str!("logic.js");
    let found = browser.script(&format!("return (async () => {{ {script} }})()"));
    assert_eq!(found["failed"], json!([]), "{found:#}");
    assert_eq!(found["checked"], json!(script.matches("check(").count() - 1 + 5 + 3), "{found}");
}
