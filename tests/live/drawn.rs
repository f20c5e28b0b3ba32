use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tallymark_tests::{Process, Profile, Releases, Service, free_address, wait_for};

use crate::pace::{Pace, now};
use crate::page::Page;

const DEPLOY: &str = r#"{"app":"web","version":"1.4.2"}"#;
const ROLLBACK: &str = r#"{"app":"web"}"#;
const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';

fn start(address: SocketAddr, releases: &Releases, peers: &[SocketAddr]) -> Process {
    let mut command = Service::command(Profile::Debug);
    command.args([
        "--workers",
        "2",
        "--peer-timeout",
        "7",
        "--listen",
        &address.to_string(),
        "--root",
    ]);
    // It would have a line for each request.
    command.env("RUST_LOG", "warn").arg(releases.path());
    for peer in peers {
        command.args(["--peer", &format!("http://{peer}/metrics")]);
    }
    let process = Process::start(&mut command);
    assert!(process.line().contains(&address.to_string()));
    process
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
    let deploys = [(own, 24), (second, 10), (third, 6)]
        .map(|(to, rate)| Pace::start(to, "/deploy", DEPLOY, rate));
    let [to_own, to_second, to_third] = &deploys;
    // Refused: there is nothing to go back to.
    let refused = Pace::start(own, "/rollback", ROLLBACK, 8);
    let page = Page::open(&format!("http://{own}/metrics/live"));
    page.select("span", "1 min");
    page.wait("both interfaces", "return document.querySelector('tbody').rows.length === 2 && document.querySelectorAll('#requests li').length === 2 && document.querySelectorAll('#states .up').length === 3");

    by_keyboard(&page);
    narrow_and_dark(&page);
    // From here on nothing holds it up.
    let begun = now();
    let deploy = Drawn { page: &page, chart: "requests", line: "/deploy" };
    deploy.is_what(&[to_own, to_second, to_third], begun, 10);
    Drawn { line: "/rollback", ..deploy }.is_what(&[&refused], begun, 10);
    rows_are_right(&page, &deploys);
    page.select("lines", "by instance");
    for (name, paces) in [
        (format!("this one ({own})"), &[to_own, &refused][..]),
        (second.to_string(), &[to_second]),
        (third.to_string(), &[to_third]),
    ] {
        Drawn { line: &name, ..deploy }.is_what(paces, begun, 10);
    }
    page.select("lines", "by interface");
    page.pick("interfaces", "/rollback");
    assert_eq!((page.names("requests"), page.table().len()), (vec!["/deploy".to_owned()], 1));
    page.pick("instances", &second.to_string());
    deploy.is_what(&[to_own, to_third], begun, 10);
    assert_eq!(
        page.browser.script("return document.querySelector('#instances summary').textContent"),
        "Instances: 2 of 3"
    );
    page.pick("instances", &second.to_string());
    page.pick("interfaces", "/rollback");
    assert_eq!(page.names("requests"), ["/deploy", "/rollback"]);
    assert_eq!(page.errors(None), [Value::Null; 0]);

    peer.kill();
    page.wait("it to be down", &format!("return (document.querySelector('#states .down')?.textContent.startsWith('{third} is down') ?? false) && document.querySelector('#status').textContent.startsWith('{third} is down: it cannot be reached')"));
    let gone = now();
    deploy.is_what(&[to_own, to_second], gone, 4);
    let _peer = start(third, &releases, &[]);
    page.wait("it to be back", "return !document.querySelector('#states .down')");
    let back = now();
    deploy.is_what(&[to_own, to_second, to_third], back, 4);
    deploy.has_no_spike(&[to_own, to_second, to_third], gone);
    assert_eq!(page.errors(Some(1)), [Value::Null; 0]);

    page.select("group", "release_changes");
    let changed = now();
    page.wait("changes", "return [...document.querySelectorAll('#latency li b')].every(value => / (µs|ms|s)$/.test(value.textContent)) && document.querySelectorAll('#latency li b').length === 3 && document.querySelectorAll('#flight li').length === 2");
    let errors = Drawn { page: &page, chart: "errors", line: "client_error" };
    errors.is_what(&[&refused], changed, 4);
    let others = page.values("errors", "server_error", changed);
    assert!(!others.is_empty() && others.iter().all(|(_, value)| *value < 0.01), "{others:?}");
    shown(&page, own);
}

/// A line of a chart.
#[derive(Clone, Copy)]
struct Drawn<'a> {
    page: &'a Page,
    chart: &'a str,
    line: &'a str,
}

/// The seconds of which a point is the mean.
const SMOOTH: f64 = 5.0;

/// How much was sent per second in those before a time.
fn rate(paces: &[&Pace], time: f64) -> f64 {
    paces.iter().map(|pace| pace.sent(time - SMOOTH, time)).sum::<f64>() / SMOOTH
}

impl Drawn<'_> {
    /// On an average of so many points or more it is what was sent in the same seconds, however evenly
    /// that was.
    fn is_what(self, paces: &[&Pace], since: f64, points: usize) {
        wait_for(self.line, Duration::from_secs(60), || {
            // Those in which there is nothing of before, and of which all is known.
            let mut values = self.page.values(self.chart, self.line, since + SMOOTH + 2.0);
            values.retain(|(time, _)| *time < now() - 3.0);
            if values.len() < points {
                return Err(format!("{} points: {values:?}", values.len()));
            }
            let drawn: f64 = values.iter().map(|(_, value)| value).sum();
            let sent: f64 = values.iter().map(|(time, _)| rate(paces, *time)).sum();
            let few = sent < f64::from(u32::try_from(points).expect("few"));
            let near = !few && (drawn - sent).abs() < sent / 10.0;
            let problem = || format!("{drawn} is drawn, and {sent} were sent: {values:?}");
            near.then_some(()).ok_or_else(problem)
        });
    }

    /// A spike would be double of what is sent at most, or more.
    fn has_no_spike(self, paces: &[&Pace], since: f64) {
        let values = self.page.values(self.chart, self.line, since);
        assert!(values.len() > 8, "{values:?}");
        let highest = values.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        let most = values.iter().map(|(time, _)| rate(paces, *time)).fold(0.0, f64::max);
        assert!(highest < most * 1.6, "{most} were sent at most: {values:?}");
    }
}

fn rows_are_right(page: &Page, deploys: &[Pace]) {
    let rows = page.table();
    let [deploy, rollback] = &rows[..] else { panic!("two of {rows:?}") };
    assert_eq!((&*deploy[0], &*rollback[0]), ("/deploy", "/rollback"));
    // Of one moment, in which both are written.
    let both = page.browser.script(
        "return [document.querySelector('tbody td:nth-child(3)').textContent, document.getElementById('requests').plot.data[1].at(-1)]",
    );
    let [written, drawn] = [both[0].as_str().and_then(|text| text.parse().ok()), both[1].as_f64()]
        .map(|value| value.expect("a rate"));
    assert!((written - drawn).abs() < 0.06 + drawn / 100.0, "{both}");
    // What the instances say themselves, some seconds ago at most, though not all in the same moment.
    let all = |until: f64| deploys.iter().map(|pace| pace.sent(0.0, until)).sum::<f64>();
    wait_for("the calls", Duration::from_secs(40), || {
        let least = all(now() - 10.0);
        let text = page.table()[0][1].replace(',', "");
        let calls: f64 = text.parse().map_err(|_| text)?;
        let most = all(now()) + 3.0;
        let right = least > 100.0 && least <= calls && calls <= most;
        right.then_some(()).ok_or_else(|| format!("{calls} of {least} to {most}"))
    });
    page.wait("all to be up", "return document.querySelectorAll('#states .up').length === 3");
    assert!(page.text("#states").contains("this one"));
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
    assert!(!page.requests().is_empty());
    browser.press(' ');
    assert!(is("document.querySelector('#pause').ariaPressed === 'true'"));
    while_it_stands(page);
    focus("#pause");
    browser.press(' ');
    page.wait("it to go on", "return document.querySelector('#pause').ariaPressed === 'false'");
}

/// Nobody is asked, and one can look at what there is.
fn while_it_stands(page: &Page) {
    wait_for("quiet", Duration::from_secs(40), || {
        let _ = page.requests();
        thread::sleep(Duration::from_secs(3));
        let requests = page.requests();
        if requests.is_empty() { Ok(()) } else { Err(format!("{requests:?}")) }
    });
    let shown = || (page.names("requests"), page.table());
    let before = shown();
    assert_eq!(
        (&*before.0, before.1.len()),
        (&["/deploy".to_owned(), "/rollback".to_owned()][..], 2)
    );
    page.pick("interfaces", "/rollback");
    let (names, table) = shown();
    assert_eq!((&*names, &table[..]), (&before.0[..1], &before.1[..1]));
    page.pick("interfaces", "/rollback");
    page.pick("instances", "this one");
    let table = page.table();
    assert_eq!(table[0][0], "/deploy");
    assert_ne!(table[0][1], before.1[0][1]);
    page.pick("instances", "this one");
    page.select("lines", "by instance");
    assert_eq!(page.names("requests").len(), 3);
    page.select("lines", "by interface");
    let width = || {
        let points = page.lines("requests").swap_remove(0).1;
        points[points.len() - 1].0 - points[0].0
    };
    assert!(width() < 61.0);
    page.select("span", "5 min");
    assert!((290.0..301.0).contains(&width()), "{}", width());
    page.select("span", "1 min");
    assert_eq!(shown(), before);
    assert_eq!(page.requests(), [""; 0]);
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
fn shown(page: &Page, own: SocketAddr) {
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
    assert_eq!(page.errors(None), [Value::Null; 0]);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target's folder");
    fs::write(folder.join("live.png"), page.browser.screenshot()).expect("a picture");
}
