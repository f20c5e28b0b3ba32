use std::fmt;

/// Why something cannot be a peer.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum PeerError {
    /// It is not the URL of a metrics endpoint.
    #[error("{url:?} is no peer: {problem}, as in http://10.0.0.2:8080/metrics")]
    #[non_exhaustive]
    Url {
        /// The URL as it was given.
        url: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

// The same words as for display: they are what `fn main() -> Result<…>` prints.
impl fmt::Debug for PeerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
