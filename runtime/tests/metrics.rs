//! Metric types as a user has them: what they count, and what is exposed of it.

use tallymark::{Counter, Gauge, Histogram, Registry, StartError, Summary, default_registry};

/// The lines of the exposition that begin like this, comments included.
fn lines(registry: &Registry, beginning: &str) -> Vec<String> {
    let text = registry.gather_text();
    let lines = text.lines().filter(|line| {
        let line = line.trim_start_matches("# HELP ").trim_start_matches("# TYPE ");
        line.starts_with(beginning)
    });
    lines.map(str::to_owned).collect()
}

#[test]
fn all_types_are_exposed_as_they_stand() {
    let registry = Registry::new();
    let jobs = Counter::<0>::owned("jobs_total", "Jobs done.", []).expect("valid");
    let cost = Counter::<1, f64>::owned("cost_total", "Cost.", ["of"]).expect("valid");
    let heat = Gauge::<1>::owned("heat_celsius", "Temperature.", ["room"]).expect("valid");
    let debt = Gauge::<0, i64>::owned("debt", "What is owed.", []).expect("valid");
    let sizes = Histogram::<1>::owned("size_bytes", "Sizes.", ["app"], Some(&[1.0, 10.0]));
    let sizes = sizes.expect("valid");
    let rows = Summary::<0>::owned("query_rows", "Rows of a query.", []).expect("valid");
    registry.register(&jobs).expect("registered");
    registry.register(&cost).expect("registered");
    registry.register(&heat).expect("registered");
    registry.register(&debt).expect("registered");
    registry.register(&sizes).expect("registered");
    registry.register(&rows).expect("registered");

    jobs.inc();
    jobs.inc_by((1 << 53) + 1);
    cost.with(["air"]).inc_by(0.25);
    cost.with(["air"]).inc();
    heat.with(["attic"]).set(20.0);
    heat.with(["attic"]).sub(0.5);
    heat.with(["attic"]).inc();
    debt.set(i64::MIN);
    debt.add(1);
    for size in [0.5, 1.0, 5.0, 100.0] {
        sizes.with(["web"]).observe(size);
    }
    rows.observe(40.0);
    rows.observe(2.0);

    assert_eq!(
        registry.gather_text(),
        "# HELP cost_total Cost.\n# TYPE cost_total counter\ncost_total{of=\"air\"} 1.25\n\
         # HELP debt What is owed.\n# TYPE debt gauge\ndebt -9223372036854775807\n\
         # HELP heat_celsius Temperature.\n# TYPE heat_celsius gauge\n\
         heat_celsius{room=\"attic\"} 20.5\n\
         # HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total 9007199254740994\n\
         # HELP query_rows Rows of a query.\n# TYPE query_rows summary\n\
         query_rows_sum 42\nquery_rows_count 2\n\
         # HELP size_bytes Sizes.\n# TYPE size_bytes histogram\n\
         size_bytes_bucket{app=\"web\",le=\"1.0\"} 2\n\
         size_bytes_bucket{app=\"web\",le=\"10.0\"} 3\n\
         size_bytes_bucket{app=\"web\",le=\"+Inf\"} 4\n\
         size_bytes_sum{app=\"web\"} 106.5\nsize_bytes_count{app=\"web\"} 4\n\
         # HELP tallymark_series_overflow_total \
         Counts whose label values were beyond the limit of the metric.\n\
         # TYPE tallymark_series_overflow_total counter\n\
         tallymark_series_overflow_total{metric=\"cost_total\"} 0\n\
         tallymark_series_overflow_total{metric=\"heat_celsius\"} 0\n\
         tallymark_series_overflow_total{metric=\"size_bytes\"} 0\n\
         # HELP tallymark_site_conflicts_total \
         Contradictions among the annotated functions and metrics.\n\
         # TYPE tallymark_site_conflicts_total counter\ntallymark_site_conflicts_total 0\n"
    );
    assert_eq!(
        (jobs.get(), debt.get(), heat_of(&registry)),
        ((1 << 53) + 2, -i64::MAX, Some(20.5))
    );
}

fn heat_of(registry: &Registry) -> Option<f64> {
    registry.value("heat_celsius", &[("room", "attic")])
}

#[tallymark::metric]
static LINKED: Counter = Counter::new("linked_total", "Linked.", []);
#[tallymark::metric]
static LINKED_OF: Counter<2> = Counter::new("linked_of_total", "Linked.", ["b", "a"]);

#[test]
fn a_static_with_the_attribute_is_there_before_it_is_used() {
    let registry = Registry::isolated();
    assert_eq!(registry.counter_value("linked_total", &[]), Some(0));
    let header = ["# HELP linked_of_total Linked.", "# TYPE linked_of_total counter"];
    assert_eq!(lines(&registry, "linked_of_total"), header);
    registry.scope(|| LINKED_OF.with(["1", "2"]).inc());
    let line = r#"linked_of_total{b="1",a="2"} 1"#;
    assert_eq!(lines(&registry, "linked_of_total"), [header[0], header[1], line]);
    let labels = [("a", "2"), ("b", "1")];
    assert_eq!(registry.counter_value("linked_of_total", &labels), Some(1));
}

#[test]
fn a_static_without_it_is_there_from_its_first_use() {
    static USED: Counter = Counter::new("used_total", "Used.", []);
    static USED_OF: Gauge<1> = Gauge::new("used_of", "Used.", ["of"]);
    let registry = Registry::linked();
    assert_eq!(registry.value("used_total", &[]), None);
    USED.inc();
    USED_OF.with(["x"]).set(2.0);
    assert_eq!(registry.value("used_total", &[]), Some(1.0));
    assert_eq!(registry.value("used_of", &[("of", "x")]), Some(2.0));
    assert_eq!(Registry::new().value("used_total", &[]), None);
}

#[test]
fn whatever_uses_a_static_first_is_its_first_use() {
    static OBSERVED: Histogram = Histogram::new("first_seconds", "Observed.", []);
    static SUMMED: Summary = Summary::new("first_rows", "Summed.", []);
    static GUARDED: Gauge = Gauge::new("first_jobs", "Guarded.", []);
    static READ: Counter = Counter::new("first_read_total", "Read.", []);
    static SET: Gauge = Gauge::new("first_set", "Set.", []);
    static REMOVED: Counter<1> = Counter::new("first_removed_total", "Removed.", ["of"]);
    let registry = Registry::linked();
    OBSERVED.observe(0.5);
    SUMMED.observe(1.0);
    let guard = GUARDED.guard();
    // Looking is no use of it yet.
    assert_eq!((READ.get(), SET.get().to_string()), (0, "0".to_owned()));
    assert!(!REMOVED.remove(["x"]));
    assert_eq!(registry.value("first_read_total", &[]), None);
    READ.inc();
    SET.set(2.0);
    REMOVED.with(["x"]).inc();
    assert_eq!(registry.value("first_seconds_count", &[]), Some(1.0));
    assert_eq!(registry.value("first_rows_count", &[]), Some(1.0));
    assert_eq!(registry.value("first_jobs", &[]), Some(1.0));
    assert_eq!(registry.value("first_read_total", &[]), Some(1.0));
    assert_eq!(registry.value("first_set", &[]), Some(2.0));
    assert_eq!(registry.value("first_removed_total", &[("of", "x")]), Some(1.0));
    drop(guard);
}

#[test]
fn a_static_that_was_registered_is_there_alone() {
    static REGISTERED: Counter = Counter::new("registered_total", "Registered.", []);
    let registry = Registry::new();
    assert_eq!(registry.gather_text(), "");
    registry.register(&REGISTERED).expect("registered");
    registry.register(&REGISTERED).expect("twice is once");
    REGISTERED.inc();
    assert_eq!(registry.counter_value("registered_total", &[]), Some(1));
    assert_eq!(default_registry().counter_value("registered_total", &[]), None);
}

#[test]
fn an_owned_family_goes_with_its_owner() {
    let registry = Registry::new();
    for round in 0..3 {
        let jobs = Counter::<0>::owned("jobs_total", "Jobs.", []).expect("valid");
        let jobs_of = Counter::<1>::owned("jobs_of_total", "Jobs.", ["of"]).expect("valid");
        registry.register(&jobs).expect("registered");
        registry.register(&jobs_of).expect("registered");
        jobs.inc_by(7);
        let kept = jobs_of.child(["x"]);
        kept.inc();
        assert_eq!(registry.counter_value("jobs_total", &[]), Some(7), "{round}");
        assert_eq!(registry.counter_value("jobs_of_total", &[("of", "x")]), Some(1), "{round}");
        drop((jobs, jobs_of));
        assert_eq!(registry.gather_text(), "");
        kept.inc();
    }
}

#[test]
fn a_metric_that_is_described_in_two_ways_is_not_registered() {
    let registry = Registry::new();
    let first = Counter::<1>::owned("rows_total", "Rows.", ["table"]).expect("valid");
    registry.register(&first).expect("registered");
    first.with(["orders"]).inc();
    let help = Counter::<1>::owned("rows_total", "Lines.", ["table"]).expect("valid");
    let labels = Counter::<1>::owned("rows_total", "Rows.", ["of"]).expect("valid");
    let kind = Gauge::<1>::owned("rows_total", "Rows.", ["table"]).expect("valid");
    for error in [registry.register(&help), registry.register(&labels), registry.register(&kind)] {
        let error = error.expect_err("described in two ways").to_string();
        assert!(error.contains("`rows_total`") && error.contains(file!()), "{error}");
    }
    let histogram = Histogram::<0>::owned("rows", "Rows.", [], None).expect("valid");
    registry.register(&histogram).expect("no sample of it is called rows_total");
    let sample = Counter::<0>::owned("rows_count", "Rows.", []).expect("valid");
    registry.register(&sample).expect_err("a sample of the histogram");
    // Two of one description count in the same series.
    let second = Counter::<1>::owned("rows_total", "Rows.", ["table"]).expect("valid");
    registry.register(&second).expect("the same metric");
    second.with(["orders"]).inc_by(10);
    assert_eq!(registry.counter_value("rows_total", &[("table", "orders")]), Some(11));
    assert!(matches!(registry.check(), Ok(()) | Err(StartError::Contradictions(_))));
    registry.check().expect("what contradicts is not there");
}

#[test]
fn what_cannot_be_made_is_said() {
    let error = |result: Result<Counter<2>, tallymark::MetricError>| {
        result.expect_err("not valid").to_string()
    };
    let bad = error(Counter::owned("rows.total", "Rows.", ["a", "b"]));
    assert!(bad.contains("rows.total") && bad.contains("`rows_total`"), "{bad}");
    let ours = error(Counter::owned("tallymark_rows", "Rows.", ["a", "b"]));
    assert!(ours.contains("`rows`"), "{ours}");
    assert!(error(Counter::owned("rows_total", " ", ["a", "b"])).contains("help"));
    assert!(error(Counter::owned("rows_total", "Rows.", ["a", "le"])).contains("\"le\""));
    assert!(error(Counter::owned("rows_total", "Rows.", ["a", "a"])).contains("twice"));
    let buckets = Histogram::<0>::owned("x", "X.", [], Some(&[1.0, 1.0])).expect_err("not rising");
    assert!(buckets.to_string().contains("[1.0, 1.0]"), "{buckets}");
    Histogram::<0>::owned("x", "X.", [], Some(&[f64::NAN])).expect_err("not finite");
}

#[test]
fn a_removed_child_is_gone_and_comes_back_at_0() {
    let registry = Registry::new();
    let jobs = Counter::<1>::owned("jobs_total", "Jobs.", ["of"]).expect("valid");
    registry.register(&jobs).expect("registered");
    let value = || registry.counter_value("jobs_total", &[("of", "x")]);
    let kept = jobs.child(["x"]);
    assert_eq!(value(), Some(0));
    jobs.with(["x"]).inc_by(5);
    kept.inc();
    assert_eq!(value(), Some(6));
    assert!(jobs.remove(["x"]));
    assert!(!jobs.remove(["x"]));
    assert_eq!(value(), None);
    kept.inc();
    assert_eq!(value(), None);
    jobs.with(["x"]).inc();
    kept.inc();
    assert_eq!(value(), Some(1));
}

#[test]
fn label_values_are_any_text() {
    let registry = Registry::new();
    let jobs = Counter::<2>::owned("jobs_total", "Jobs.", ["a", "b"]).expect("valid");
    registry.register(&jobs).expect("registered");
    let long = "x".repeat(65_536);
    let hostile = ["", "\0", "\"", "\\", "\n", "接口", "\u{1F600}", "a\",b=\"c", &long];
    for a in hostile {
        for b in hostile {
            jobs.with([a, b]).inc();
        }
    }
    let text = registry.gather_text();
    let samples = text.lines().filter(|line| line.starts_with("jobs_total{"));
    assert_eq!(samples.count(), hostile.len() * hostile.len());
    for a in hostile {
        assert_eq!(registry.counter_value("jobs_total", &[("a", a), ("b", &long)]), Some(1));
    }
}

#[test]
fn values_that_cannot_be_counted_are_left_out_and_counted() {
    let registry = Registry::new();
    let cost = Counter::<0, f64>::owned("refused_cost_total", "Cost.", []).expect("valid");
    let cost_of = Counter::<1, f64>::owned("refused_cost_of_total", "Cost.", ["of"]);
    let cost_of = cost_of.expect("valid");
    let size = Histogram::<0>::owned("refused_size", "Size.", [], None).expect("valid");
    let rows = Summary::<0>::owned("refused_rows", "Rows.", []).expect("valid");
    registry.register(&cost).expect("registered");
    registry.register(&cost_of).expect("registered");
    registry.register(&size).expect("registered");
    registry.register(&rows).expect("registered");
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        cost.inc_by(bad);
        cost_of.with(["x"]).inc_by(bad);
        cost_of.child(["x"]).inc_by(bad);
    }
    size.observe(f64::NAN);
    rows.observe(f64::NAN);
    size.observe(f64::INFINITY);
    assert_eq!(registry.value("refused_cost_total", &[]), Some(0.0));
    assert_eq!(registry.value("refused_cost_of_total", &[("of", "x")]), Some(0.0));
    assert_eq!(registry.value("refused_size_count", &[]), Some(1.0));
    assert_eq!(registry.value("refused_size_sum", &[]), Some(f64::INFINITY));
    assert_eq!(registry.value("refused_rows_count", &[]), Some(0.0));
    let refused =
        |metric| registry.counter_value("tallymark_refused_values_total", &[("metric", metric)]);
    assert_eq!(refused("refused_cost_total"), Some(3));
    assert_eq!(refused("refused_cost_of_total"), Some(6));
    assert_eq!((refused("refused_size"), refused("refused_rows")), (Some(1), Some(1)));
}

#[test]
fn a_family_keeps_to_its_own_limit() {
    static FEW: Counter<1> = Counter::new("few_total", "Few.", ["of"]).max_series(3);
    let registry = Registry::new();
    registry.register(&FEW).expect("registered");
    for number in 0..10 {
        FEW.with([number.to_string()]).inc();
    }
    let of = |of| registry.counter_value("few_total", &[("of", of)]);
    assert_eq!([of("0"), of("2"), of("3"), of("_overflow")], [Some(1), Some(1), None, Some(7)]);
    let overflow = [("metric", "few_total")];
    assert_eq!(registry.counter_value("tallymark_series_overflow_total", &overflow), Some(7));
    // A value of the user's own that reads so is there too, and is no overflow.
    FEW.with(["_overflow"]).inc();
    assert_eq!(of("_overflow"), Some(8));
    assert_eq!(registry.counter_value("tallymark_series_overflow_total", &overflow), Some(7));
    assert!(FEW.remove(["0"]));
    FEW.with(["new"]).inc();
    assert_eq!([of("0"), of("new")], [None, Some(1)]);
}

#[test]
fn native_buckets_do_not_change_what_the_text_shows() {
    static NATIVE: Histogram = Histogram::new("native_seconds", "Native.", []).native();
    static BARE: Histogram<1> =
        Histogram::new("bare_seconds", "Native alone.", ["of"]).buckets(&[]).native();
    let registry = Registry::new();
    registry.register(&NATIVE).expect("registered");
    registry.register(&BARE).expect("registered");
    for value in [-3.0, 0.0, 1e-30, 0.3, 7.0, 1e40, f64::INFINITY] {
        NATIVE.observe(value);
        BARE.with(["x"]).observe(value);
    }
    assert_eq!(registry.counter_value("native_seconds_bucket", &[("le", "0.5")]), Some(4));
    assert_eq!(registry.counter_value("native_seconds_bucket", &[("le", "10.0")]), Some(5));
    assert_eq!(registry.counter_value("native_seconds_count", &[]), Some(7));
    let bare = lines(&registry, "bare_seconds_bucket");
    assert_eq!(bare, [r#"bare_seconds_bucket{of="x",le="+Inf"} 7"#]);
}

#[test]
fn a_timer_observes_once_or_not_at_all() {
    let steps = Histogram::<1>::owned("step_seconds", "Steps.", ["step"], None).expect("valid");
    let registry = Registry::new();
    registry.register(&steps).expect("registered");
    drop(steps.with(["a"]).timer());
    let seconds = steps.child(["a"]).timer().observe();
    assert!(seconds >= 0.0);
    steps.with(["a"]).timer().discard();
    assert_eq!(registry.counter_value("step_seconds_count", &[("step", "a")]), Some(2));
}

#[test]
fn a_gauges_guard_takes_back_what_it_added() {
    let jobs = Gauge::<1, i64>::owned("jobs", "Jobs.", ["of"]).expect("valid");
    let all = Gauge::<0>::owned("all_jobs", "Jobs.", []).expect("valid");
    let registry = Registry::new();
    registry.register(&jobs).expect("registered");
    registry.register(&all).expect("registered");
    let of = || registry.value("jobs", &[("of", "x")]);
    let guards = [jobs.with(["x"]).guard(), jobs.child(["x"]).guard()];
    let guard = all.guard();
    assert_eq!((of(), all.get().to_string()), (Some(2.0), "1".to_owned()));
    let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _guards = (guards, guard);
        panic!("while under way");
    }));
    unwound.expect_err("unwound");
    assert_eq!((of(), all.get().to_string()), (Some(0.0), "0".to_owned()));
}

#[test]
fn a_handle_kept_from_outside_counts_in_the_scope() {
    let kept = LINKED_OF.child(["kept", "x"]);
    let registry = Registry::isolated();
    let labels = [("b", "kept"), ("a", "x")];
    assert_eq!(registry.counter_value("linked_of_total", &labels), None);
    registry.scope(|| kept.inc());
    assert_eq!(registry.counter_value("linked_of_total", &labels), Some(1));
    assert_eq!(default_registry().counter_value("linked_of_total", &labels), Some(0));
}

#[test]
fn a_scope_of_a_registry_that_is_not_isolated_is_the_process() {
    static NESTED: Counter = Counter::new("nested_total", "Nested.", []);
    let registry = Registry::isolated();
    registry.scope(|| {
        NESTED.inc();
        Registry::linked().scope(|| NESTED.inc_by(10));
        Registry::isolated().scope(|| NESTED.inc_by(100));
        NESTED.inc();
    });
    assert_eq!(registry.counter_value("nested_total", &[]), Some(2));
    assert_eq!(default_registry().counter_value("nested_total", &[]), Some(10));
}

#[test]
fn a_delta_tells_how_far_a_sample_has_come() {
    let registry = Registry::new();
    let rows = Counter::<1>::owned("rows_total", "Rows.", ["table"]).expect("valid");
    let heat = Gauge::<0>::owned("heat", "Heat.", []).expect("valid");
    registry.register(&rows).expect("registered");
    registry.register(&heat).expect("registered");
    rows.with(["a"]).inc_by(5);
    heat.set(20.0);
    let delta = registry.delta();
    rows.with(["a"]).inc();
    rows.with(["new"]).inc_by(3);
    heat.set(18.5);
    assert_eq!(delta.counter_value("rows_total", &[("table", "a")]), 1);
    assert_eq!(delta.counter_value("rows_total", &[("table", "new")]), 3);
    assert_eq!(delta.counter_value("rows_total", &[("table", "none")]), 0);
    assert_eq!(delta.value("heat", &[]).to_string(), "-1.5");
}

#[test]
#[should_panic(expected = "what `owned` made cannot be changed")]
fn what_is_made_at_run_time_is_not_changed_afterwards() {
    let histogram = Histogram::<0>::owned("made_seconds", "Made.", [], None).expect("valid");
    let _ = histogram.buckets(&[1.0]);
}

#[test]
fn registering_what_has_been_left_out_is_refused() {
    static KEPT: Counter = Counter::new("described_twice_total", "One.", []);
    static LEFT_OUT: Counter = Counter::new("described_twice_total", "Two.", []);
    let registry = Registry::linked();
    KEPT.inc();
    assert_eq!(registry.counter_value("described_twice_total", &[]), Some(1));
    LEFT_OUT.inc();
    assert_eq!(registry.counter_value("described_twice_total", &[]), Some(1));
    let error = registry.register(&LEFT_OUT).expect_err("it is left out").to_string();
    assert!(error.contains("\"One.\"") && error.contains("\"Two.\""), "{error}");
    registry.register(&KEPT).expect("it is there");
}

#[test]
fn bounds_are_found_as_they_are_exposed() {
    let registry = Registry::new();
    let small = Histogram::<0>::owned("small", "Small.", [], Some(&[5e-5, 1e16]));
    let small = small.expect("valid");
    registry.register(&small).expect("registered");
    small.observe(1e-5);
    for le in ["5e-05", "1e+16", "+Inf"] {
        assert_eq!(registry.counter_value("small_bucket", &[("le", le)]), Some(1), "{le}");
        assert!(registry.gather_text().contains(&format!("small_bucket{{le=\"{le}\"}} 1")));
    }
}

#[test]
fn a_series_at_0_is_there_in_whichever_store_it_was_named() {
    static SCOPED: Gauge<1> = Gauge::new("scoped", "Scoped.", ["of"]);
    let of = [("of", "x")];
    let registry = Registry::isolated();
    let outside = SCOPED.child(["y"]);
    registry.scope(|| outside.set(0.0));
    assert_eq!(registry.value("scoped", &[("of", "y")]), Some(0.0));
    drop(registry.scope(|| SCOPED.child(["x"])));
    assert_eq!(default_registry().value("scoped", &of), None);
    SCOPED.with(["x"]).inc();
    SCOPED.with(["x"]).dec();
    assert_eq!(default_registry().value("scoped", &of), Some(0.0));
    assert_eq!(outside.get().to_string(), "0");
}
