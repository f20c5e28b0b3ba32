#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, missing_debug_implementations, nonstandard_style, unreachable_pub)]
//! A crate that allows itself nothing.

use tallymark::{Counter, Gauge, Histogram, Summary, metric};
use tallymark_tests::sample;

/// Documented.
#[metric]
pub static JOBS: Counter = Counter::new("jobs_total", "Jobs done.", []);

#[metric]
static DEPLOYS: Counter<2> = Counter::new("deploys_total", "Deployments.", ["env", "outcome"]);

#[metric]
static TEMPERATURE: Gauge = Gauge::new("temperature_celsius", "Temperature.", []);

#[metric]
static RUNNING: Gauge<1, i64> = Gauge::new("running", "Under way.", ["interface"]).max_series(10);

#[metric]
static DURATION: Histogram<1> =
    Histogram::new("duration_seconds", "Durations.", ["step"]).buckets(&[0.1, 1.0]).max_series(500);

#[metric]
static SIZES: Summary = Summary::new("sizes_bytes", "Sizes.", []);

const NAME: &str = "constant_name_total";
const HELP: &str = "A help that is a constant.";

#[metric(crate = ::tallymark)]
static CONSTANTS: Counter<0, f64> = Counter::<0, f64>::new(NAME, HELP, []);

#[metric]
#[deprecated]
static OLD: Counter = Counter::new("old_total", "Not to be used.", []);

/// A module.
pub mod metrics {
    use tallymark::Counter;

    #[tallymark::metric]
    pub(crate) static INSIDE: Counter<1> = Counter::new("inside_total", "In a module.", ["of"]);

    /// Another.
    pub mod deeper {
        #[tallymark::metric]
        pub(in crate::metrics) static RESTRICTED: tallymark::Counter<1> =
            tallymark::Counter::new("restricted_total", "For its parent.", ["of"]);

        /// A third.
        pub mod deepest {
            #[tallymark::metric]
            pub(super) static UP: tallymark::Counter =
                tallymark::Counter::new("up_total", "For what is above.", []);
        }

        pub(super) fn count() {
            deepest::UP.inc();
        }
    }

    pub(super) fn count() {
        deeper::RESTRICTED.with(["metrics"]).inc();
        deeper::count();
    }
}

#[metric]
#[allow(non_upper_case_globals)]
static r#type: Counter = Counter::new("raw_total", "With a raw name.", []);

// Pasted fragments reach the attribute inside invisible groups.
macro_rules! counter {
    ($(#[$meta:meta])* $vis:vis $name:ident: $of:ty, $metric:literal, $help:expr, $labels:expr) => {
        #[metric]
        $(#[$meta])*
        $vis static $name: $of = Counter::new($metric, $help, $labels);
    };
    ($name:ident, $new:path, $label:literal) => {
        #[metric]
        static $name: Counter<1> = $new("path_total", "By a path.", [$label]);
    };
    ($name:ident = $value:expr) => {
        #[metric]
        static $name: Counter = $value;
    };
    ($item:item) => {
        #[metric]
        $item
    };
}

counter! {
    /// Documented.
    pub PASTED: Counter<1>, "pasted_total", "Pasted.", ["env"]
}
counter!(PATH, Counter::new, "env");
counter!(
    /// An item.
    pub static ITEM: Counter = Counter::new("item_total", "An item.", []);
);
counter!(VALUE = Counter::new("value_total", "A value.", []).max_series(1));

// What is not there has no type and no link either.
#[metric]
#[cfg(false)]
static LEFT_OUT: Never = Never::new("left_out_total", "Left out.", []);

#[metric]
#[cfg_attr(true, allow(dead_code), cfg(false))]
static LEFT_OUT: Never = Never::new("left_out_total", "Left out.", []);

#[cfg(false)]
#[metric]
static LEFT_OUT: Never = Never::new("left_out_total", "Left out.", []);

#[metric]
#[cfg(true)]
#[cfg_attr(true, cfg(true), doc = "There.")]
pub static LEFT_OUT: Counter = Counter::new("left_in_total", "There.", []);

fn in_a_function() {
    #[metric]
    static INNER: Counter<1> = Counter::new("inner_total", "In a function.", ["of"]);
    INNER.with(["x"]).inc();
    if true {
        #[metric]
        static INNER: Counter = Counter::new("innermost_total", "In a block.", []);
        INNER.inc();
    }
}

fn generic<T>(value: T) -> T {
    #[metric]
    static GENERIC: Counter = Counter::new("generic_total", "In a generic function.", []);
    GENERIC.inc();
    value
}

fn main() {
    let is = |name: &str, value: &str| {
        let text = tallymark::gather_text();
        assert_eq!(sample(&text, name), Some(value), "{name} in {text}");
    };
    for name in ["jobs_total", "temperature_celsius", "sizes_bytes_count", "constant_name_total"] {
        is(name, "0");
    }
    for name in ["inner_total", "innermost_total", "generic_total", "old_total", "value_total"] {
        assert!(tallymark::gather_text().contains(&format!("# TYPE {name} counter\n")), "{name}");
    }

    JOBS.inc();
    is("jobs_total", "1");
    DEPLOYS.with(["prod", "good"]).inc();
    is(r#"deploys_total{env="prod",outcome="good"}"#, "1");
    TEMPERATURE.set(1.5);
    is("temperature_celsius", "1.5");
    RUNNING.with(["/deploy"]).inc();
    is(r#"running{interface="/deploy"}"#, "1");
    DURATION.with(["build"]).observe(0.2);
    is(r#"duration_seconds_bucket{step="build",le="0.1"}"#, "0");
    is(r#"duration_seconds_bucket{step="build",le="1.0"}"#, "1");
    SIZES.observe(1.0);
    is("sizes_bytes_count", "1");
    CONSTANTS.inc_by(0.5);
    is("constant_name_total", "0.5");

    metrics::INSIDE.with(["x"]).inc();
    is(r#"inside_total{of="x"}"#, "1");
    metrics::count();
    is(r#"restricted_total{of="metrics"}"#, "1");
    is("up_total", "1");
    r#type.inc();
    is("raw_total", "1");

    PASTED.with(["prod"]).inc();
    is(r#"pasted_total{env="prod"}"#, "1");
    PATH.with(["prod"]).inc();
    is(r#"path_total{env="prod"}"#, "1");
    ITEM.inc();
    is("item_total", "1");
    VALUE.inc();
    is("value_total", "1");

    LEFT_OUT.inc();
    is("left_in_total", "1");
    assert!(!tallymark::gather_text().contains("left_out"));
    in_a_function();
    is(r#"inner_total{of="x"}"#, "1");
    is("innermost_total", "1");
    assert_eq!(generic(1), generic(1));
    is("generic_total", "2");
}
