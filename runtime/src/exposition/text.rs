//! The text formats (Prometheus documentation, "Exposition formats", and OpenMetrics 1.0).

use std::fmt::{self, Write};

use bytes::BytesMut;

use super::encode::{Digits, Encode, Head};
use crate::exemplar::Exemplar;
use crate::kind::Kind;
use crate::listing::Listing;
use crate::sample::{Bound, Number, Sample};
use crate::snapshot::{Family, Snapshot};

/// The `Content-Type` of the text format, as `GET /metrics` must answer it.
pub const TEXT_CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Which of the text formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// 0.0.4 and 1.0.0, which are the same for names of the data model.
    Prometheus,
    OpenMetrics,
}

impl Encode for Text {
    fn keeps(&self, family: &Family<'_>, _snapshot: &Snapshot<'_>) -> bool {
        family.series.lasts() && family.more.is_empty()
    }

    /// Counters and buckets may have them there, and nothing else (OpenMetrics 1.0, "Exemplars").
    fn shows_exemplars(&self, family: &Family<'_>, head: Head) -> bool {
        *self == Self::OpenMetrics && (head == Head::Stripped || family.kind == Kind::Histogram)
    }

    fn exemplar(&self, exemplar: &Exemplar, out: &mut BytesMut) {
        out.extend_from_slice(b" # ");
        let labels = exemplar.labels.iter().map(|(name, value)| (&**name, &**value));
        if exemplar.labels.is_empty() {
            out.extend_from_slice(b"{}");
        }
        put_labels(out, labels, None);
        put(out, format_args!(" {}", Number(exemplar.value)));
        self.put_time(out, i64::try_from(exemplar.at_ms).unwrap_or(i64::MAX));
    }

    fn head(&self, family: &Family<'_>, snapshot: &Snapshot<'_>) -> Head {
        if *self == Self::Prometheus {
            return Head::Plain;
        }
        match (family.kind, family.name.strip_suffix("_total")) {
            // A counter's samples end so there, and prometheus would store what does not under
            // another name than from the other formats.
            (Kind::Counter, None) | (Kind::Untyped, _) => Head::Unknown,
            (Kind::Counter, Some(stripped)) if snapshot.has(stripped) => Head::Unknown,
            (Kind::Counter, Some(_)) => Head::Stripped,
            (Kind::Gauge | Kind::Histogram | Kind::Summary, _) => Head::Plain,
        }
    }

    fn begin(&self, family: &Family<'_>, head: Head, out: &mut BytesMut) {
        let name = match head {
            Head::Stripped => family.name.strip_suffix("_total").unwrap_or(family.name),
            Head::Plain | Head::Unknown => family.name,
        };
        if !family.help.is_empty() {
            let quoted = *self == Self::OpenMetrics;
            put(out, format_args!("# HELP {name} {}\n", Escaped { text: family.help, quoted }));
        }
        match head {
            Head::Unknown => put(out, format_args!("# TYPE {name} unknown\n")),
            Head::Plain | Head::Stripped => {
                put(out, format_args!("# TYPE {name} {}\n", family.kind));
            }
        }
    }

    fn series(
        &self,
        family: &Family<'_>,
        (listing, series): (&Listing, usize),
        samples: &[u64],
        out: &mut BytesMut,
        at: &mut dyn FnMut(usize),
    ) {
        let shape = listing.shape(series);
        let mut digits = Digits::new();
        for (place, bits) in samples.iter().enumerate() {
            let (suffix, bound) = shape.suffix(place);
            out.extend_from_slice(family.name.as_bytes());
            out.extend_from_slice(suffix.as_bytes());
            put_labels(out, listing.labels(series), bound);
            out.extend_from_slice(b" ");
            at(out.len());
            let number = self.number(shape.sample(place, *bits), &mut digits);
            out.extend_from_slice(number);
            if let Some(time) = listing.timestamp_ms(series) {
                self.put_time(out, time);
            }
            out.extend_from_slice(b"\n");
        }
    }

    fn family(&self, family: &Family<'_>, head: Head, snapshot: &Snapshot<'_>, out: &mut BytesMut) {
        self.begin(family, head, out);
        family.for_each_series(snapshot.reader, |listing, series, samples| {
            self.series(family, (listing, series), samples, out, &mut |_| ());
        });
    }

    #[inline]
    fn number<'a>(&self, sample: Sample, digits: &'a mut Digits) -> &'a [u8] {
        match sample {
            Sample::Count(count) => digits.whole.format(count).as_bytes(),
            Sample::Integer(number) => digits.whole.format(number).as_bytes(),
            Sample::Number(_) => {
                digits.float.clear();
                write!(digits.float, "{sample}").expect("no float is longer");
                digits.float.as_bytes()
            }
        }
    }

    #[inline]
    fn width(&self, number: &[u8]) -> usize {
        // Nothing else is on its line: what is kept has no time. Eight bytes at once, since this is done
        // for each number that changed.
        const LINE_FEEDS: u64 = u64::from_le_bytes([b'\n'; 8]);
        const LOW: u64 = u64::from_le_bytes([1; 8]);
        const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
        if let Some(eight) = number.first_chunk() {
            let bytes = u64::from_le_bytes(*eight) ^ LINE_FEEDS;
            // The lowest byte that is 0 is found exactly.
            let zero = bytes.wrapping_sub(LOW) & !bytes & HIGH;
            if zero != 0 {
                return zero.trailing_zeros() as usize / 8;
            }
        }
        number.iter().position(|byte| *byte == b'\n').unwrap_or(number.len())
    }
}

impl Text {
    /// The time that a collector gave: milliseconds, and in OpenMetrics seconds.
    fn put_time(self, out: &mut BytesMut, time_ms: i64) {
        match self {
            Self::Prometheus => put(out, format_args!(" {time_ms}")),
            Self::OpenMetrics => {
                let sign = if time_ms < 0 { "-" } else { "" };
                let (seconds, ms) =
                    (time_ms.unsigned_abs() / 1_000, time_ms.unsigned_abs() % 1_000);
                put(out, format_args!(" {sign}{seconds}.{ms:03}"));
            }
        }
    }
}

fn put(out: &mut BytesMut, text: fmt::Arguments<'_>) {
    out.write_fmt(text).expect("it takes all that is written to it");
}

fn put_labels<'a>(
    out: &mut BytesMut,
    labels: impl Iterator<Item = (&'a str, &'a str)>,
    bound: Option<(&str, f64)>,
) {
    let mut opening = b"{";
    for (label, value) in labels {
        out.extend_from_slice(opening);
        out.extend_from_slice(label.as_bytes());
        put(out, format_args!("=\"{}\"", Escaped { text: value, quoted: true }));
        opening = b",";
    }
    if let Some((label, bound)) = bound {
        out.extend_from_slice(opening);
        put(out, format_args!("{label}=\"{}\"", Bound(bound)));
        opening = b",";
    }
    if opening == b"," {
        out.extend_from_slice(b"}");
    }
}

/// A text with the characters escaped that would end its line or its quotes.
pub(super) struct Escaped<'a> {
    pub(super) text: &'a str,
    pub(super) quoted: bool,
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.text;
        while let Some(at) = rest.find(|c| matches!(c, '\\' | '\n') || (c == '"' && self.quoted)) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'\\' => r"\\",
                b'\n' => r"\n",
                _ => r#"\""#,
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests;
