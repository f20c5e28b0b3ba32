use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tallymark_tests::{Process, Profile, Releases, Service, free_address};

use crate::pace::Pace;
use crate::page::Page;

const DEPLOY: &str = r#"{"app":"web","version":"1.4.2"}"#;
const ROLLBACK: &str = r#"{"app":"web"}"#;
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';

fn start(address: SocketAddr, releases: &Releases, peers: &[SocketAddr]) -> Process {
    let mut command = Service::command(Profile::Debug);
    command.args(["--workers", "2", "--listen", &address.to_string(), "--root"]);
    // It would have a line for each request.
    command.env("RUST_LOG", "warn").arg(releases.path());
    for peer in peers {
        command.args(["--peer", &format!("http://{peer}/metrics")]);
    }
    let process = Process::start(&mut command);
    assert!(process.line().contains(&address.to_string()));
    process
}

fn near(value: f64, rate: u32, what: &str) {
    let rate = f64::from(rate);
    assert!((value - rate).abs() < rate / 10.0, "{what}: {value} is drawn, and {rate} were sent");
}

#[test]
fn what_is_drawn_is_what_is_sent() {
    let _alone = crate::alone();
    let releases = Releases::new();
    releases.add("web", "1.4.2");
    let [own, second, third] = [free_address(), free_address(), free_address()];
    let _own = start(own, &releases, &[second, third]);
    let _second = start(second, &releases, &[]);
    let mut peer = start(third, &releases, &[]);
    let begun = Instant::now();
    let paces = [
        (Pace::start(own, "/deploy", DEPLOY, 24), 24),
        (Pace::start(second, "/deploy", DEPLOY, 10), 10),
        (Pace::start(third, "/deploy", DEPLOY, 6), 6),
        // Refused: there is nothing to go back to.
        (Pace::start(own, "/rollback", ROLLBACK, 8), 8),
    ];
    let mut page = Page::open(&format!("http://{own}/metrics/live"));
    page.select("span", "1 min");

    // The controls meanwhile, which change nothing of what is counted.
    by_keyboard(&page);
    narrow_and_dark(&page);
    while begun.elapsed() < Duration::from_secs(16) {
        thread::sleep(Duration::from_millis(100));
    }
    // With what was not sent in time the rates would be others.
    let seconds = begun.elapsed().as_secs_f64();
    for (pace, rate) in &paces {
        let sent = f64::from(u32::try_from(pace.sent()).expect("a few"));
        near(sent / seconds, *rate, "the load");
    }
    near(page.mean("requests", "/deploy", 8), 40, "/deploy of all");
    near(page.mean("requests", "/rollback", 8), 8, "/rollback of all");
    rows_are_right(&page);
    page.select("lines", "by instance");
    for (address, rate) in [(second, 10), (third, 6)] {
        near(page.mean("requests", &address.to_string(), 8), rate, "an instance");
    }
    near(page.mean("requests", &format!("this one ({own})"), 8), 32, "this instance");
    page.select("lines", "by interface");
    picked(&page, second);

    peer.kill();
    page.wait("it to be down", &format!("return document.querySelector('#states .down')?.textContent.startsWith('{third} is down') ?? false"));
    assert!(page.text("#status").starts_with(&format!("{third} is down: it cannot be reached")));
    // Until it is in no value that is drawn.
    thread::sleep(Duration::from_secs(7));
    near(page.mean("requests", "/deploy", 1), 34, "/deploy of those that are left");
    let _peer = start(third, &releases, &[]);
    page.wait("it to be back", "return !document.querySelector('#states .down')");
    thread::sleep(Duration::from_secs(8));
    near(page.mean("requests", "/deploy", 1), 40, "/deploy of all again");
    let (_, deploys) = page.lines("requests").swap_remove(0);
    // Since it was gone.
    let highest = deploys.iter().rev().take(15).flatten().copied().fold(0.0, f64::max);
    assert!(highest < 40.0 * 1.15, "a spike: {deploys:?}");

    page.select("group", "release_changes");
    page.wait("changes", "return [...document.querySelectorAll('#latency li b')].every(value => / (µs|ms|s)$/.test(value.textContent)) && document.querySelectorAll('#latency li b').length === 3");
    thread::sleep(Duration::from_secs(7));
    near(page.mean("errors", "client_error", 2), 8, "refusals");
    assert!(page.mean("errors", "server_error", 2).abs() < 0.01);
    assert_eq!(page.lines("flight").len(), 2);
    shown(&mut page, own);
}

fn rows_are_right(page: &Page) {
    let rows = page.table();
    let [deploy, rollback] = &rows[..] else { panic!("two of {rows:?}") };
    assert_eq!((&*deploy[0], &*rollback[0]), ("/deploy", "/rollback"));
    near(deploy[2].parse().expect("a rate"), 40, "the table's rate");
    // What the instances say themselves, which goes on meanwhile.
    let calls: u32 = deploy[1].replace(',', "").parse().expect("a number");
    assert!(calls > 200, "{calls}");
    let heard = page.text("#states");
    assert!(heard.contains("this one") && !heard.contains("down"), "{heard}");
}

fn picked(page: &Page, second: SocketAddr) {
    let names =
        || -> Vec<String> { page.lines("requests").into_iter().map(|(name, _)| name).collect() };
    page.pick("interfaces", "/rollback");
    assert_eq!((names(), page.table().len()), (vec!["/deploy".to_owned()], 1));
    page.pick("instances", &second.to_string());
    near(page.mean("requests", "/deploy", 8), 30, "/deploy of two");
    assert_eq!(
        page.browser.script("return document.querySelector('#instances summary').textContent"),
        "Instances: 2 of 3"
    );
    page.pick("instances", &second.to_string());
    page.pick("interfaces", "/rollback");
    assert_eq!(names(), ["/deploy", "/rollback"]);
}

/// With nothing but keys.
fn by_keyboard(page: &Page) {
    let browser = &page.browser;
    let focused = || {
        let script = "const at = document.activeElement; const style = getComputedStyle(at);
            return [at.id || at.closest('[id]')?.id || at.className || at.tagName, style.outlineStyle, style.outlineWidth]";
        browser.script(script)
    };
    let mut reached = Vec::new();
    for _ in 0..16 {
        browser.press(TAB);
        let place = focused();
        assert!(place[0] == "BODY" || (place[1] == "solid" && place[2] == "2px"), "{place}");
        reached.push(place[0].as_str().expect("a name").to_owned());
    }
    let order = ["group", "interfaces", "instances", "span", "lines", "pause", "theme"];
    assert_eq!(&reached[..order.len()], &order);
    for name in ["table", "source"] {
        assert!(reached.iter().any(|reached| reached == name), "{name}: {reached:?}");
    }
    let focus = |id: &str| {
        let _ = browser.script(&format!("document.querySelector('{id}').focus()"));
    };
    let is = |script: &str| browser.script(&format!("return {script}")) == true;
    focus("#interfaces summary");
    browser.press(ENTER);
    assert!(is("document.querySelector('#interfaces').open"));
    // All, none, and the first of the names.
    for _ in 0..3 {
        browser.press(TAB);
    }
    browser.press(' ');
    assert!(is(
        "document.querySelector('#interfaces summary').textContent === 'Interfaces: 1 of 2'"
    ));
    browser.press(' ');
    browser.press(ESCAPE);
    assert!(is(
        "!document.querySelector('#interfaces').open && document.activeElement.tagName === 'SUMMARY'"
    ));
    focus("#pause");
    browser.press(' ');
    assert!(is("document.querySelector('#pause').ariaPressed === 'true'"));
    // What was under way is.
    thread::sleep(Duration::from_millis(500));
    let _ = page.requests();
    thread::sleep(Duration::from_secs(2));
    assert_eq!(page.requests(), [""; 0]);
    browser.press(' ');
    page.wait("it to go on", "return document.querySelector('#pause').ariaPressed === 'false'");
}

fn narrow_and_dark(page: &Page) {
    let browser = &page.browser;
    let size = json!({ "width": 360, "height": 740, "deviceScaleFactor": 1, "mobile": true });
    browser.command("Emulation.setDeviceMetricsOverride", &size);
    let _ =
        browser.script("for (const list of document.querySelectorAll('details')) list.open = true");
    page.wait(
        "the width",
        "return innerWidth === 360 && document.documentElement.scrollWidth === 360",
    );
    let charts = "return [...document.querySelectorAll('.plot canvas')].every(chart => chart.getBoundingClientRect().right <= 360)";
    page.wait("the charts", charts);
    let _ = browser
        .script("for (const list of document.querySelectorAll('details')) list.open = false");
    let size = json!({ "width": 1280, "height": 1010, "deviceScaleFactor": 1, "mobile": false });
    browser.command("Emulation.setDeviceMetricsOverride", &size);

    let back = || browser.script("return getComputedStyle(document.body).backgroundColor");
    let [light, dark] = ["rgb(244, 245, 248)", "rgb(15, 17, 21)"];
    for (scheme, first, other) in [("dark", dark, light), ("light", light, dark)] {
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        browser.command("Emulation.setEmulatedMedia", &media);
        let _ = browser.script("delete document.documentElement.dataset.theme");
        assert_eq!(back(), first, "{scheme}");
        let _ = browser.script("document.querySelector('#theme').click()");
        assert_eq!(back(), other, "{scheme} and the other one");
    }
    let _ = browser.script("document.querySelector('#theme').click()");
}

/// What was sent and said, and how it looks.
fn shown(page: &mut Page, own: SocketAddr) {
    let base = format!("http://{own}/metrics/");
    let requests = page.requests();
    assert!(requests.len() > 20, "{requests:?}");
    for url in &requests {
        assert!(url.starts_with(&base), "{url}");
    }
    let size = "const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
        const files = entries.filter(entry => !entry.name.includes('name%5B%5D'));
        return [files.length, files.reduce((sum, file) => sum + file.encodedBodySize, 0)]";
    let size = page.browser.script(size);
    assert!(size[0].as_u64() >= Some(11) && size[1].as_u64() > Some(20_000), "{size}");
    assert!(size[1].as_u64() < Some(50_000), "{size}");
    assert_eq!(page.errors(), [Value::Null; 0]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target's folder");
    fs::write(folder.join("live.png"), page.browser.screenshot()).expect("a picture");
}
