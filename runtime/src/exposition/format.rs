use super::text::TEXT_CONTENT_TYPE;

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

impl Format {
    /// The `Content-Type` of an answer in it; OpenMetrics may be asked for in its draft version.
    pub(crate) fn content_type(self, draft: bool) -> &'static str {
        match self {
            Self::Text => TEXT_CONTENT_TYPE,
            Self::Text1 => "text/plain; version=1.0.0; charset=utf-8",
            Self::OpenMetrics if draft => {
                "application/openmetrics-text; version=0.0.1; charset=utf-8"
            }
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Protobuf => {
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; \
                 encoding=delimited"
            }
        }
    }
}

impl Escaping {
    const NAMES: [(Self, &str); 4] = [
        (Self::AllowUtf8, "allow-utf-8"),
        (Self::Underscores, "underscores"),
        (Self::Dots, "dots"),
        (Self::Values, "values"),
    ];

    /// The one of that name (Prometheus documentation, "Escaping schemes").
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(escaping, _)| *escaping)
    }

    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(known, _)| *known == self).map_or("", |(_, name)| name)
    }
}
