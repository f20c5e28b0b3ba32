//! New code without a request or a count that is lost: the shipped configuration of supervisord, under
//! load, one process after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tallymark_tests::exposition::{Family, Series, Syntax, read_text};
use tallymark_tests::{Load, Scraper, Supervisor, metrics, totals, wait_for};

const CLIENTS: usize = 3;

/// How often each process is restarted, unless the environment says it.
const ROUNDS: usize = 2;

#[test]
fn restarted_one_after_the_other_they_lose_nothing() {
    let rounds = std::env::var("ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().expect("a number"));
    let supervisor = Supervisor::start();
    let address = supervisor.address();
    let before = shape(&scrape(address));
    let deploys = Series::new("request_processing_counter", &[("interface", "/deploy")]);
    let load = Load::start(CLIENTS, address, Load::DEPLOY);
    let scraper = Scraper::start(address, &[(&load, &deploys, 0)]);
    let mut ids = BTreeSet::from(supervisor.ids());
    for round in 1..=rounds {
        (0..Supervisor::PROCESSES).for_each(|process| supervisor.restart(process));
        ids.extend(supervisor.ids());
        assert_eq!(ids.len(), (1 + round) * Supervisor::PROCESSES, "{ids:?}");
    }
    let (received, broken) = load.stop();
    let seen = scraper.stop();

    let families = scrape(address);
    let total = totals(&families)[&deploys];
    let said = writeln!(
        io::stdout(),
        "{received} answered, {} broken, {total} counted; {} scrapes, {} of them failed",
        broken.len(),
        seen.answers,
        seen.failures.len(),
    );
    said.expect("standard output");
    let log = supervisor.log();
    assert!(seen.failures.is_empty(), "{:?}; {log}", seen.failures);
    assert!(broken.is_empty(), "{broken:?}; {log}");
    assert_eq!(total.to_string(), received.to_string());
    assert!(received > 100 && seen.answers > 10, "{received}, {}", seen.answers);
    // The number of one that is gone is the next one's.
    assert_eq!(seen.workers, ["0", "1", "2"].map(str::to_owned).into());
    // On a busy machine the last one may not have described all of its metrics yet, which are at 0 by then.
    wait_for("the families from before", Duration::from_secs(20), || {
        let now = shape(&scrape(address));
        if now == before { Ok(()) } else { Err(format!("{now:?} and not {before:?}")) }
    });
    assert_eq!(under_way(&families), [0.0, 0.0]);
    assert_files(&supervisor.directory());
    supervisor.stop();
}

fn scrape(address: SocketAddr) -> Vec<Family> {
    read_text(&metrics(address).expect("metrics"), Syntax::Text)
}

/// The families with their kinds and series, which are the same whichever process is asked.
fn shape(families: &[Family]) -> BTreeMap<String, (String, Vec<Series>)> {
    let family = |family: &Family| {
        let series = family.samples.iter().map(|sample| {
            let mut series = sample.series.clone();
            if let Some(worker) = series.labels.get_mut("worker") {
                worker.clear();
            }
            series
        });
        (family.name.clone(), (family.kind.clone(), series.collect()))
    };
    families.iter().map(family).collect()
}

/// The changes that are not over, of both interfaces.
fn under_way(families: &[Family]) -> Vec<f64> {
    let family = families.iter().find(|family| family.name == "release_changes_in_flight");
    family.expect("a gauge").samples.iter().map(|sample| sample.value).collect()
}

/// There is nothing but a file for each of the living, the archive and the locks.
fn assert_files(directory: &Path) {
    let files = fs::read_dir(directory).expect("the directory");
    let names = files.map(|file| file.expect("a file").file_name().into_string().expect("text"));
    let (processes, others): (BTreeSet<_>, BTreeSet<_>) =
        names.partition(|name| name.starts_with("process-"));
    assert_eq!(processes.len(), Supervisor::PROCESSES, "{processes:?}");
    let wanted = ["archive.tally", "folding.lock", "living.lock", "numbering.lock"];
    assert_eq!(others, wanted.map(str::to_owned).into());
}
