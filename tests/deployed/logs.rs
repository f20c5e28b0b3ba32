use std::collections::BTreeMap;
use std::time::Duration;

use tallymark_tests::{Load, Supervisor, exchange, wait_for};

/// How many logs are kept beside the one that is written, by the configuration.
const KEPT: usize = 5;

/// The logs of each process, by their names.
type Logs = Vec<BTreeMap<String, String>>;

#[test]
fn supervisord_keeps_the_end_of_what_is_logged() {
    let supervisor = Supervisor::with("info", &[("=10MB", "=1KB")]);
    let before = deploy_until(&supervisor, "the first logs to be full", |logs| {
        logs.iter().all(|logs| logs.len() == 1 + KEPT)
    });
    // The last one in order is the oldest.
    let oldest = before.iter().map(|logs| logs.values().next_back().expect("a log"));
    let oldest: Vec<_> = oldest.collect();
    assert!(oldest.iter().all(|log| log.contains("INFO")), "{oldest:?}");
    deploy_until(&supervisor, "the oldest logs to go", |logs| {
        std::iter::zip(logs, &oldest).all(|(logs, oldest)| logs.values().all(|log| log != *oldest))
    });
    supervisor.stop();
}

/// Each of the processes has something to log when it answers, which of them that is not being for the
/// client to say.
fn deploy_until(supervisor: &Supervisor, what: &str, reached: impl Fn(&Logs) -> bool) -> Logs {
    wait_for(what, Duration::from_secs(30), || {
        for _ in 0..20 {
            let answer = exchange(supervisor.address(), Load::DEPLOY).expect("an answer");
            assert_eq!(answer.0, 200, "{answer:?}");
        }
        let logs: Logs =
            (0..Supervisor::PROCESSES).map(|process| supervisor.logs(process)).collect();
        assert!(logs.iter().all(|logs| logs.len() <= 1 + KEPT), "{logs:?}");
        if reached(&logs) { Ok(logs) } else { Err(format!("{logs:?}")) }
    })
}
