use std::fmt;

/// The type of a metric family, by the names of the exposition formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    Histogram,
    Summary,
    Untyped,
}

impl Kind {
    /// The names of the samples of a family of this kind, its own name among them.
    pub(crate) fn sample_names(self, family: &str) -> Vec<String> {
        let suffixes: &[&str] = match self {
            Self::Counter | Self::Gauge | Self::Untyped => &[""],
            Self::Histogram => &["", "_bucket", "_sum", "_count"],
            Self::Summary => &["", "_sum", "_count"],
        };
        suffixes.iter().map(|suffix| format!("{family}{suffix}")).collect()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
            Self::Untyped => "untyped",
        })
    }
}
