use crate::kind::Kind;

/// The metrics that a scraper asks for by their names; without any, all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(dead_code, reason = "for the endpoint")]
pub(crate) struct Names(Vec<String>);

#[expect(dead_code, reason = "for the endpoint")]
impl Names {
    pub(crate) fn new(names: Vec<String>) -> Self {
        Self(names)
    }

    /// Whether a family is asked for, by its own name or that of one of its samples.
    pub(crate) fn admit(&self, family: &str, kind: Kind) -> bool {
        let Self(names) = self;
        names.is_empty()
            || kind.sample_names(family).iter().any(|sample| names.contains(sample))
    }
}
