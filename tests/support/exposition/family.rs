use std::collections::BTreeMap;

/// The labels of a series, by their names.
pub type Labels = BTreeMap<String, String>;

/// What tells a series from all others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Series {
    /// Of its samples, which may be the family's with a suffix.
    pub name: String,
    /// `le` and `quantile` among them.
    pub labels: Labels,
}

/// One value of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Whose it is.
    pub series: Series,
    /// The value, as a scraper reads it.
    pub value: f64,
    /// Where the format has one, in seconds.
    pub time: Option<f64>,
}

/// The samples that an exposition has under one `TYPE`.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// As it is written in that format.
    pub name: String,
    /// As OpenMetrics and the text format call it.
    pub kind: String,
    /// Empty if there is none.
    pub help: String,
    /// In the order of the exposition.
    pub samples: Vec<Sample>,
}

impl Series {
    /// A series of that name and those labels.
    #[must_use]
    pub fn new(name: &str, labels: &[(&str, &str)]) -> Self {
        let labels = labels.iter().map(|(label, value)| ((*label).into(), (*value).into()));
        Self { name: name.to_owned(), labels: labels.collect() }
    }

    /// The series as every scraper stores it: an empty label is none.
    #[must_use]
    pub fn stored(mut self) -> Self {
        self.labels.retain(|_, value| !value.is_empty());
        self
    }
}

/// The values of all series.
///
/// # Panics
///
/// If there is one twice.
#[must_use]
pub fn values(families: &[Family]) -> BTreeMap<Series, f64> {
    let mut values = BTreeMap::new();
    for sample in families.iter().flat_map(|family| &family.samples) {
        let twice = values.insert(sample.series.clone(), sample.value);
        assert_eq!(twice, None, "{:?} is there twice", sample.series);
    }
    values
}
