/// The rest of an answer is not there any more: it was not taken in time, and other scrapes needed the
/// room; see [`max_scrapes`](crate::Exposition::max_scrapes).
#[derive(Clone, Debug, thiserror::Error)]
#[error("it was not read in time, and others asked for metrics")]
#[non_exhaustive]
pub struct CutError;
