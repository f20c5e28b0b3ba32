/// A format that a scraper can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// The text format 0.0.4.
    Text,
    /// The text format 1.0.0, which differs in how names are escaped.
    Text1,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
    /// `io.prometheus.client.MetricFamily`, each with its length before it.
    Protobuf,
}

/// How names outside `[a-zA-Z_:][a-zA-Z0-9_:]*` are to be written. There are none in here, so that it
/// is only repeated to who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escaping {
    AllowUtf8,
    Underscores,
    Dots,
    Values,
}
