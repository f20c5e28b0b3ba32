//! What several of their files come to, as the client itself says.

use std::collections::{BTreeMap, btree_map};

use super::entries::Entry;
use super::file::{Mode, Sort};
use crate::kind::Kind;

/// The families of several files, by their names.
#[derive(Debug, Default)]
pub(crate) struct Merged(BTreeMap<String, Family>);

#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) help: String,
    pub(crate) kind: Kind,
    pub(crate) series: BTreeMap<BTreeMap<String, String>, Value>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Number {
        value: f64,
        timestamp: f64,
    },
    /// The counts of each bucket by its bound, as bits in their order, not cumulative, and the sum.
    Histogram {
        buckets: BTreeMap<Bound, f64>,
        sum: f64,
    },
    Summary {
        count: f64,
        sum: f64,
    },
}

/// The upper bound of a bucket, which is a number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound(pub(crate) f64);

impl PartialEq for Bound {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Bound {}

impl PartialOrd for Bound {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Bound {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Merged {
    /// Adds what a file holds. What does not fit is left out: a sample that a metric of that sort does
    /// not have, and a metric of another sort than the one of that name that came first.
    pub(crate) fn add(&mut self, sort: &Sort, entries: Vec<Entry>) {
        for entry in entries {
            match sort {
                Sort::Counter => self.add_counter(entry),
                Sort::Summary => self.add_summary(entry),
                Sort::Histogram => self.add_histogram(entry),
                Sort::Gauge { mode, pid } => self.add_gauge(*mode, pid, entry),
            }
        }
    }

    pub(crate) fn families(&self) -> btree_map::Iter<'_, String, Family> {
        self.0.iter()
    }

    fn series(
        &mut self,
        name: &str,
        (help, kind): (String, Kind),
        labels: BTreeMap<String, String>,
        new: Value,
    ) -> Option<&mut Value> {
        let new_family = || Family { help, kind, series: BTreeMap::new() };
        let family = self.0.entry(name.to_owned()).or_insert_with(new_family);
        (family.kind == kind).then(|| family.series.entry(labels).or_insert(new))
    }

    fn add_counter(&mut self, entry: Entry) {
        // The family's name lacks the end that the sample's has, by which it is known elsewhere.
        let name = entry.sample;
        if name != entry.family && name.strip_suffix("_total") != Some(&entry.family) {
            return;
        }
        let new = Value::Number { value: 0.0, timestamp: 0.0 };
        let described = (entry.help, Kind::Counter);
        if let Some(Value::Number { value, .. }) = self.series(&name, described, entry.labels, new)
        {
            *value += entry.value;
        }
    }

    fn add_summary(&mut self, entry: Entry) {
        let part = entry.sample.strip_prefix(&*entry.family).map(str::to_owned);
        let new = Value::Summary { count: 0.0, sum: 0.0 };
        let described = (entry.help, Kind::Summary);
        if !matches!(part.as_deref(), Some("_count" | "_sum")) {
            return;
        }
        if let Some(Value::Summary { count, sum }) =
            self.series(&entry.family, described, entry.labels, new)
        {
            *if part.as_deref() == Some("_sum") { sum } else { count } += entry.value;
        }
    }

    fn add_histogram(&mut self, mut entry: Entry) {
        let part = entry.sample.strip_prefix(&*entry.family).unwrap_or_default().to_owned();
        let bound = entry.labels.remove("le").and_then(|bound| bound_of(&bound));
        let new = Value::Histogram { buckets: BTreeMap::new(), sum: 0.0 };
        let described = (entry.help, Kind::Histogram);
        match (&*part, bound) {
            ("_bucket", Some(_)) | ("_sum", None) => {}
            // The count is that of all buckets.
            _ => return,
        }
        if let Some(Value::Histogram { buckets, sum }) =
            self.series(&entry.family, described, entry.labels, new)
        {
            match bound {
                Some(bound) => *buckets.entry(bound).or_default() += entry.value,
                None => *sum += entry.value,
            }
        }
    }

    fn add_gauge(&mut self, mode: Mode, pid: &str, mut entry: Entry) {
        // One that was never set has no time, and is not the most recent of any.
        if mode == Mode::MostRecent && entry.timestamp <= 0.0 {
            return;
        }
        if mode == Mode::All {
            entry.labels.insert("pid".to_owned(), pid.to_owned());
        }
        let described = (entry.help, Kind::Gauge);
        let empty = match mode {
            Mode::Min => f64::INFINITY,
            Mode::Max => f64::NEG_INFINITY,
            Mode::All | Mode::Sum | Mode::MostRecent => 0.0,
        };
        let new = Value::Number { value: empty, timestamp: f64::NEG_INFINITY };
        let series = self.series(&entry.sample, described, entry.labels, new);
        let Some(Value::Number { value, timestamp }) = series else { return };
        match mode {
            Mode::All => *value = entry.value,
            Mode::Min => *value = value.min(entry.value),
            Mode::Max => *value = value.max(entry.value),
            Mode::Sum => *value += entry.value,
            Mode::MostRecent if entry.timestamp > *timestamp => {
                (*value, *timestamp) = (entry.value, entry.timestamp);
            }
            Mode::MostRecent => {}
        }
    }
}

/// A bound as it is written there: a float of Python's.
fn bound_of(text: &str) -> Option<Bound> {
    let bound = match text {
        "+Inf" => f64::INFINITY,
        text => text.parse().ok().filter(|bound: &f64| bound.is_finite())?,
    };
    // The two zeros are one bound.
    Some(Bound(bound + 0.0))
}

#[cfg(test)]
mod tests {
    use super::super::entries::{read, tests::file};
    use super::*;

    type Number<'a> = (&'a str, f64, f64);

    fn merge(files: &[(&str, &[Number<'_>])]) -> Merged {
        let mut merged = Merged::default();
        for (name, entries) in files {
            let sort = Sort::of(name).expect("a name of theirs");
            merged.add(&sort, read(&file(entries)).expect("a file"));
        }
        merged
    }

    fn number(merged: &Merged, family: &str) -> Vec<f64> {
        let series = merged.0[family].series.values();
        let number = |value: &Value| match value {
            Value::Number { value, .. } => *value,
            other => panic!("{other:?}"),
        };
        series.map(number).collect()
    }

    #[test]
    fn counters_add_up_over_files_and_within_one() {
        let entry = (r#"["a","a_total",{"l":"x"},"Help."]"#, 2.0, 0.0);
        let merged = merge(&[("counter_1.db", &[entry, entry]), ("counter_2.db", &[entry])]);
        assert_eq!(number(&merged, "a_total"), [6.0]);
        assert_eq!(merged.0["a_total"].kind, Kind::Counter);
    }

    #[test]
    fn gauges_are_combined_by_their_mode() {
        let entry = |value, time| (r#"["g","g",{},"Help."]"#, value, time);
        for (mode, expected) in [
            ("min", &[3.0][..]),
            ("livemax", &[5.0]),
            ("sum", &[8.0]),
            ("mostrecent", &[3.0]),
            ("all", &[3.0, 5.0]),
        ] {
            let names = [1, 2].map(|pid| format!("gauge_{mode}_{pid}.db"));
            let merged = merge(&[(&names[0], &[entry(3.0, 9.0)]), (&names[1], &[entry(5.0, 8.0)])]);
            assert_eq!(number(&merged, "g"), expected, "{mode}");
        }
    }

    #[test]
    fn buckets_are_those_of_one_number_however_it_is_written() {
        let bucket = |le: &str| format!(r#"["h","h_bucket",{{"le":"{le}"}},"Help."]"#);
        let [one, also_one, all] = ["1.0", "1", "+Inf"].map(bucket);
        let sum = r#"["h","h_sum",{},"Help."]"#;
        let files: [&[_]; 2] = [
            &[(&*one, 2.0, 0.0), (&*all, 1.0, 0.0), (sum, 4.5, 0.0)],
            &[(&*also_one, 3.0, 0.0), (sum, 0.5, 0.0)],
        ];
        let merged = merge(&[("histogram_1.db", files[0]), ("histogram_2.db", files[1])]);
        let buckets = BTreeMap::from([(Bound(1.0), 5.0), (Bound(f64::INFINITY), 1.0)]);
        let value = Value::Histogram { buckets, sum: 5.0 };
        assert_eq!(merged.0["h"].series.values().collect::<Vec<_>>(), [&value]);
    }

    #[test]
    fn summaries_add_up() {
        let entries = [
            (r#"["s","s_count",{},"Help."]"#, 2.0, 0.0),
            (r#"["s","s_sum",{},"Help."]"#, 0.5, 0.0),
        ];
        let merged = merge(&[("summary_1.db", &entries), ("summary_2.db", &entries)]);
        let value = Value::Summary { count: 4.0, sum: 1.0 };
        assert_eq!(merged.0["s"].series.values().collect::<Vec<_>>(), [&value]);
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let merged = merge(&[
            ("counter_1.db", &[(r#"["a","a_sum",{},""]"#, 1.0, 0.0)]),
            ("histogram_1.db", &[(r#"["h","h_bucket",{"le":"x"},""]"#, 1.0, 0.0)]),
            ("summary_1.db", &[(r#"["s","s",{},""]"#, 1.0, 0.0)]),
            ("gauge_mostrecent_1.db", &[(r#"["g","g",{},""]"#, 0.0, 0.0)]),
        ]);
        assert!(merged.0.is_empty(), "{merged:?}");
    }
}
