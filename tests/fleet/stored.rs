use std::collections::BTreeMap;
use std::time::Duration;

use tallymark_tests::endpoint::get;
use tallymark_tests::{Api, now, wait_for};

use crate::instances::{INTERFACES, Instance};

/// How long there may be nothing of a series that is scraped each second, on a machine that is busy.
const GAP: f64 = 3.0;

/// All samples of the counter before a time, by their series.
pub(crate) fn samples(server: Api, time: f64) -> BTreeMap<String, Vec<(f64, f64)>> {
    let found = server.raw("request_processing_counter{job=\"mp-sre-deploy\"}[10m]", time);
    assert!(!found.is_empty());
    found.into_iter().map(|series| (series.labels.to_string(), series.samples)).collect()
}

/// When the newest sample of any instance was taken.
pub(crate) fn newest(server: Api) -> f64 {
    let series = samples(server, now());
    let times = series.values().filter_map(|samples| samples.last()).map(|(time, _)| *time);
    times.fold(f64::MIN, f64::max)
}

/// Waits until there is something of each series that was taken after that.
pub(crate) fn wait_until_after(server: Api, time: f64) {
    wait_for("what was scraped during the cut", Duration::from_secs(60), || {
        let series = samples(server, now());
        let is_after = |samples: &Vec<(f64, f64)>| samples.last().is_some_and(|last| last.0 > time);
        if series.values().all(is_after) { Ok(()) } else { Err(format!("nothing after {time}")) }
    });
}

/// Of each instance and interface there is something all the time.
pub(crate) fn assert_no_gap(server: Api, from: f64, to: f64, instances: &[Instance]) {
    let series = samples(server, now());
    assert_eq!(series.len(), INTERFACES.len() * instances.len(), "{:?}", series.keys());
    let mut longest = 0.0_f64;
    for (name, samples) in series {
        let times = samples.iter().map(|(time, _)| *time);
        let times: Vec<_> = times.filter(|time| (from..=to + GAP).contains(time)).collect();
        assert!(times.first().is_some_and(|first| *first < from + GAP), "{name}: {times:?}");
        assert!(times.last().is_some_and(|last| *last > to), "{name}: {times:?}");
        for pair in times.windows(2) {
            assert!(pair[1] - pair[0] < GAP, "nothing of {name} between {pair:?}");
            longest = longest.max(pair[1] - pair[0]);
        }
    }
    crate::say(&format!("the longest time without a sample is {longest:.3} s"));
}

/// Whoever writes on has given nothing up.
pub(crate) fn assert_nothing_dropped(agent: Api) {
    let text = get(agent.0, "/metrics", &[]).text;
    for name in ["samples_dropped", "samples_failed"] {
        let name = format!("prometheus_remote_storage_{name}_total{{");
        let lines: Vec<_> = text.lines().filter(|line| line.starts_with(&name)).collect();
        assert!(!lines.is_empty(), "no {name}");
        assert!(lines.iter().all(|line| line.ends_with(" 0")), "{lines:?}");
    }
}
