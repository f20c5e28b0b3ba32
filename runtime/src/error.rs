use std::fmt;

use crate::contradiction::Contradictions;

/// Why the line at a service's start could not do its work; nothing was changed.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The name is not one of the Prometheus data model: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    #[error(
        "{name:?} is no metric name: letters, digits, `_` and `:` are allowed, and no digit at the \
         front; `{proposal}` would do"
    )]
    #[non_exhaustive]
    Name {
        /// The name as it was given.
        name: String,
        /// A name close to it that is allowed.
        proposal: String,
    },
    /// The name begins as those of this library's own metrics do.
    #[error("`{name}` begins with `tallymark_`, as this library's own metrics do; leave that out")]
    #[non_exhaustive]
    Reserved {
        /// The name as it was given.
        name: String,
    },
    /// The help text is empty or blank.
    #[error("the help text of `{name}` is empty; say in a few words what is counted")]
    #[non_exhaustive]
    Help {
        /// The metric that the text was for.
        name: String,
    },
    /// Annotated functions contradict each other.
    #[error(transparent)]
    Contradictions(#[from] Contradictions),
    /// The registry has been read already, by a scrape for instance, and its names are fixed.
    #[error(
        "the registry has already been read, so its counter cannot be renamed to `{name}`; rename \
         it before the server starts and before the registry is registered anywhere"
    )]
    #[non_exhaustive]
    AlreadyRead {
        /// The name that came too late.
        name: String,
    },
}

// The same words as for display: they are what `fn main() -> Result<…>` prints.
impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
