use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::thread;
use std::time::Duration;

use tallymark_tests::exposition::{Series, values};
use tallymark_tests::{Gunicorn, Load, Scraper, exchange};

use crate::agreement::assert_agree;
use crate::{COUNTER, directory, scrape, start, theirs};

const STATUS: &str = "GET /status HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

/// How long clients send requests, and how long they do between one kill and the next.
const LOADED: Duration = Duration::from_secs(1);

#[test]
fn what_both_count_is_one_family_and_never_falls() {
    let mut workers = start(2);
    let (rust, directory) = (workers.address(), directory(&workers));
    theirs::count_deploys(&directory);
    let gunicorn = Gunicorn::start(&directory, workers.releases.path());
    assert_eq!(counts(rust), counted(&[("/deploy", 5), ("/rollback", 0)]));

    let [deploys, statuses] = load(rust, gunicorn.address);
    thread::sleep(LOADED);
    let [deploys, statuses] = [deploys, statuses].map(Load::stop);
    assert!(deploys.1.is_empty() && statuses.1.is_empty(), "{deploys:?}, {statuses:?}");
    assert!(deploys.0 > 20 && statuses.0 > 20, "{deploys:?}, {statuses:?}");
    let (status, body) = exchange(gunicorn.address, STATUS).expect("an answer");
    assert_eq!((status, body.trim()), (200, r#"{"data":{"web":"1.4.2"},"status_code":200}"#));
    let [deploys, statuses] = [5 + deploys.0, statuses.0 + 1];
    let now = counted(&[("/deploy", deploys), ("/rollback", 0), ("/status", statuses)]);
    assert_eq!(counts(rust), now);
    assert_agree(rust, &directory);

    let now = kill_under_load(&gunicorn, rust, &directory, [deploys, statuses]);
    assert_agree(rust, &directory);

    let files = theirs::files(&directory);
    workers.begin_anew();
    // What Rust counted begins at 0 with its first process. What Python counted goes on.
    assert_eq!(counts(rust), counted(&[("/deploy", 5), ("/rollback", 0), ("/status", now)]));
    assert_agree(rust, &directory);
    assert!(theirs::files(&directory) == files, "a file of Python's is changed or gone");
    gunicorn.stop();
}

/// Kills processes of Python's side under load, with what was counted before; returns how often `/status`
/// is counted then.
fn kill_under_load(
    gunicorn: &Gunicorn,
    rust: SocketAddr,
    directory: &Path,
    [deployed, asked]: [u64; 2],
) -> u64 {
    let [deploys, statuses] = load(rust, gunicorn.address);
    let loads = [(&deploys, &series("/deploy"), deployed), (&statuses, &series("/status"), asked)];
    let scraper = Scraper::start(rust, &loads);
    let killed = [(); 3].map(|()| {
        thread::sleep(LOADED);
        gunicorn.kill_one()
    });
    thread::sleep(LOADED);
    let [deploys, statuses] = [deploys, statuses].map(Load::stop);
    let seen = scraper.stop();
    let now = counts(rust);
    let said = writeln!(
        io::stdout(),
        "{} and {} answered, {} broken, {now:?}; {} scrapes",
        deploys.0,
        statuses.0,
        statuses.1.len(),
        seen.answers,
    );
    said.expect("standard output");

    assert!(seen.failures.is_empty(), "{:?}", seen.failures);
    assert!(seen.answers > 10 && deploys.0 > 20 && statuses.0 > 20, "nothing was under way");
    assert!(deploys.1.is_empty(), "{:?}", deploys.1);
    assert_eq!(now["/deploy"], deployed + deploys.0);
    // What a killed process was at may have been counted, or not.
    let more = now["/status"].checked_sub(asked + statuses.0).expect("all are counted");
    assert!(more <= statuses.1.len() as u64, "{more} more, and {:?}", statuses.1);
    let files = theirs::files(directory);
    for killed in killed {
        let is_there = |start: &str| files.contains_key(&format!("{start}_{killed}.db"));
        assert!(is_there("counter"), "what {killed} counted is gone, or it counted nothing");
        assert!(!is_there("gauge_livesum"), "{killed} is taken for living");
    }
    now["/status"]
}

/// Clients of both services.
fn load(rust: SocketAddr, python: SocketAddr) -> [Load; 2] {
    [(rust, Load::DEPLOY), (python, STATUS)]
        .map(|(address, request)| Load::start(2, address, request))
}

pub(crate) fn series(interface: &str) -> Series {
    Series::new(COUNTER, &[("interface", interface)])
}

fn counted(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
    counts.iter().map(|(interface, count)| ((*interface).to_owned(), *count)).collect()
}

/// The calls by their interfaces, all of which are in one family.
fn counts(address: SocketAddr) -> BTreeMap<String, u64> {
    let families = scrape(address);
    // Under whichever name: that of the service, that of Python's client, or the default one.
    let is_of_calls = |name: &str| {
        name.starts_with("request_processing_counter") || name == "request_processing_total"
    };
    let mut of_calls = families.iter().filter(|family| is_of_calls(&family.name));
    let family = of_calls.next().expect("a counter of calls");
    assert_eq!(of_calls.next(), None);
    let described = (&*family.name, &*family.kind, &*family.help);
    assert_eq!(described, (COUNTER, "counter", "接口调用计数器"));
    let samples = values(std::slice::from_ref(family)).into_iter();
    let counts = samples.map(|(Series { mut labels, .. }, value)| {
        let interface = labels.remove("interface").expect("an interface");
        assert!(labels.is_empty(), "{labels:?}");
        (interface, value.to_string().parse().expect("a count"))
    });
    counts.collect()
}
