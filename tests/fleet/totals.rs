use std::collections::BTreeSet;
use std::time::Duration;

use tallymark_tests::{Api, Found, wait_for};

use crate::instances::{INTERFACES, Instance};

const COUNTER: &str = "request_processing_counter{job=\"mp-sre-deploy\"}";

/// How long a scrape of all of them, and whatever passes it on, may take.
const SOON: Duration = Duration::from_secs(20);

/// What was ever counted, exactly, in the language that both have: what there is now, and what there was
/// before each fall. It takes a scrape between the last request and the end of an instance.
pub(crate) const EVER: &str = "\
sum(request_processing_counter{job=\"mp-sre-deploy\"}) + (sum(sum_over_time((\
last_over_time(request_processing_counter{job=\"mp-sre-deploy\"}[2m] offset 1s) > \
last_over_time(request_processing_counter{job=\"mp-sre-deploy\"}[2m]))[10m:1s])) or vector(0))";

/// The same in VictoriaMetrics' own, whose increase is one of whole calls and begins with what comes
/// first.
pub(crate) const EVER_PURE: &str =
    "sum(increase_pure(request_processing_counter{job=\"mp-sre-deploy\"}[10m]))";

/// The same, as it is drawn: Prometheus reckons on to both ends of the window.
pub(crate) const ABOUT: &str =
    "sum(increase(request_processing_counter{job=\"mp-sre-deploy\"}[10m]))";

/// Waits until all are found, by what is in the files, and answer.
pub(crate) fn wait_until_up(server: Api, instances: &[Instance]) {
    let expected: BTreeSet<_> =
        instances.iter().map(|instance| instance.address().to_string()).collect();
    wait_for("all instances to be up", Duration::from_secs(30), || {
        let found = server.now("up{job=\"mp-sre-deploy\"} == 1");
        let up: BTreeSet<_> = found.iter().map(|one| one.label("instance").to_owned()).collect();
        if up == expected { Ok(()) } else { Err(format!("{up:?} and not {expected:?}")) }
    });
}

/// Of each instance and interface exactly what it was sent since it began, and so in all.
pub(crate) fn assert_current(server: Api, instances: &[Instance]) {
    for instance in instances {
        for interface in INTERFACES {
            let address = instance.address();
            let query = format!(
                "request_processing_counter{{instance=\"{address}\", interface=\"{interface}\"}}"
            );
            assert_soon(server, &query, instance.current(interface));
        }
    }
    let all = instances.iter();
    let sum = all.flat_map(|one| INTERFACES.map(|interface| one.current(interface))).sum();
    assert_soon(server, &format!("sum({COUNTER})"), sum);
}

/// A query of one number finds exactly that.
pub(crate) fn assert_soon(server: Api, query: &str, expected: u64) {
    wait_for("the last scrape", SOON, || match &server.now(query)[..] {
        [one] if one.samples[0].1.to_string() == expected.to_string() => Ok(()),
        other => Err(format!("{query} is not {expected}: {other:?}")),
    });
}

/// What a query of one number finds.
pub(crate) fn number(server: Api, query: &str) -> f64 {
    let found = server.now(query);
    let [Found { samples, .. }] = &found[..] else { panic!("{query}: {found:?}") };
    samples[0].1
}

pub(crate) fn ever(instances: &[Instance]) -> u64 {
    instances.iter().map(Instance::ever).sum()
}
