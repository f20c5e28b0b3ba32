use crate::kind::Kind;

/// The metrics that a scraper asks for by their names; without any, all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Names(Vec<String>);

impl Names {
    pub(crate) fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    #[cfg(feature = "live")]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(crate) fn are_all(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a family is asked for, by its own name or that of one of its samples.
    pub(crate) fn admit(&self, family: &str, kind: Kind) -> bool {
        let Self(names) = self;
        names.is_empty() || kind.sample_names(family).iter().any(|sample| names.contains(sample))
    }
}
