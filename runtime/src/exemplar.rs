//! Single increments and observations that are remembered, to lead from a number to what was behind it
//! (OpenMetrics 1.0, "Exemplars").

use crate::{clock, name};

/// One increment or observation, with labels of its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Exemplar {
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) value: f64,
    /// Milliseconds since the Unix epoch.
    pub(crate) at_ms: u64,
}

/// How many characters names and values of the labels may have together.
const MOST: usize = 128;

impl Exemplar {
    /// An exemplar of this moment.
    ///
    /// # Errors
    ///
    /// What is wrong with the labels.
    pub(crate) fn new(labels: &[(&str, &str)], value: f64) -> Result<Self, &'static str> {
        let characters =
            |(name, value): &(&str, &str)| name.chars().count() + value.chars().count();
        if labels.iter().map(characters).sum::<usize>() > MOST {
            return Err("its labels have more than 128 characters");
        }
        for (at, (name, _)) in labels.iter().enumerate() {
            if !name::is_label_syntax(name) {
                return Err("the name of a label is not `[a-zA-Z_][a-zA-Z0-9_]*`");
            }
            if labels[..at].iter().any(|(before, _)| before == name) {
                return Err("it has a label twice");
            }
        }
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Ok(Self { labels: labels.collect(), value, at_ms: clock::unix_ms() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_limited_in_characters_and_not_in_bytes() {
        let value = "接".repeat(126);
        assert!(Exemplar::new(&[("id", &value)], 1.0).is_ok());
        let error = Exemplar::new(&[("id", &value), ("a", "")], 1.0).expect_err("one too many");
        assert!(error.contains("128"), "{error}");
    }

    #[test]
    fn labels_that_no_format_takes_are_refused() {
        for labels in [&[("a-b", "")][..], &[("", "")], &[("a", "x"), ("a", "y")]] {
            Exemplar::new(labels, 1.0).expect_err("not allowed");
        }
    }
}
