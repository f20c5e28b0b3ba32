use std::fmt;
use std::time::Duration;

/// Why nothing was pushed.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum PushError {
    /// The address is none that could be pushed to.
    #[error("cannot push to {address:?}: {problem}")]
    #[non_exhaustive]
    Address {
        /// The address, without a user and a password that may be in it.
        address: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The grouping key is none.
    #[error("{name:?} is no label of a grouping key: {problem}")]
    #[non_exhaustive]
    Grouping {
        /// The name of the label.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Something that it was told, by the environment perhaps, makes no sense.
    #[error("cannot push with {name}: {problem}")]
    #[non_exhaustive]
    Setting {
        /// What it is called, a variable or a file.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There are no credentials where they should be: the file cannot be read, or nothing is in it.
    #[error("cannot push: there are no credentials where they should be")]
    Credentials,
    /// The server does not take it, and will not when it is sent again.
    #[error("the server refused what was pushed, with status {status}: {said}")]
    #[non_exhaustive]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The beginning of what it said.
        said: String,
    },
    /// It was sent again until its time was over.
    #[error("gave up pushing after {after:?}, {attempts} times; the last time: {last}")]
    #[non_exhaustive]
    TimeOver {
        /// How often it was sent.
        attempts: u32,
        /// How long that took.
        after: Duration,
        /// What was wrong the last time.
        last: String,
    },
    /// It could not be sent, and cannot when that is tried again.
    #[error("cannot push: {0}")]
    Failed(String),
}

// The same words as for display: they are what `fn main() -> Result<…>` prints.
impl fmt::Debug for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
