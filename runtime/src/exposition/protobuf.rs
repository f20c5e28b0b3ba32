//! The protobuf format: `io.prometheus.client.MetricFamily`, each with its length before it
//! (Prometheus documentation, "Exposition formats", "Protobuf format").

use bytes::{BufMut, BytesMut};

use super::encode::{Digits, Encode, Head};
use crate::cells::Reader;
use crate::exemplar::Exemplar;
use crate::kind::Kind;
use crate::listing::Listing;
use crate::native::{Native, SCHEMA, ZERO_THRESHOLD};
use crate::sample::Sample;
use crate::shape::Shape;
use crate::snapshot::{Family, Snapshot};

#[derive(Clone, Copy, Debug)]
pub(super) struct Protobuf;

/// A field of a message, by its number.
#[derive(Clone, Copy)]
struct Field(u8);

/// How a field's value is written (Protocol Buffers, "Encoding").
#[derive(Clone, Copy)]
enum Wire {
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
}

impl Encode for Protobuf {
    /// A number is eight bytes whatever it is, and so a family of numbers has a length that stays.
    fn keeps(&self, family: &Family<'_>, snapshot: &Snapshot<'_>) -> bool {
        let (listing, reader) = (&family.series, snapshot.reader);
        let mut series = 0..listing.len();
        let exemplified = family.kind == Kind::Counter
            && reader.has_exemplars()
            && series.clone().any(|series| listing.exemplar(series, 0, reader).is_some());
        listing.lasts()
            && family.more.is_empty()
            && !exemplified
            && (listing.is_counts() || series.all(|series| listing.shape(series).len() == 1))
    }

    /// They are written with the family, which is not kept then.
    fn shows_exemplars(&self, _family: &Family<'_>, _head: Head) -> bool {
        false
    }

    fn exemplar(&self, _exemplar: &Exemplar, _out: &mut BytesMut) {}

    fn head(&self, _family: &Family<'_>, _snapshot: &Snapshot<'_>) -> Head {
        Head::Plain
    }

    fn begin(&self, family: &Family<'_>, _head: Head, out: &mut BytesMut) {
        let listing = &family.series;
        let mut scratch = BytesMut::new();
        let mut length = 0;
        for series in 0..listing.len() {
            scratch.clear();
            put_number(family.kind, (listing, series), Sample::Count(0), None, &mut scratch);
            length += scratch.len();
        }
        put_head(family, length, out);
    }

    fn series(
        &self,
        family: &Family<'_>,
        (listing, series): (&Listing, usize),
        samples: &[u64],
        out: &mut BytesMut,
        at: &mut dyn FnMut(usize),
    ) {
        let sample = listing.shape(series).sample(0, samples[0]);
        at(put_number(family.kind, (listing, series), sample, None, out));
    }

    fn family(
        &self,
        family: &Family<'_>,
        _head: Head,
        snapshot: &Snapshot<'_>,
        out: &mut BytesMut,
    ) {
        let reader = snapshot.reader;
        let mut metrics = BytesMut::new();
        family.for_each_series(reader, |listing, series, samples| {
            if listing.shape(series).len() == 1 {
                let sample = listing.shape(series).sample(0, samples[0]);
                let counts = family.kind == Kind::Counter;
                let exemplar = listing.exemplar(series, 0, reader).filter(|_| counts);
                put_number(family.kind, (listing, series), sample, exemplar, &mut metrics);
            } else {
                put_distribution(listing, series, samples, reader, &mut metrics);
            }
        });
        put_head(family, metrics.len(), out);
        out.extend_from_slice(&metrics);
    }

    #[inline]
    fn number<'a>(&self, sample: Sample, digits: &'a mut Digits) -> &'a [u8] {
        digits.float.set(sample.as_float().to_le_bytes());
        digits.float.as_bytes()
    }

    #[inline]
    fn width(&self, _number: &[u8]) -> usize {
        8
    }
}

/// The length of a family's message and all in it but for the metrics, which come to so many bytes.
fn put_head(family: &Family<'_>, metrics: usize, out: &mut BytesMut) {
    let kind = match family.kind {
        Kind::Counter => 0,
        Kind::Gauge => 1,
        Kind::Summary => 2,
        Kind::Untyped => 3,
        Kind::Histogram => 4,
    };
    let mut head = BytesMut::new();
    put_text(Field(1), family.name, &mut head);
    if !family.help.is_empty() {
        put_text(Field(2), family.help, &mut head);
    }
    put_varint(Field(3), kind, &mut head);
    put_bare_varint((head.len() + metrics) as u64, out);
    out.extend_from_slice(&head);
}

/// A series that is one number. Returns where it stands.
fn put_number(
    kind: Kind,
    (listing, series): (&Listing, usize),
    sample: Sample,
    exemplar: Option<&Exemplar>,
    out: &mut BytesMut,
) -> usize {
    let field = match kind {
        Kind::Counter => Field(3),
        Kind::Gauge => Field(2),
        _ => Field(5),
    };
    let created = listing.created_ms(series).filter(|_| kind == Kind::Counter);
    // From the end, which the lengths of the messages around it move.
    let behind = put_message(Field(4), out, |metric| {
        put_labels(listing, series, metric);
        let behind_number = put_message(field, metric, |number| {
            put_double(Field(1), sample.as_float(), number);
            let end = number.len();
            if let Some(exemplar) = exemplar {
                put_exemplar(Field(2), exemplar, number);
            }
            if let Some(created) = created {
                put_time(Field(3), created, number);
            }
            number.len() - end
        });
        let end = metric.len();
        put_timestamp(listing, series, metric);
        behind_number + metric.len() - end
    });
    out.len() - behind - 8
}

fn put_distribution(
    listing: &Listing,
    series: usize,
    samples: &[u64],
    reader: &Reader,
    out: &mut BytesMut,
) {
    let created = listing.created_ms(series);
    put_message(Field(4), out, |metric| {
        put_labels(listing, series, metric);
        match listing.shape(series) {
            Shape::Summary(ranks) => put_message(Field(4), metric, |summary| {
                put_varint(Field(1), samples[ranks.len() + 1], summary);
                put_double(Field(2), f64::from_bits(samples[ranks.len()]), summary);
                for (rank, value) in ranks.iter().zip(samples) {
                    put_message(Field(3), summary, |quantile| {
                        put_double(Field(1), *rank, quantile);
                        put_double(Field(2), f64::from_bits(*value), quantile);
                    });
                }
                if let Some(created) = created {
                    put_time(Field(4), created, summary);
                }
            }),
            Shape::Histogram(bounds) => put_message(Field(7), metric, |histogram| {
                put_varint(Field(1), samples[bounds.len()], histogram);
                put_double(Field(2), f64::from_bits(samples[bounds.len() + 1]), histogram);
                let infinite = [f64::INFINITY];
                for (at, bound) in bounds.iter().chain(&infinite).enumerate() {
                    let exemplar = listing.exemplar(series, at, reader);
                    // The infinite one is the count, if there is no more to be said of it.
                    if at == bounds.len() && exemplar.is_none() {
                        break;
                    }
                    put_message(Field(3), histogram, |bucket| {
                        put_varint(Field(1), samples[at], bucket);
                        put_double(Field(2), *bound, bucket);
                        if let Some(exemplar) = exemplar {
                            put_exemplar(Field(3), exemplar, bucket);
                        }
                    });
                }
                if let Some(native) = listing.native(series, reader) {
                    put_native(&native, histogram);
                }
                if let Some(created) = created {
                    put_time(Field(15), created, histogram);
                }
            }),
            Shape::Count | Shape::Integer | Shape::Number => {}
        }
        put_timestamp(listing, series, metric);
    });
}

fn put_native(native: &Native, out: &mut BytesMut) {
    put_signed(Field(5), SCHEMA.into(), out);
    put_double(Field(6), ZERO_THRESHOLD, out);
    put_varint(Field(7), native.zero, out);
    for (buckets, spans, deltas) in
        [(&native.negative, Field(9), Field(10)), (&native.positive, Field(12), Field(13))]
    {
        for (offset, length) in spans_of(buckets) {
            put_message(spans, out, |span| {
                put_signed(Field(1), offset, span);
                put_varint(Field(2), length, span);
            });
        }
        let mut before = 0;
        for (_, count) in buckets {
            put_signed(deltas, count.wrapping_sub(before).cast_signed(), out);
            before = *count;
        }
    }
}

/// Runs of buckets that follow each other: how far each begins behind the end of the one before (the
/// first: its index), and how long it is.
fn spans_of(buckets: &[(i32, u64)]) -> impl Iterator<Item = (i64, u64)> {
    let mut end = 0_i64;
    let runs = buckets.chunk_by(|(before, _), (after, _)| *after == before + 1);
    runs.map(move |run| {
        let start = i64::from(run[0].0);
        let offset = start - end;
        // A family has two thousand of them.
        let length = u32::try_from(run.len()).unwrap_or(u32::MAX);
        end = start + i64::from(length);
        (offset, u64::from(length))
    })
}

fn put_labels(listing: &Listing, series: usize, out: &mut BytesMut) {
    for (name, value) in listing.labels(series) {
        put_label(name, value, out);
    }
}

fn put_label(name: &str, value: &str, out: &mut BytesMut) {
    put_message(Field(1), out, |label| {
        put_text(Field(1), name, label);
        put_text(Field(2), value, label);
    });
}

fn put_exemplar(field: Field, exemplar: &Exemplar, out: &mut BytesMut) {
    put_message(field, out, |message| {
        for (name, value) in &exemplar.labels {
            put_label(name, value, message);
        }
        put_double(Field(2), exemplar.value, message);
        put_time(Field(3), exemplar.at_ms, message);
    });
}

fn put_timestamp(listing: &Listing, series: usize, out: &mut BytesMut) {
    if let Some(time) = listing.timestamp_ms(series) {
        put_varint(Field(6), time.cast_unsigned(), out);
    }
}

/// A `google.protobuf.Timestamp`.
fn put_time(field: Field, ms: u64, out: &mut BytesMut) {
    put_message(field, out, |time| {
        put_varint(Field(1), ms / 1_000, time);
        put_varint(Field(2), ms % 1_000 * 1_000_000, time);
    });
}

/// A message within another, whose length is known when it is written.
fn put_message<T>(field: Field, out: &mut BytesMut, write: impl FnOnce(&mut BytesMut) -> T) -> T {
    put_key(field, Wire::Length, out);
    let start = out.len();
    // Most are this short.
    out.put_u8(0);
    let written = write(out);
    let length = out.len() - start - 1;
    if let Ok(length @ 0..128) = u8::try_from(length) {
        out[start] = length;
    } else {
        let mut prefix = BytesMut::new();
        put_bare_varint(length as u64, &mut prefix);
        let more = prefix.len() - 1;
        out.put_bytes(0, more);
        out.copy_within(start + 1..start + 1 + length, start + 1 + more);
        out[start..=start + more].copy_from_slice(&prefix);
    }
    written
}

fn put_text(field: Field, text: &str, out: &mut BytesMut) {
    put_key(field, Wire::Length, out);
    put_bare_varint(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

fn put_double(field: Field, number: f64, out: &mut BytesMut) {
    put_key(field, Wire::Fixed64, out);
    out.put_f64_le(number);
}

fn put_varint(field: Field, number: u64, out: &mut BytesMut) {
    put_key(field, Wire::Varint, out);
    put_bare_varint(number, out);
}

/// A number whose sign is in its last bit, so that small negative ones are short.
fn put_signed(field: Field, number: i64, out: &mut BytesMut) {
    put_varint(field, ((number << 1) ^ (number >> 63)).cast_unsigned(), out);
}

/// All fields here are below 16, and their keys one byte.
fn put_key(Field(number): Field, wire: Wire, out: &mut BytesMut) {
    out.put_u8(number << 3 | wire as u8);
}

fn put_bare_varint(mut number: u64, out: &mut BytesMut) {
    while number >= 0x80 {
        #[expect(clippy::cast_possible_truncation, reason = "the lowest seven bits")]
        out.put_u8(number as u8 | 0x80);
        number >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "no more than seven bits are left")]
    out.put_u8(number as u8);
}
