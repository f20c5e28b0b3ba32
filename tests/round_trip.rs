//! Whatever is counted comes back from every format as it was.

use std::collections::BTreeMap;

use proptest::prelude::*;
use tallymark::{Counter, Exposition, Gauge, Histogram, Registry, ScrapeRequest, Summary};
use tallymark_tests::exposition::{Series, Syntax, decode, read_text, samples, values};

/// A family, and what is counted in it by the values of its two labels.
#[derive(Clone, Debug)]
enum Metric {
    Count(bool, Vec<([String; 2], u64)>),
    FloatCount(Vec<([String; 2], f64)>),
    Number(Vec<([String; 2], f64)>),
    Integer(Vec<([String; 2], i64)>),
    Histogram(Vec<f64>, Vec<([String; 2], f64)>),
    Summary(Vec<([String; 2], f64)>),
}

fn counted<T: std::fmt::Debug>(
    number: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<([String; 2], T)>> {
    let text = prop_oneof![any::<String>(), "[\\\\\"\n{}=, #]{0,8}", Just("_overflow".to_owned())];
    prop::collection::vec(([text.clone(), text], number), 0..8)
}

fn metric() -> impl Strategy<Value = Metric> {
    let rising = prop::collection::btree_set(-1_000_i32..1_000, 0..6);
    let bounds =
        rising.prop_map(|all| all.into_iter().map(|bound| f64::from(bound) / 8.0).collect());
    // Sums of these are exact in whichever order.
    let observed = || (-4_000_i32..4_000).prop_map(|value| f64::from(value) / 16.0);
    prop_oneof![
        (any::<bool>(), counted(any::<u32>().prop_map(u64::from)))
            .prop_map(|(suffix, all)| Metric::Count(suffix, all)),
        counted(observed().prop_map(f64::abs)).prop_map(Metric::FloatCount),
        counted(any::<f64>()).prop_map(Metric::Number),
        counted(any::<i64>()).prop_map(Metric::Integer),
        (bounds, counted(observed())).prop_map(|(bounds, all)| Metric::Histogram(bounds, all)),
        counted(observed()).prop_map(Metric::Summary),
    ]
}

/// What is to come back, by its bits.
type Wanted = BTreeMap<Series, u64>;

const LABELS: [&str; 2] = ["a", "b"];

fn add(wanted: &mut Wanted, name: &str, values: &[String; 2], le: Option<&str>, number: f64) {
    let labels = LABELS.into_iter().zip(values.iter().map(|value| &**value));
    let labels: Vec<_> = labels.chain(le.map(|le| ("le", le))).collect();
    let sum = wanted.entry(Series::new(name, &labels)).or_insert(0.0_f64.to_bits());
    *sum = (f64::from_bits(*sum) + number).to_bits();
}

/// As a bound is written.
fn le(bound: f64) -> String {
    format!("{bound:?}")
}

#[expect(clippy::cast_precision_loss, reason = "formats are read as floats")]
fn count(
    registry: &Registry,
    number: usize,
    metric: &Metric,
    wanted: &mut Wanted,
) -> Box<dyn Send> {
    let name = format!("metric_{number}");
    let help = format!("Help \\ \"{number}\"\n.");
    match metric {
        Metric::Count(suffix, all) => {
            let name = if *suffix { format!("{name}_total") } else { name };
            let counter: Counter<2> = Counter::owned(&name, &help, LABELS).expect("valid");
            registry.register(&counter).expect("registered");
            for (values, count) in all {
                counter.with([&values[0], &values[1]]).inc_by(*count);
                add(wanted, &name, values, None, *count as f64);
            }
            Box::new(counter)
        }
        Metric::FloatCount(all) => {
            let counter: Counter<2, f64> = Counter::owned(&name, &help, LABELS).expect("valid");
            registry.register(&counter).expect("registered");
            for (values, count) in all {
                counter.with([&values[0], &values[1]]).inc_by(*count);
                add(wanted, &name, values, None, *count);
            }
            Box::new(counter)
        }
        Metric::Number(all) => {
            let gauge: Gauge<2> = Gauge::owned(&name, &help, LABELS).expect("valid");
            registry.register(&gauge).expect("registered");
            for (values, number) in all {
                gauge.with([&values[0], &values[1]]).set(*number);
                add(wanted, &name, values, None, 0.0);
                let series = Series::new(&name, &[("a", &values[0]), ("b", &values[1])]);
                wanted.insert(series, number.to_bits());
            }
            Box::new(gauge)
        }
        Metric::Integer(all) => {
            let gauge: Gauge<2, i64> = Gauge::owned(&name, &help, LABELS).expect("valid");
            registry.register(&gauge).expect("registered");
            for (values, number) in all {
                gauge.with([&values[0], &values[1]]).set(*number);
                let series = Series::new(&name, &[("a", &values[0]), ("b", &values[1])]);
                wanted.insert(series, (*number as f64).to_bits());
            }
            Box::new(gauge)
        }
        Metric::Histogram(bounds, all) => {
            let histogram = Histogram::<2>::owned(&name, &help, LABELS, Some(bounds));
            let histogram = histogram.expect("valid");
            registry.register(&histogram).expect("registered");
            for (values, value) in all {
                histogram.with([&values[0], &values[1]]).observe(*value);
                for bound in bounds {
                    let within = f64::from(u8::from(value <= bound));
                    add(wanted, &format!("{name}_bucket"), values, Some(&le(*bound)), within);
                }
                add(wanted, &format!("{name}_bucket"), values, Some("+Inf"), 1.0);
                add(wanted, &format!("{name}_sum"), values, None, *value);
                add(wanted, &format!("{name}_count"), values, None, 1.0);
            }
            Box::new(histogram)
        }
        Metric::Summary(all) => {
            let summary: Summary<2> = Summary::owned(&name, &help, LABELS).expect("valid");
            registry.register(&summary).expect("registered");
            for (values, value) in all {
                summary.with([&values[0], &values[1]]).observe(*value);
                add(wanted, &format!("{name}_sum"), values, None, *value);
                add(wanted, &format!("{name}_count"), values, None, 1.0);
            }
            Box::new(summary)
        }
    }
}

fn bits(values: BTreeMap<Series, f64>) -> Wanted {
    let own = values.into_iter().filter(|(series, _)| series.name.starts_with("metric_"));
    own.map(|(series, value)| {
        // Which of all that are no numbers it was, is not told.
        let value = if value.is_nan() { f64::NAN } else { value };
        // A sum of nothing may be either.
        (series, if value == 0.0 { 0 } else { value.to_bits() })
    })
    .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn what_is_encoded_is_what_was_counted(metrics in prop::collection::vec(metric(), 0..6)) {
        let registry = Registry::new();
        let mut wanted = Wanted::new();
        let kept: Vec<_> = metrics
            .iter()
            .enumerate()
            .map(|(number, metric)| count(&registry, number, metric, &mut wanted))
            .collect();
        let wanted = bits(wanted.into_iter().map(|(s, bits)| (s, f64::from_bits(bits))).collect());
        let exposition = Exposition::new().registry(registry.clone());
        let scrape = |accept: &str| {
            let request = ScrapeRequest::new("GET", None, [("Accept", accept.as_bytes())]);
            exposition.answer(&request).into_body().into_bytes().to_vec()
        };
        let text = |accept: &str| String::from_utf8(scrape(accept)).expect("text");
        // Twice, since the second is written over the first.
        for _ in 0..2 {
            let plain = text("text/plain");
            let families = read_text(&plain, Syntax::Text);
            prop_assert_eq!(&bits(values(&families)), &wanted);
            for family in families.iter().filter(|family| family.name.starts_with("metric_")) {
                let number = family.name.trim_start_matches("metric_").trim_end_matches("_total");
                prop_assert_eq!(&family.help, &format!("Help \\ \"{number}\"\n."));
            }
            let open = text("application/openmetrics-text");
            prop_assert_eq!(&bits(values(&read_text(&open, Syntax::OpenMetrics))), &wanted);
            let protobuf = scrape(
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
                 encoding=delimited",
            );
            prop_assert_eq!(&bits(values(&samples(&decode(&protobuf)))), &wanted);
        }
        drop(kept);
    }
}
