use std::fmt;

/// Why a metric family cannot be made of what was given at run time.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum MetricError {
    /// The name is not one of the Prometheus data model: `[a-zA-Z_:][a-zA-Z0-9_:]*`, and not one of
    /// this library's own, `tallymark_*`.
    #[error("{name:?} is no name for a metric of your own; `{proposal}` would do")]
    #[non_exhaustive]
    Name {
        /// The name as it was given.
        name: String,
        /// A name close to it that is allowed.
        proposal: String,
    },
    /// The help text is empty or blank.
    #[error("the help text of `{name}` is empty; say in a few words what is measured")]
    #[non_exhaustive]
    Help {
        /// The metric that the text was for.
        name: String,
    },
    /// A label's name is not one of the Prometheus data model, `[a-zA-Z_][a-zA-Z0-9_]*`, or is one
    /// that is set by others: `__*`, `le`, `quantile`, `instance`, `job`.
    #[error(
        "{label:?} is no name for a label of `{name}`; use letters, digits and `_`, no `__` \
             in front, and none of `le`, `quantile`, `instance`, `job`"
    )]
    #[non_exhaustive]
    Label {
        /// The metric that the label was for.
        name: String,
        /// The label's name as it was given.
        label: String,
    },
    /// A label is there twice.
    #[error("the label `{label}` of `{name}` is given twice; keep one of the two")]
    #[non_exhaustive]
    LabelTwice {
        /// The metric that the label was for.
        name: String,
        /// The label's name.
        label: String,
    },
    /// The upper bounds of a histogram's buckets are not finite, or do not rise.
    #[error(
        "the buckets {bounds:?} of `{name}` are not finite and rising; the infinite bucket is \
             there by itself"
    )]
    #[non_exhaustive]
    Buckets {
        /// The metric that the buckets were for.
        name: String,
        /// The bounds as they were given.
        bounds: Vec<f64>,
    },
}

// The same words as for display: they are what `fn main() -> Result<…>` prints.
impl fmt::Debug for MetricError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
