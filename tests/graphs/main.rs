//! From the annotation to graphs and alerts: real programs with the files that the example generates, of
//! which only targets and times are others.

mod layout;
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

use tallymark_tests::dashboards::{
    DASHBOARDS, Dashboard, Pick, Query, Span, drawn_problems, list, resolve, text,
};
use tallymark_tests::{
    Api, Paced, Request, Service, free_address, generated, now, rules, start_exporter, wait_for,
};
use tempfile::TempDir;

use crate::server::Server;

/// How often Prometheus asks.
const SCRAPE: Duration = Duration::from_secs(1);

/// What windows and waits of the rules are multiplied by. Two minutes become ten seconds, within which
/// Prometheus has to ask for the first time: it begins with that after five.
const TIME_SCALE: &str = "0.08";

/// Where each instance listens, and how often each interface is asked there in a second.
const INSTANCES: [(&str, u32, u32); 3] =
    [("127.0.0.1", 24, 6), ("127.0.0.2", 15, 15), ("127.0.0.3", 30, 10)];

#[test]
fn the_dashboards_are_laid_out_without_overlaps() {
    for name in DASHBOARDS {
        let problems = layout::problems(&Dashboard::read(&generated::committed(), name));
        assert!(problems.is_empty(), "{name}: {problems:#?}");
    }
}

#[test]
fn what_is_generated_draws_and_alerts() {
    // One of them counts as several processes do, or their panels would have nothing to draw.
    let directory = TempDir::new_in("/dev/shm").expect("a folder in memory");
    let [first, second, third] = INSTANCES.map(|(address, ..)| address);
    let mut services = [(first, None), (second, None), (third, Some(directory.path()))]
        .map(|(address, directory)| Service::start_at(at(address), directory));
    let exporter_address = free_address();
    let _exporter = start_exporter(exporter_address);
    let addresses = services.each_ref().map(|service| service.address);
    let folder = generate(&addresses, exporter_address);
    let server = Server::start(folder.path());

    let loads: Vec<_> = std::iter::zip(addresses, INSTANCES)
        .map(|(address, (_, deploys, rollbacks))| Paced::start(address, deploys, rollbacks))
        .collect();
    let began = Instant::now();
    assert_all_up(*server, &addresses, exporter_address);
    let rules = rules::all(*server);
    assert!(!rules.is_empty(), "no rules");

    // From here on all is scraped; first, until the windows of the graphs are full of it.
    let (from, up) = (now(), Instant::now());
    thread::sleep(Duration::from_secs(10));
    let mut problems = Vec::new();
    for dashboard in DASHBOARDS.map(|name| Dashboard::read(folder.path(), name)) {
        problems.extend(drawn_problems(*server, &dashboard, SCRAPE));
    }
    problems.extend(rules::problems(*server, &rules));
    thread::sleep(Duration::from_secs(20).saturating_sub(up.elapsed()));
    let to = now();
    let sent: Vec<_> = loads.into_iter().map(Paced::stop).collect();
    let sent: BTreeMap<_, _> = std::iter::zip(addresses, sent).collect();
    // All of them, rather than the first.
    assert!(problems.is_empty(), "{problems:#?}");

    assert_totals(*server, &sent);
    assert_rates(*server, &Dashboard::read(folder.path(), DASHBOARDS[0]), &sent, from, to);
    let whole = Span { to: now(), range: began.elapsed(), scrape: SCRAPE, points: 1000 };
    // But for those that a single call or scrape can set off that waits for a processor, in windows of
    // seconds.
    let others = "ALERTS{alertstate=\"firing\", alertname!~\"LatencyBudgetBurn|ScrapesRefused\"}";
    let fired = server.over(others, &whole);
    assert!(fired.is_empty(), "{fired:?}");
    assert_down_fires(*server, &mut services[1]);
}

/// A free port of an address.
fn at(address: &str) -> SocketAddr {
    SocketAddr::new(address.parse().expect("an address"), 0)
}

fn generate(addresses: &[SocketAddr], exporter: SocketAddr) -> TempDir {
    let targets = addresses.iter().flat_map(|address| ["--target".to_owned(), address.to_string()]);
    let base = ["--base-target".to_owned(), exporter.to_string()];
    let scrape = SCRAPE.as_secs().to_string();
    let times = ["--scrape-interval", &scrape, "--time-scale", TIME_SCALE].map(str::to_owned);
    let arguments: Vec<_> = targets.chain(base).chain(times).collect();
    generated::generate(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

/// All targets are asked, and answer.
fn assert_all_up(server: Api, services: &[SocketAddr], exporter: SocketAddr) {
    let services = services.iter().map(|address| ("mp-sre-deploy".to_owned(), address.to_string()));
    let base = ("mp-sre-deploy-base".to_owned(), exporter.to_string());
    let expected: BTreeSet<_> = services.chain([base]).collect();
    wait_for("all targets to be up", Duration::from_secs(20), || {
        let targets = server.ask("targets", &[]);
        let targets = list(&targets["activeTargets"]).into_iter();
        let up = targets.clone().filter(|target| target["health"] == "up");
        let label =
            |name: &str, target: &serde_json::Value| text(&target["labels"][name]).to_owned();
        let up: BTreeSet<_> =
            up.map(|target| (label("job", target), label("instance", target))).collect();
        if up == expected { Ok(()) } else { Err(format!("{targets:?}")) }
    });
}

/// Of each instance and interface exactly what was sent to it is stored.
fn assert_totals(server: Api, sent: &BTreeMap<SocketAddr, Vec<Request>>) {
    for (instance, sent) in sent {
        for interface in ["/deploy", "/rollback"] {
            let query = format!(
                "request_processing_counter{{instance=\"{instance}\", interface=\"{interface}\"}}"
            );
            let count = sent.iter().filter(|sent| sent.interface == interface).count();
            wait_for("the last scrape", Duration::from_secs(10), || {
                let found = server.now(&query);
                match &found[..] {
                    [one] if one.samples[0].1.to_string() == count.to_string() => Ok(()),
                    other => Err(format!("{query} is not {count}: {other:?}")),
                }
            });
        }
    }
}

/// The panel of requests per second draws what was sent between these times.
fn assert_rates(
    server: Api,
    dashboard: &Dashboard,
    sent: &BTreeMap<SocketAddr, Vec<Request>>,
    from: f64,
    to: f64,
) {
    let is_it = |query: &&Query| {
        query.text.starts_with("sum by (instance, interface) (rate(request_processing_counter{")
            && query.text.ends_with("[$__rate_interval]))")
    };
    let queries: Vec<_> =
        dashboard.panels.iter().flat_map(|panel| &panel.queries).filter(is_it).collect();
    let [query] = queries[..] else { panic!("{queries:?}") };
    let span = Span { to, range: Duration::from_secs_f64(to - from), scrape: SCRAPE, points: 1000 };
    let choice = resolve(server, dashboard, Pick::Opened, &span);
    // Over the whole time, as in a graph of months: in a short window each scrape that comes late on a busy
    // machine is a large part.
    let window = format!("{}ms", ((to - from) * 1e3).floor());
    let whole = query.text.replace("$__rate_interval", &window);
    let found = server.at(&choice.fill_in(&whole, &span), to);
    assert_eq!(found.len(), 2 * sent.len(), "{found:?}");
    for series in found {
        let drawn = series.samples[0].1;
        let instance = series.label("instance").parse().expect("an address");
        let interface = series.label("interface");
        let count = sent[&instance]
            .iter()
            .filter(|sent| sent.interface == interface && (from..=to).contains(&sent.at))
            .count();
        let rate = float(count) / (to - from);
        assert!((drawn / rate - 1.0).abs() < 0.05, "{drawn} for {rate} of {series:?}");
    }
}

/// One that is killed is soon said to be down, and nothing else is said.
fn assert_down_fires(server: Api, service: &mut Service) {
    service.process.kill();
    let instance = service.address.to_string();
    let fired = wait_for("an alert", Duration::from_secs(30), || {
        let mut firing = rules::firing(server);
        firing.retain(|(alert, _)| {
            !alert.ends_with("LatencyBudgetBurn") && !alert.ends_with("ScrapesRefused")
        });
        if firing.is_empty() { Err("nothing fires".to_owned()) } else { Ok(firing) }
    });
    let fired: Vec<_> = fired.into_iter().collect();
    let [(alert, named)] = &fired[..] else { panic!("{fired:?}") };
    assert!(alert.ends_with("InstanceDown") && *named == instance, "{fired:?} for {instance}");
}

/// A count, as numbers are drawn.
#[expect(clippy::cast_precision_loss, reason = "far fewer than that")]
fn float(count: usize) -> f64 {
    count as f64
}
