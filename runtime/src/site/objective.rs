use std::fmt;

/// What is promised of the calls of an interface: a service-level objective.
///
/// Percentages are of all calls that ended, over a long time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Objective {
    /// How many are to end without an error of the service, in percent.
    pub(crate) success: Option<f64>,
    pub(crate) latency: Option<Latency>,
}

/// How long calls may take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Latency {
    /// What is fast enough; one of the buckets' bounds.
    pub(crate) seconds: f64,
    /// How many are to be that fast, in percent.
    pub(crate) within: f64,
}

impl Objective {
    #[allow(clippy::new_without_default, reason = "built in statics alone, where it is const")]
    pub const fn new() -> Self {
        Self { success: None, latency: None }
    }

    /// So many percent of the calls end without an error of the service.
    #[must_use]
    pub const fn success(mut self, percent: f64) -> Self {
        self.success = Some(percent);
        self
    }

    /// So many percent of the calls take no longer than that.
    #[must_use]
    pub const fn latency(mut self, seconds: f64, within: f64) -> Self {
        self.latency = Some(Latency { seconds, within });
        self
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[")?;
        if let Some(percent) = self.success {
            write!(f, "{percent} % without an error")?;
        }
        if let Some(Latency { seconds, within }) = self.latency {
            let comma = if self.success.is_some() { ", " } else { "" };
            write!(f, "{comma}{within} % within {seconds} s")?;
        }
        f.write_str("]")
    }
}
