//! What is exposed, read by other eyes than the library's.

mod bound;
mod cursor;
mod family;
mod protobuf;
mod text;

pub use self::family::{Family, Labels, Sample, Series, values};
pub use self::protobuf::{decode, native_buckets, samples};
pub use self::text::{Syntax, read_text};

/// The value of the sample that is written exactly so (name and labels), as text.
#[must_use]
pub fn sample<'a>(exposition: &'a str, sample: &str) -> Option<&'a str> {
    exposition.lines().find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '))
}

/// How often the interface was counted in this process, under the default name; `None` if it is
/// not exposed.
///
/// # Panics
///
/// If what is exposed is no count.
#[must_use]
pub fn count(interface: &str) -> Option<u64> {
    let text = tallymark::gather_text();
    let value = sample(&text, &format!("request_processing_total{{interface=\"{interface}\"}}"))?;
    Some(value.parse().expect("a count is exposed as an integer"))
}

/// How the calls of the interface ended so far in this process: every outcome that is not at 0.
///
/// # Panics
///
/// If an outcome is missing.
#[must_use]
pub fn outcomes(interface: &str) -> Vec<(&'static str, u64)> {
    let text = tallymark::gather_text();
    let all = tallymark::Outcome::ALL.map(|outcome| {
        let outcome = outcome.as_str();
        let labels = format!("{{interface=\"{interface}\",outcome=\"{outcome}\"}}");
        let name = format!("request_processing_outcomes_total{labels}");
        let value = sample(&text, &name).unwrap_or_else(|| panic!("no {name} in {text}"));
        (outcome, value.parse().expect("a count is exposed as an integer"))
    });
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// How many calls of the interface were timed in this process, and their seconds.
///
/// # Panics
///
/// If there is no such histogram.
#[must_use]
pub fn seconds(interface: &str) -> (u64, f64) {
    let text = tallymark::gather_text();
    let value = |suffix: &str| {
        let name = format!("request_processing_seconds_{suffix}{{interface=\"{interface}\"}}");
        sample(&text, &name).unwrap_or_else(|| panic!("no {name} in {text}"))
    };
    (value("count").parse().expect("a count"), value("sum").parse().expect("seconds"))
}

/// How many calls of the interface are under way in this process.
///
/// # Panics
///
/// If there is no such gauge.
#[must_use]
pub fn in_flight(interface: &str) -> u64 {
    let text = tallymark::gather_text();
    let name = format!("request_processing_in_flight{{interface=\"{interface}\"}}");
    let value = sample(&text, &name).unwrap_or_else(|| panic!("no {name} in {text}"));
    value.parse().expect("calls under way")
}
