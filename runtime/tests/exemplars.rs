//! Exemplars, as the formats show them.

use tallymark::{Counter, Exposition, Histogram, Registry, ScrapeRequest};

fn open_metrics(registry: &Registry) -> String {
    let headers = [("Accept", &b"application/openmetrics-text"[..])];
    let exposition = Exposition::new().registry(registry.clone());
    let response = exposition.answer(&ScrapeRequest::new("GET", None, headers));
    String::from_utf8(response.into_body().into_bytes().to_vec()).expect("text")
}

/// The line of a sample without the time of its exemplar, which is checked to be of now.
fn line(text: &str, sample: &str) -> String {
    let lines = text.lines().filter(|line| line.starts_with(sample));
    let [line] = lines.collect::<Vec<_>>()[..] else { panic!("one {sample} in {text}") };
    let Some((before, time)) = line.rsplit_once(' ').filter(|_| line.contains(" # ")) else {
        return line.to_owned();
    };
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs_f64();
    let time: f64 = time.parse().expect("seconds");
    assert!(time <= now + 0.001 && now < time + 60.0, "{time} at {now}");
    before.to_owned()
}

#[test]
fn the_last_exemplar_of_a_counter_is_shown() {
    let jobs: Counter = Counter::owned("jobs_total", "Jobs.", []).expect("valid");
    let mails: Counter<1, f64> = Counter::owned("mail_total", "Mails.", ["to"]).expect("valid");
    let registry = Registry::new();
    registry.register(&jobs).expect("registered");
    registry.register(&mails).expect("registered");
    jobs.inc();
    assert_eq!(line(&open_metrics(&registry), "jobs_total"), "jobs_total 1");
    jobs.with_exemplar([("trace_id", "a")]).inc_by(2);
    jobs.with_exemplar([("trace_id", "b\"\\\n"), ("span_id", "7")]).inc_by(3);
    jobs.inc();
    mails.with(["x"]).with_exemplar([]).inc_by(0.5);
    mails.child(["y"]).with_exemplar([("id", "1")]).inc();
    let text = open_metrics(&registry);
    let exemplar = "jobs_total 7 # {trace_id=\"b\\\"\\\\\\n\",span_id=\"7\"} 3";
    assert_eq!(line(&text, "jobs_total"), exemplar);
    assert_eq!(line(&text, "mail_total{to=\"x\"}"), "mail_total{to=\"x\"} 0.5 # {} 0.5");
    assert_eq!(line(&text, "mail_total{to=\"y\"}"), "mail_total{to=\"y\"} 1 # {id=\"1\"} 1");
    assert!(text.ends_with("# EOF\n"));
    // No other format has a place for them.
    assert!(!registry.gather_text().contains(" # {"));
}

#[test]
fn each_bucket_has_an_exemplar_of_its_own() {
    let times: Histogram<1> =
        Histogram::owned("t_seconds", "Time.", ["of"], Some(&[0.1, 1.0])).expect("valid");
    let registry = Registry::new();
    registry.register(&times).expect("registered");
    times.with(["a"]).with_exemplar([("id", "1")]).observe(0.05);
    times.with(["a"]).with_exemplar([("id", "2")]).observe(7.0);
    times.child(["a"]).with_exemplar([("id", "3")]).observe(0.07);
    times.with(["a"]).with_exemplar([("id", "4")]).observe(f64::NAN);
    let text = open_metrics(&registry);
    let bucket = |le: &str| {
        let sample = format!("t_seconds_bucket{{of=\"a\",le=\"{le}\"}}");
        line(&text, &sample)[sample.len() + 1..].to_owned()
    };
    assert_eq!(bucket("0.1"), "2 # {id=\"3\"} 0.07");
    assert_eq!(bucket("1.0"), "2");
    assert_eq!(bucket("+Inf"), "3 # {id=\"2\"} 7");
    assert!(!text.lines().any(|line| line.starts_with("t_seconds_count") && line.contains('#')));
}

#[test]
fn an_exemplar_that_is_none_loses_no_count() {
    let jobs: Counter = Counter::owned("jobs_total", "Jobs.", []).expect("valid");
    let registry = Registry::new();
    registry.register(&jobs).expect("registered");
    let long = "x".repeat(127);
    jobs.with_exemplar([("id", &*long)]).inc();
    jobs.with_exemplar([("no-name", "1")]).inc();
    assert_eq!(line(&open_metrics(&registry), "jobs_total"), "jobs_total 2");
}

#[test]
fn a_counter_without_the_suffix_has_none_in_open_metrics() {
    let jobs: Counter = Counter::owned("jobs", "Jobs.", []).expect("valid");
    let registry = Registry::new();
    registry.register(&jobs).expect("registered");
    jobs.with_exemplar([("id", "1")]).inc();
    assert_eq!(line(&open_metrics(&registry), "jobs"), "jobs 1");
}

#[test]
fn a_removed_series_takes_its_exemplar_with_it() {
    let jobs: Counter<1> = Counter::owned("jobs_total", "Jobs.", ["of"]).expect("valid");
    let registry = Registry::new();
    registry.register(&jobs).expect("registered");
    for _ in 0..3 {
        jobs.with(["a"]).with_exemplar([("id", "1")]).inc();
        assert!(open_metrics(&registry).contains("# {id=\"1\"} 1"));
        jobs.remove(["a"]);
        jobs.with(["a"]).inc();
        let text = open_metrics(&registry);
        assert_eq!(line(&text, "jobs_total{of=\"a\"}"), "jobs_total{of=\"a\"} 1");
    }
}
