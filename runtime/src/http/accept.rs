//! Which format a scraper wants (RFC 9110, section 12.5.1).

use super::weighted::{Weighted, weighted};
use crate::exposition::{Escaping, Format};

/// The format that was chosen, and what of the request is repeated in its content type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) format: Format,
    /// Whether OpenMetrics was asked for in its draft version, which is no different.
    draft: bool,
    escaping: Option<Escaping>,
}

/// All formats, in the order in which they are chosen where a scraper does not care.
const FORMATS: [Format; 4] = [Format::Text, Format::Text1, Format::OpenMetrics, Format::Protobuf];

impl Chosen {
    /// The text format 0.0.4, for who says nothing, or asks for what there is not: a scraper that
    /// cannot read it is no worse off than without an answer.
    const DEFAULT: Self = Self { format: Format::Text, draft: false, escaping: None };

    pub(super) fn by(accept: Option<&str>) -> Self {
        let ranges: Vec<_> = accept.map(weighted).unwrap_or_default();
        let mut best: Option<((u16, Fit, isize), Self)> = None;
        for format in FORMATS {
            let fitting = ranges
                .iter()
                .zip(0_isize..)
                .filter_map(|(range, at)| Some((fit(range, format)?, -at, range)));
            // The range that says most of a format is the one that counts for it.
            let Some((fit, order, range)) = fitting.max_by_key(|(fit, order, _)| (*fit, *order))
            else {
                continue;
            };
            if range.weight == 0 {
                continue;
            }
            let rank = (range.weight, fit, order);
            // Not of the same rank: then the first format is kept.
            if best.as_ref().is_none_or(|(before, _)| rank > *before) {
                let draft =
                    format == Format::OpenMetrics && range.parameter("version") == Some("0.0.1");
                let escaping = range.parameter("escaping").and_then(Escaping::named);
                best = Some((rank, Self { format, draft, escaping }));
            }
        }
        best.map_or(Self::DEFAULT, |(_, chosen)| chosen)
    }

    pub(super) fn content_type(self) -> String {
        let mut text = self.format.content_type(self.draft).to_owned();
        if let Some(escaping) = self.escaping {
            text.push_str("; escaping=");
            text.push_str(escaping.name());
        }
        text
    }
}

/// How much a range says of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Anything,
    OfType,
    Named,
    WithVersion,
}

/// How much a media range says of a format, if it fits.
fn fit(range: &Weighted, format: Format) -> Option<Fit> {
    let version = range.parameter("version");
    match (&*range.name, format) {
        ("*/*", _) => Some(Fit::Anything),
        ("text/*", Format::Text | Format::Text1)
        | ("application/*", Format::OpenMetrics | Format::Protobuf) => Some(Fit::OfType),
        ("text/plain", Format::Text) => match version {
            None => Some(Fit::Named),
            Some(version) => (version == "0.0.4").then_some(Fit::WithVersion),
        },
        ("text/plain", Format::Text1) => match version {
            None => Some(Fit::OfType),
            Some(version) => (version == "1.0.0").then_some(Fit::WithVersion),
        },
        ("application/openmetrics-text", Format::OpenMetrics) => match version {
            None | Some("0.0.1") => Some(Fit::Named),
            Some(version) => (version == "1.0.0").then_some(Fit::WithVersion),
        },
        ("application/vnd.google.protobuf", Format::Protobuf) => {
            let message = range.parameter("proto") == Some("io.prometheus.client.MetricFamily");
            let delimited = range.parameter("encoding") == Some("delimited");
            (message && delimited).then_some(Fit::WithVersion)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(accept: &str) -> String {
        Chosen::by(Some(accept)).content_type()
    }

    const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
    const TEXT_1: &str = "text/plain; version=1.0.0; charset=utf-8";
    const OPEN: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    const PROTOBUF: &str = "application/vnd.google.protobuf; \
                            proto=io.prometheus.client.MetricFamily; encoding=delimited";

    #[test]
    fn scrapers_get_what_they_ask_for() {
        // Prometheus 2.42, and with native histograms.
        let prometheus_2 = "application/openmetrics-text;version=1.0.0,\
                            application/openmetrics-text;version=0.0.1;q=0.75,\
                            text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        assert_eq!(chosen(prometheus_2), OPEN);
        let native = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
                      encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,\
                      application/openmetrics-text;version=0.0.1;q=0.75,\
                      text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
        assert_eq!(chosen(native), PROTOBUF);
        let prometheus_3 = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
                            application/openmetrics-text;version=0.0.1;q=0.4,\
                            text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,\
                            text/plain;version=0.0.4;q=0.2,*/*;q=0.1";
        assert_eq!(chosen(prometheus_3), format!("{OPEN}; escaping=allow-utf-8"));
        assert_eq!(chosen("text/plain;version=0.0.4;q=1,*/*;q=0.1"), TEXT, "VictoriaMetrics");
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(chosen(browser), TEXT);
        assert_eq!(chosen("*/*"), TEXT, "curl");
        assert_eq!(Chosen::by(None).content_type(), TEXT);
    }

    #[test]
    fn versions_are_told_apart() {
        for (accept, content_type) in [
            ("text/plain", TEXT),
            ("text/*", TEXT),
            ("text/plain; version=1.0.0", TEXT_1),
            ("text/plain; version=1.0.0; escaping=dots", &format!("{TEXT_1}; escaping=dots")),
            (
                "text/plain; version=\"1.0.0\"; escaping=\"values\"",
                &format!("{TEXT_1}; escaping=values"),
            ),
            ("text/plain; version=1.0.0; escaping=forged\r\nX: y", TEXT_1),
            ("text/plain; version=9", TEXT),
            ("application/openmetrics-text", OPEN),
            (
                "application/openmetrics-text; version=0.0.1",
                "application/openmetrics-text; version=0.0.1; charset=utf-8",
            ),
            ("application/openmetrics-text; version=2.0.0", TEXT),
            ("APPLICATION/OpenMetrics-Text; Version=1.0.0", OPEN),
            ("application/vnd.google.protobuf", TEXT),
            ("application/vnd.google.protobuf; proto=other; encoding=delimited", TEXT),
            (
                "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; \
                 encoding=text",
                TEXT,
            ),
            ("image/png", TEXT),
            ("", TEXT),
            (",;=\"", TEXT),
        ] {
            assert_eq!(chosen(accept), content_type, "{accept}");
        }
    }

    #[test]
    fn weights_decide_and_then_the_order() {
        for (accept, content_type) in [
            ("text/plain;version=0.0.4;q=0.3, application/openmetrics-text;q=0.4", OPEN),
            ("application/openmetrics-text, text/plain", OPEN),
            ("text/plain, application/openmetrics-text", TEXT),
            // What is named comes before what is not.
            ("*/*, application/openmetrics-text; version=1.0.0", OPEN),
            // What is forbidden is forbidden, whatever else fits.
            ("application/openmetrics-text;q=0, */*;q=0.1", TEXT),
            ("text/plain;q=0, */*", OPEN),
            ("text/plain;q=nonsense, application/openmetrics-text;q=0.5", TEXT),
            ("text/plain;q=NaN", TEXT),
            ("text/plain;q=-1, application/openmetrics-text;q=0.001", OPEN),
            ("text/plain;q=7, application/openmetrics-text", TEXT),
        ] {
            assert_eq!(chosen(accept), content_type, "{accept}");
        }
    }
}
