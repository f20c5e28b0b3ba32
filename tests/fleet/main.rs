//! More than one machine: twelve instances with the shipped configuration of a fleet, and the real
//! servers that it is for. What they say in all is what was sent, whatever fails in between.

mod engine;
mod federated;
mod files;
mod instances;
mod network;
mod stored;
mod totals;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tallymark_tests::dashboards::{DASHBOARDS, Dashboard, drawn_problems};
use tallymark_tests::{Api, check_config, free_address, generated, now, rules, start_exporter};
use tempfile::TempDir;

use crate::engine::Engine;
use crate::files::Files;
use crate::instances::Instance;
use crate::network::Network;
use crate::totals::{ABOUT, EVER, EVER_PURE};

/// How often each is asked.
const SCRAPE: Duration = Duration::from_secs(1);

/// How long the network is cut, in seconds, unless the environment says it.
const CUT: u64 = 8;

/// The instances that are named first; the others come while all runs.
const FIRST: usize = 7;

/// Of the instances, the one that is restarted.
const RESTARTED: usize = 4;

#[test]
fn the_shipped_configuration_is_valid() {
    let fleet = generated::committed().join("fleet");
    for name in ["prometheus.yml", "dns.yml", "global.yml"] {
        check_config(&fleet.join(name));
    }
    check(
        Command::new("promtool").args(["check", "config", "--agent"]).arg(fleet.join("agent.yml")),
    );
    let file = fleet.join("victoria-metrics.yml");
    let file = format!("-promscrape.config={}", file.display());
    check(Command::new("victoria-metrics").args([&*file, "-promscrape.config.dryRun"]));
    check_rules(&generated::committed());
}

/// Has `vmalert` check the rules in a folder of generated files.
fn check_rules(folder: &Path) {
    let rules = folder.join("prometheus/rules/*.yml");
    check(Command::new("vmalert").arg("-dryRun").arg(format!("-rule={}", rules.display())));
}

fn check(command: &mut Command) {
    let output = command.output().expect("it is installed; tests/run installs what the tests need");
    assert!(output.status.success(), "{command:?}: {output:?}");
}

/// The servers, each with the configuration that is shipped for it.
struct Fleet {
    instances: Vec<Instance>,
    network: Network,
    /// Scrapes all, and is asked.
    prometheus: Engine,
    /// Scrape some each.
    shards: [Engine; 2],
    /// Takes from the shards.
    global: Engine,
    /// Scrapes all, and writes over the network to the next.
    agent: Engine,
    written: Engine,
    /// Scrapes all by itself.
    scraping: Engine,
}

impl Fleet {
    fn start(files: &Files, instances: Vec<Instance>) -> Self {
        let interval = ("scrape_interval: 30s", "scrape_interval: 1s", 1);
        let [prometheus, one, other, global, written, scraping] = [(); 6].map(|()| free_address());
        let network = Network::to(written);
        let [first, second, storage, itself] =
            [one, other, network.address(), scraping].map(|address| address.to_string());
        let shards = [("127.0.0.1:9090", &*first, 1), ("127.0.0.1:9091", &*second, 1)];
        let global_file =
            files.write("global.yml", "global.yml", &[&[interval], &shards[..]].concat());
        let storage = [interval, ("127.0.0.1:8428", &*storage, 1)];
        let agent = files.write("agent.yml", "agent.yml", &storage);
        // Its own address is in the comment too.
        let itself = [interval, ("    - 127.0.0.1:8428", &*format!("    - {itself}"), 1)];
        let scraping_file = files.write("victoria-metrics.yml", "victoria-metrics.yml", &itself);
        Self {
            prometheus: Engine::prometheus(&files.shard(0, 1), prometheus),
            shards: [(0, one), (1, other)]
                .map(|(number, address)| Engine::prometheus(&files.shard(number, 2), address)),
            global: Engine::prometheus(&global_file, global),
            written: Engine::victoria_metrics(None, written),
            agent: Engine::agent(&agent),
            scraping: Engine::victoria_metrics(Some(&scraping_file), scraping),
            network,
            instances,
        }
    }

    /// Those that have each instance, wherever from.
    fn whole(&self) -> [Api; 3] {
        [&self.prometheus, &self.written, &self.scraping].map(Engine::api)
    }

    fn load(&mut self) {
        self.instances.iter_mut().for_each(Instance::load);
    }

    fn rest(&mut self) {
        self.instances.iter_mut().for_each(Instance::rest);
    }

    /// All servers say what was sent: of each instance since it began, and of all ever.
    fn assert_totals(&self, after: &str) {
        for server in self.whole() {
            totals::assert_current(server, &self.instances);
        }
        let sent = totals::ever(&self.instances);
        let [prometheus, written, scraping] = self.whole();
        for server in self.whole() {
            totals::assert_soon(server, EVER, sent);
        }
        for server in [written, scraping] {
            totals::assert_soon(server, EVER_PURE, sent);
        }
        let about = totals::number(prometheus, ABOUT);
        say(&format!("after {after}: {sent} sent, all there; increase() says {about:.1}"));
        // It reckons on by a little more than one scrape, and leaves nothing out.
        #[expect(clippy::cast_precision_loss, reason = "far fewer than that")]
        let ratio = about / sent as f64;
        assert!(sent > 100 && (1.0..1.05).contains(&ratio), "{about} of {sent}");
    }
}

fn say(line: &str) {
    writeln!(io::stdout(), "{line}").expect("standard output");
}

#[test]
fn all_that_was_sent_is_there_whatever_fails() {
    let cut = std::env::var("CUT").map_or(CUT, |cut| cut.parse().expect("seconds"));
    let began = Instant::now();
    let directory = TempDir::new_in("/dev/shm").expect("a folder in memory");
    let instances = instances::start(directory.path());
    let host = free_address();
    let _exporter = start_exporter(host);
    let files = Files::new();
    files.name_host(host);
    let addresses: Vec<_> = instances.iter().map(Instance::address).collect();
    files.name_services("one", &addresses[..FIRST]);
    let mut fleet = Fleet::start(&files, instances);
    files.name_services("two", &addresses[FIRST..]);
    check_rules(files.folder());
    let written = fleet.written.api();
    let vmalert = Engine::vmalert(&files.path("prometheus/rules/*.yml"), written.0);
    for server in fleet.whole() {
        totals::wait_until_up(server, &fleet.instances);
    }
    say(&format!("all found after {:?}", began.elapsed()));
    federated::assert_shards(fleet.shards.each_ref().map(Engine::api), &addresses);

    draw(&mut fleet, &files, vmalert.api());
    fleet.assert_totals("the beginning");
    restart_instance(&mut fleet);
    restart_prometheus(&mut fleet);
    cut_network(&mut fleet, Duration::from_secs(cut));
}

/// While all are asked: what is drawn of `VictoriaMetrics`, its rules, and what is taken from the shards.
fn draw(fleet: &mut Fleet, files: &Files, vmalert: Api) {
    let written = fleet.written.api();
    fleet.load();
    let began = Instant::now();
    thread::sleep(Duration::from_secs(12));
    let mut problems = Vec::new();
    for dashboard in DASHBOARDS.map(|name| Dashboard::read(files.folder(), name)) {
        problems.extend(drawn_problems(written, &dashboard, SCRAPE));
    }
    let all = rules::all(vmalert);
    assert!(all.len() > 40, "{all:?}");
    problems.extend(rules::problems(written, &all));
    // All of them, rather than the first.
    assert!(problems.is_empty(), "{problems:#?}");
    let whole = fleet.prometheus.api();
    federated::assert_sums(fleet.global.api(), fleet.shards.each_ref().map(Engine::api), whole);
    fleet.rest();
    say(&format!("drawn and evaluated in {:?}", began.elapsed()));
}

fn restart_instance(fleet: &mut Fleet) {
    fleet.instances[RESTARTED].restart();
    for server in fleet.whole() {
        totals::assert_current(server, &fleet.instances);
    }
    fleet.load();
    thread::sleep(Duration::from_secs(3));
    fleet.rest();
    fleet.assert_totals("an instance's restart");
}

fn restart_prometheus(fleet: &mut Fleet) {
    fleet.load();
    thread::sleep(Duration::from_secs(1));
    let api = fleet.prometheus.api();
    let time = now();
    let before = stored::samples(api, time);
    fleet.prometheus.kill();
    thread::sleep(Duration::from_secs(2));
    fleet.prometheus.start_again();
    let log = fleet.prometheus.log();
    assert!(log.contains("WAL replay completed"), "{log}");
    assert_eq!(stored::samples(api, time), before);
    thread::sleep(Duration::from_secs(2));
    fleet.rest();
    fleet.assert_totals("Prometheus's restart");
}

fn cut_network(fleet: &mut Fleet, cut: Duration) {
    let written = fleet.written.api();
    fleet.load();
    thread::sleep(Duration::from_secs(1));
    let from = now();
    fleet.network.cut();
    thread::sleep(cut);
    let (newest, to) = (stored::newest(written), now());
    assert!(newest < from + 2.0, "cut at {from}, and there is something of {newest}");
    fleet.network.mend();
    fleet.rest();
    let began = Instant::now();
    stored::wait_until_after(written, to);
    let took = began.elapsed();
    stored::assert_no_gap(written, from - 5.0, to, &fleet.instances);
    stored::assert_nothing_dropped(fleet.agent.api());
    fleet.assert_totals(&format!("a cut of {cut:?}, made up for in {took:?}"));
}
