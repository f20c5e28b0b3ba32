use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{IntCounter, IntGauge};

use super::*;
use crate::metrics::MetricFamily as _;
use crate::site::{AnySite, Calls, InFlight, Labelled, Objective, Observed, Origin, Seconds, Site};

#[track_caller]
const fn calls(interface: &'static str) -> Site<Calls> {
    Site::new(Origin::new(interface), Calls::new())
}

#[track_caller]
const fn rows(interface: &'static str) -> Site<Calls> {
    Site::new(Origin::new(interface).named("rows_total", Some("Rows."), &[]), Calls::new())
}

fn registry<const N: usize>(sites: [&'static dyn AnySite; N]) -> Registry {
    Registry::of(sites.map(Item::Site).to_vec(), false, None)
}

/// The lines of an exposition that are samples of the family `name`.
fn samples(text: &str, name: &str) -> Vec<String> {
    let sample = |line: &&str| line.starts_with(name) && line[name.len()..].starts_with([' ', '{']);
    text.lines().filter(sample).map(str::to_owned).collect()
}

#[test]
fn an_empty_registry_exposes_nothing() {
    assert_eq!(Registry::new().gather_text(), "");
}

#[test]
fn a_site_is_there_at_zero_and_counts() {
    static SITE: Site<Calls> = calls("/deploy");
    let registry = registry([&SITE]);
    let name = "request_processing_total";
    assert_eq!(
        samples(&registry.gather_text(), name),
        [r#"request_processing_total{interface="/deploy"} 0"#]
    );
    SITE.handle().begin();
    SITE.handle().begin();
    assert_eq!(
        samples(&registry.gather_text(), name),
        [r#"request_processing_total{interface="/deploy"} 2"#]
    );
}

#[test]
fn sites_of_one_identity_share_a_series_and_others_do_not() {
    static A: Site<Calls> = calls("/b");
    static B: Site<Calls> = calls("/a");
    static C: Site<Calls> = calls("/b");
    static ROW: Site<Calls> = rows("/b");
    let registry = registry([&A, &B, &C, &ROW]);
    for site in [&A, &B, &C, &C, &ROW] {
        site.handle().begin();
    }
    let text = registry.gather_text();
    assert_eq!(
        samples(&text, "request_processing_total"),
        [
            r#"request_processing_total{interface="/a"} 1"#,
            r#"request_processing_total{interface="/b"} 3"#
        ]
    );
    assert_eq!(samples(&text, "rows_total"), [r#"rows_total{interface="/b"} 1"#]);
}

#[test]
fn the_calls_counter_takes_the_services_name_and_no_other_does() {
    static SITE: Site<Calls> = calls("/deploy");
    static ROW: Site<Calls> = rows("/deploy");
    let registry = registry([&SITE, &ROW]);
    registry.name_counter("first_choice", "x").expect("named");
    registry.name_counter("request_processing_counter", "接口调用计数器").expect("named");
    assert_eq!(
        registry.gather_text(),
        "# HELP request_processing_counter 接口调用计数器\n\
         # TYPE request_processing_counter counter\n\
         request_processing_counter{interface=\"/deploy\"} 0\n\
         # HELP rows_total Rows.\n\
         # TYPE rows_total counter\n\
         rows_total{interface=\"/deploy\"} 0\n\
         # HELP tallymark_site_conflicts_total Contradictions among the annotated functions and metrics.\n\
         # TYPE tallymark_site_conflicts_total counter\n\
         tallymark_site_conflicts_total 0\n"
    );
}

#[test]
fn a_registry_that_was_read_keeps_its_names() {
    static SITE: Site<Calls> = calls("/deploy");
    let registry = registry([&SITE]);
    let before = registry.gather_text();
    let error = registry.name_counter("late", "Late.").expect_err("read");
    assert!(matches!(&error, StartError::AlreadyRead { name } if name == "late"), "{error}");
    assert_eq!(registry.gather_text(), before);
}

#[test]
fn being_described_to_prometheus_is_being_read() {
    static SITE: Site<Calls> = calls("/deploy");
    let registry = registry([&SITE]);
    prometheus::Registry::new().register(Box::new(registry.clone())).expect("registered");
    registry.name_counter("late", "Late.").expect_err("described under another name");
}

#[test]
fn a_bad_name_changes_nothing() {
    static SITE: Site<Calls> = calls("/deploy");
    let registry = registry([&SITE]);
    registry.name_counter("good_total", "Good.").expect("named");
    registry.name_counter("not.good", "Bad.").expect_err("a dot");
    registry.name_counter("no_help", "").expect_err("no help");
    assert_eq!(samples(&registry.gather_text(), "good_total").len(), 1);
}

/// Two sites that differ in one thing each, and the words that must name it.
fn contradicting() -> [(&'static dyn AnySite, &'static dyn AnySite, [&'static str; 2]); 3] {
    static FIRST: Site<Calls> = rows("/a");
    static HELP: Site<Calls> =
        Site::new(Origin::new("/b").named("rows_total", Some("Lines."), &[]), Calls::new());
    static KIND: Site<InFlight> =
        Site::new(Origin::new("/b").named("rows_total", Some("Rows."), &[]), InFlight::new());
    static LABELS: Site<Calls> = Site::new(
        Origin::new("/b").named("rows_total", Some("Rows."), &[("table", Some("x"))]),
        Calls::new(),
    );
    [
        (&FIRST, &HELP, ["\"Rows.\"", "\"Lines.\""]),
        (&FIRST, &KIND, ["counter", "gauge"]),
        (&FIRST, &LABELS, ["[interface]", "[interface, table]"]),
    ]
}

#[test]
fn contradictions_are_an_error_with_both_lines() {
    for (first, second, words) in contradicting() {
        let registry = registry([second, first]);
        let check = registry.check().expect_err("contradiction").to_string();
        let named = registry.name_counter("calls", "Calls.").expect_err("contradiction");
        assert!(matches!(named, StartError::Contradictions(_)), "{named}");
        assert_eq!(named.to_string(), check);
        assert!(check.contains("`rows_total`"), "{check}");
        for site in [first, second] {
            assert!(check.contains(&site.origin().location.to_string()), "{check}");
        }
        for word in words {
            assert!(check.contains(word), "{word} in {check}");
        }
    }
}

#[test]
fn without_the_check_the_first_site_wins_and_the_other_is_counted() {
    for (first, second, _) in contradicting() {
        let text = registry([second, first]).gather_text();
        assert_eq!(samples(&text, "rows_total"), [r#"rows_total{interface="/a"} 0"#]);
        assert_eq!(
            samples(&text, "tallymark_site_conflicts_total"),
            ["tallymark_site_conflicts_total 1"]
        );
    }
}

#[test]
fn a_name_that_would_contradict_another_metric_is_refused() {
    static SITE: Site<Calls> = calls("/deploy");
    static ROW: Site<Calls> = rows("/deploy");
    let registry = registry([&SITE, &ROW]);
    registry.name_counter("rows_total", "Calls.").expect_err("rows_total has another help");
    registry.check().expect("nothing was changed");
    registry.name_counter("rows_total", "Rows.").expect("the same metric");
}

#[test]
fn no_family_is_called_as_a_sample_of_another() {
    static HISTOGRAM: Site<Seconds<11>> =
        Site::new(Origin::new("/a").named("took", None, &[]), Seconds::standard());
    static COUNTER: Site<Calls> =
        Site::new(Origin::new("/a").named("took_count", None, &[]), Calls::new());
    for sites in [[&HISTOGRAM as &dyn AnySite, &COUNTER], [&COUNTER, &HISTOGRAM]] {
        let registry = registry(sites);
        let error = registry.check().expect_err("two samples of one name").to_string();
        assert!(error.contains("`took_count`"), "{error}");
        for site in sites {
            assert!(error.contains(&site.origin().location.to_string()), "{error}");
        }
        assert_eq!(samples(&registry.gather_text(), "took_count").len(), 1);
    }

    let ours = registry([&HISTOGRAM]);
    let theirs = prometheus::Registry::new();
    let counter = IntCounter::new("took_sum", "A sum.").expect("valid");
    theirs.register(Box::new(counter)).expect("registered");
    ours.include(theirs);
    assert_eq!(samples(&ours.gather_text(), "took_sum").len(), 1);
}

#[test]
fn the_plain_counter_alone_takes_the_services_name() {
    static OBSERVED: Site<Observed<11>> =
        Site::new(Origin::new("/a"), Observed::new(Seconds::standard()));
    let registry = registry([&OBSERVED]);
    registry.name_counter("calls_total", "Calls.").expect("named");
    drop(OBSERVED.handle().begin());
    let text = registry.gather_text();
    assert_eq!(samples(&text, "calls_total"), [r#"calls_total{interface="/a"} 1"#]);
    assert_eq!(samples(&text, "request_processing_total"), [""; 0]);
    let panicked = r#"request_processing_outcomes_total{interface="/a",outcome="panicked"} 1"#;
    assert!(samples(&text, "request_processing_outcomes_total").contains(&panicked.to_owned()));
    assert_eq!(samples(&text, "request_processing_seconds_count").len(), 1);
    assert_eq!(samples(&text, "request_processing_in_flight").len(), 1);
}

#[test]
fn a_metric_is_described_with_its_labels_before_it_has_a_series() {
    static LABELLED: Labelled<Calls> =
        Labelled::new(Origin::new("/a").named("of_total", None, &[("of", None)]), Calls::new());
    let ours = registry([&LABELLED]);
    let described = ours.desc();
    let described = described.iter().find(|desc| desc.fq_name == "of_total").expect("described");
    assert_eq!(described.variable_labels, ["interface", "of"]);
    let theirs = prometheus::Registry::new();
    theirs.register(Box::new(ours.clone())).expect("registered");
    assert_eq!(ours.gather_text().matches("# TYPE of_total counter").count(), 1);
    LABELLED.with(&["x".into()]).begin();
    let text = prometheus::TextEncoder::new().encode_to_string(&theirs.gather()).expect("encodes");
    assert_eq!(samples(&text, "of_total"), [r#"of_total{interface="/a",of="x"} 1"#]);
}

#[test]
fn an_included_family_with_a_series_twice_is_left_out() {
    let theirs = prometheus::Registry::new();
    let twice = || {
        let counter = IntCounter::new("twice_total", "Twice.").expect("valid");
        [counter.collect(), counter.collect()].concat()
    };
    theirs.register(Box::new(Asked(twice))).expect("registered");
    let ours = Registry::new();
    ours.include(theirs);
    let text = ours.gather_text();
    // Which of the two is right nobody knows.
    assert_eq!(samples(&text, "twice_total"), [""; 0]);
    let errors = r#"tallymark_collect_errors_total{family="twice_total"} 1"#;
    assert_eq!(samples(&text, "tallymark_collect_errors_total"), [errors]);
}

#[test]
fn the_default_registry_includes_that_of_prometheus() {
    let counter =
        IntCounter::new("of_the_default_registry_total", "Of prometheus.").expect("valid");
    counter.inc();
    prometheus::register(Box::new(counter)).expect("registered");
    let text = default_registry().gather_text();
    assert_eq!(
        samples(&text, "of_the_default_registry_total"),
        ["of_the_default_registry_total 1"]
    );
    #[cfg(target_os = "linux")]
    assert_eq!(samples(&text, "process_start_time_seconds").len(), 1, "{text}");
}

#[test]
fn registered_in_the_registry_that_it_includes_each_is_exposed_once() {
    static SITE: Site<Calls> = calls("/deploy");
    let ours = registry([&SITE]);
    let theirs = prometheus::Registry::new();
    ours.include(theirs.clone());
    theirs.register(Box::new(ours.clone())).expect("registered");
    theirs
        .register(Box::new(IntCounter::new("theirs_total", "Theirs.").expect("valid")))
        .expect("registered");
    SITE.handle().begin();

    let text = ours.gather_text();
    assert_eq!(
        samples(&text, "request_processing_total"),
        [r#"request_processing_total{interface="/deploy"} 1"#]
    );
    assert_eq!(samples(&text, "theirs_total"), ["theirs_total 0"]);
    assert!(!text.contains("tallymark_collect_errors_total"), "{text}");

    let text = prometheus::TextEncoder::new().encode_to_string(&theirs.gather()).expect("encodes");
    assert_eq!(
        samples(&text, "request_processing_total"),
        [r#"request_processing_total{interface="/deploy"} 1"#]
    );
    assert_eq!(samples(&text, "theirs_total"), ["theirs_total 0"]);
}

#[test]
fn as_a_collector_it_yields_its_own_families_only() {
    static SITE: Site<Calls> = calls("/deploy");
    let ours = registry([&SITE]);
    let theirs = prometheus::Registry::new();
    theirs
        .register(Box::new(IntCounter::new("theirs_total", "Theirs.").expect("valid")))
        .expect("registered");
    ours.include(theirs);
    let names = |families: Vec<MetricFamily>| -> Vec<_> {
        families.iter().map(|family| family.name().to_owned()).collect()
    };
    let own = ["request_processing_total", "tallymark_site_conflicts_total"];
    assert_eq!(names(ours.collect()), own);
    assert_eq!(ours.desc().iter().map(|desc| &*desc.fq_name).collect::<Vec<_>>(), own);
    assert_eq!(ours.desc()[0].variable_labels, ["interface"]);
}

#[test]
fn families_of_one_name_and_kind_stand_together() {
    static ROW: Site<Calls> = rows("/a");
    let ours = registry([&ROW]);
    let theirs = prometheus::Registry::new();
    let opts = prometheus::Opts::new("rows_total", "Their rows.");
    let counter = IntCounter::with_opts(opts.const_label("interface", "/b")).expect("valid");
    theirs.register(Box::new(counter)).expect("registered");
    ours.include(theirs);
    let text = ours.gather_text();
    let rows = [r#"rows_total{interface="/a"} 0"#, r#"rows_total{interface="/b"} 0"#];
    assert_eq!(samples(&text, "rows_total"), rows);
    assert_eq!(text.matches("# TYPE rows_total").count(), 1);
}

#[test]
fn what_has_no_place_is_left_out_and_counted() {
    static SITE: Site<Calls> = calls("/deploy");
    let ours = registry([&SITE]);
    let theirs = prometheus::Registry::new();
    let gauge = IntGauge::new("request_processing_total", "A gauge of that name.").expect("valid");
    theirs.register(Box::new(gauge)).expect("registered");
    ours.include(theirs.clone());
    let twice = prometheus::Registry::new();
    twice.register(Box::new(IntGauge::new("twice", "Twice.").expect("valid"))).expect("registered");
    ours.include(twice.clone());
    ours.include(twice);
    for scrape in 1..=2 {
        let text = ours.gather_text();
        assert_eq!(
            samples(&text, "request_processing_total"),
            [r#"request_processing_total{interface="/deploy"} 0"#]
        );
        assert_eq!(samples(&text, "twice"), ["twice 0"]);
        let errors = |family: &str| {
            format!("tallymark_collect_errors_total{{family=\"{family}\"}} {scrape}")
        };
        let expected = [errors("request_processing_total"), errors("twice")];
        assert_eq!(samples(&text, "tallymark_collect_errors_total"), expected);
    }
}

/// A collector that does what it is made to do when it is asked.
struct Asked<F>(F);

impl<F: Fn() -> Vec<MetricFamily> + Send + Sync> Collector for Asked<F> {
    fn desc(&self) -> Vec<&Desc> {
        Vec::new()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.0()
    }
}

#[test]
fn a_collector_that_panics_does_not_stop_the_scrape() {
    static SITE: Site<Calls> = calls("/deploy");
    let ours = registry([&SITE]);
    let theirs = prometheus::Registry::new();
    theirs.register(Box::new(Asked(|| panic!("a collector of the user's")))).expect("registered");
    ours.include(theirs);
    for scrape in 1..=2 {
        let text = ours.gather_text();
        assert_eq!(samples(&text, "request_processing_total").len(), 1);
        let errors = format!("tallymark_collect_errors_total{{family=\"unknown\"}} {scrape}");
        assert_eq!(samples(&text, "tallymark_collect_errors_total"), [errors]);
    }
}

#[test]
fn a_collector_that_gathers_the_registry_it_is_in_does_not_recurse() {
    static SITE: Site<Calls> = calls("/deploy");
    let ours = registry([&SITE]);
    let theirs = prometheus::Registry::new();
    ours.include(theirs.clone());
    let inside = ours.clone();
    let asked = Asked(move || {
        assert_eq!(samples(&inside.gather_text(), "request_processing_total").len(), 1);
        Vec::new()
    });
    theirs.register(Box::new(asked)).expect("registered");
    let text = ours.gather_text();
    assert!(!text.contains("tallymark_collect_errors_total"), "{text}");
}

#[test]
fn a_site_has_the_buckets_of_the_family_that_it_joins() {
    static SITE: Site<Seconds<1>> =
        Site::new(Origin::new("/a").named("dur_seconds", Some("Dur."), &[]), Seconds::new([5.0]));
    let name = ["interface"];
    let family = |bounds: &[f64]| {
        crate::Histogram::<1>::owned("dur_seconds", "Dur.", name, Some(bounds)).expect("valid")
    };
    let registry = |family: &crate::Histogram<1>| {
        Registry::of(vec![Item::Family(family.family()), Item::Site(&SITE)], false, None)
    };
    let [same, other] = [family(&[5.0]), family(&[1.0, 2.0])];
    registry(&same).check().expect("the same buckets");
    let error = registry(&other).check().expect_err("other buckets").to_string();
    assert!(error.contains("[5.0]") && error.contains("[1.0, 2.0]"), "{error}");
}

#[test]
fn different_objectives_of_one_interface_are_a_contradiction() {
    const SLOW: Objective = Objective::new().success(99.9).latency(0.5, 99.0);
    const FAST: Objective = Objective::new().success(99.9).latency(0.25, 99.0);
    const fn observed(origin: Origin) -> Site<Observed<11>> {
        Site::new(origin, Observed::new(Seconds::standard()))
    }
    static FIRST: Site<Observed<11>> = observed(Origin::new("/a").objective(SLOW));
    static SAME: Site<Observed<11>> = observed(Origin::new("/a").objective(SLOW));
    static NONE: Site<Observed<11>> = observed(Origin::new("/a"));
    static ELSEWHERE: Site<Observed<11>> = observed(Origin::new("/b").objective(FAST));
    static NAMED: Site<Observed<11>> =
        observed(Origin::new("/a").objective(FAST).named("steps", None, &[("of", Some("x"))]));
    static OTHER: Site<Observed<11>> = observed(Origin::new("/a").objective(FAST));
    static LABELLED: Labelled<Observed<11>> = Labelled::new(
        Origin::new("/a").objective(SLOW).named("steps", None, &[("of", None)]),
        Observed::new(Seconds::standard()),
    );
    let agreeing: [&dyn AnySite; 5] = [&FIRST, &SAME, &NONE, &ELSEWHERE, &NAMED];
    registry(agreeing).check().expect("one promise for each interface of a metric");
    for (first, second, words) in [
        (&FIRST as &dyn AnySite, &OTHER as &dyn AnySite, ["0.5 s", "0.25 s"]),
        (&NAMED, &LABELLED, ["0.25 s", "0.5 s"]),
    ] {
        let registry = registry([second, &NONE, first]);
        let error = registry.check().expect_err("two promises").to_string();
        assert_eq!(error.lines().count(), 1, "said once, and not for each part: {error}");
        let (_, said) = error.split_once(&first.origin().location.to_string()).expect("a line");
        let (kept, left_out) =
            said.split_once(&second.origin().location.to_string()).expect("the other line, behind");
        assert!(kept.contains(words[0]) && left_out.contains(words[1]), "{error}");
        assert_eq!(
            samples(&registry.gather_text(), "tallymark_site_conflicts_total"),
            ["tallymark_site_conflicts_total 1"]
        );
    }
    for site in [&FIRST, &OTHER] {
        drop(site.handle().begin());
    }
    assert_eq!(
        samples(&registry([&OTHER, &FIRST]).gather_text(), "request_processing_total"),
        [r#"request_processing_total{interface="/a"} 2"#],
        "both are counted all the same"
    );
}
