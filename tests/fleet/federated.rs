use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tallymark_tests::dashboards::{list, text};
use tallymark_tests::{Api, Found, now, wait_for};

use crate::totals::number;

const RECORDED: &str = "{__name__=~\"job_.+:.+:.+\", instance=\"\"}";

/// With short windows it has another name than where they are as long as they are shipped.
const RATE: &str = "sum({__name__=~\"job_interface:request_processing_counter:rate.+\"})";

/// Each instance is scraped by exactly one of them.
pub(crate) fn assert_shards(shards: [Api; 2], addresses: &[SocketAddr]) {
    let expected: BTreeSet<_> = addresses.iter().map(SocketAddr::to_string).collect();
    wait_for("the shards to find all", Duration::from_secs(20), || {
        let found = shards.map(instances);
        let all: BTreeSet<_> = found.iter().flatten().cloned().collect();
        let count: usize = found.iter().map(BTreeSet::len).sum();
        if all == expected && count == expected.len() { Ok(()) } else { Err(format!("{found:?}")) }
    });
}

/// The instances that a server scrapes.
fn instances(server: Api) -> BTreeSet<String> {
    let targets = server.ask("targets", &[("state", "active")]);
    let targets = list(&targets["activeTargets"]).into_iter().map(|target| &target["labels"]);
    let services = targets.filter(|labels| labels["job"] == "mp-sre-deploy");
    services.map(|labels| text(&labels["instance"]).to_owned()).collect()
}

/// What is taken from the shards is what they have, sample by sample, and adds up to what one has who
/// scrapes all.
pub(crate) fn assert_sums(global: Api, shards: [Api; 2], whole: Api) {
    let time = now();
    let taken = global.raw(&format!("{RECORDED}[10s]"), time);
    let theirs: Vec<_> =
        shards.map(|shard| by_labels(shard.raw(&format!("{RECORDED}[1m]"), time))).into();
    let mut samples = 0;
    for series in &taken {
        let mut labels = series.labels.clone();
        let shard = labels.as_object_mut().and_then(|labels| labels.remove("shard"));
        let shard: usize = text(&shard.expect("a shard")).parse().expect("a number");
        let there = &theirs[shard][&labels.to_string()];
        for sample in &series.samples {
            assert!(
                there.iter().any(|one| same(*one, *sample)),
                "{sample:?} of {labels}: {there:?}"
            );
            samples += 1;
        }
    }
    assert!(samples > 100, "{taken:?}");
    let names = |series: BTreeMap<String, Vec<(f64, f64)>>| -> BTreeSet<String> {
        series.into_keys().collect()
    };
    let mine: BTreeSet<_> = by_labels_without_shard(&taken);
    let all: BTreeSet<_> = theirs.into_iter().flat_map(names).collect();
    assert_eq!(mine, all);
    let [sum, of_all] = [global, whole].map(|server| number(server, RATE));
    crate::say(&format!(
        "{samples} samples of {} series federated; {sum:.2} and {of_all:.2} requests/s",
        taken.len()
    ));
    // Each is evaluated at a moment of its own, while the windows fill.
    assert!(of_all > 30.0 && (sum / of_all - 1.0).abs() < 0.15, "{sum} and {of_all}");
}

fn by_labels(found: Vec<Found>) -> BTreeMap<String, Vec<(f64, f64)>> {
    found.into_iter().map(|series| (series.labels.to_string(), series.samples)).collect()
}

fn by_labels_without_shard(found: &[Found]) -> BTreeSet<String> {
    let labels = found.iter().map(|series| {
        let mut labels: Value = series.labels.clone();
        labels.as_object_mut().map(|labels| labels.remove("shard"));
        labels.to_string()
    });
    labels.collect()
}

/// Numbers that are none are the same too.
fn same(one: (f64, f64), other: (f64, f64)) -> bool {
    (one.0 - other.0).abs() < 0.0005 && one.1.to_bits() == other.1.to_bits()
}
