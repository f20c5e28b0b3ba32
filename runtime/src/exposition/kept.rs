//! What was exposed the last time, to be written over where a number changed.
//!
//! Names, labels and help are most of what a scrape sends, and stay as they are. So what was sent is
//! kept, in segments: of each its text, and for each number in it where it stands and what it was. A
//! scrape compares the numbers, writes those that changed over the old ones, and moves what is behind a
//! number only within its segment. It hands out the segments themselves, without a copy; one that a
//! slow client still reads is copied before it is changed.

use std::mem;
use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::encode::{Digits, Encode, Head};
use crate::cells::Reader;
use crate::listing::Listing;
use crate::sample::Form;
use crate::snapshot::{Family, Snapshot};

/// How many numbers a segment has at least, unless it is the last one before something that is not
/// kept.
const NUMBERS: usize = 512;

/// The segments of one format.
#[derive(Debug, Default)]
pub(super) struct Kept {
    segments: Vec<Option<Segment>>,
    scratch: Scratch,
}

/// Memory that is used again.
#[derive(Debug, Default)]
struct Scratch {
    planned: Vec<Piece>,
    before: Vec<Option<Segment>>,
    samples: Vec<u64>,
    changes: Vec<Change>,
    text: BytesMut,
    loose: BytesMut,
}

#[derive(Debug)]
struct Segment {
    pieces: Vec<Piece>,
    text: Bytes,
    /// Where each number stands.
    places: Vec<u32>,
    /// What each was.
    numbers: Vec<u64>,
}

/// Series that follow each other, and the head of their family ahead of them if it begins with them.
#[derive(Debug)]
struct Piece {
    listing: Arc<Listing>,
    series: Range<usize>,
    head: Option<Head>,
    /// Which family of this scrape's snapshot it is part of.
    family: usize,
}

/// A number of a segment that is another now.
#[derive(Clone, Copy, Debug)]
struct Change {
    number: u32,
    form: Form,
}

impl Piece {
    /// Whether it says the same, but for the numbers. The listing of a family is no other's.
    fn is_like(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.listing, &other.listing)
            && self.series == other.series
            && self.head == other.head
    }
}

impl Kept {
    /// Exposes the families that are admitted.
    pub(super) fn expose(
        &mut self,
        encoder: &impl Encode,
        snapshot: &Snapshot<'_>,
        admit: impl Fn(&Family<'_>) -> bool,
    ) -> Vec<Bytes> {
        let before = mem::replace(&mut self.segments, mem::take(&mut self.scratch.before));
        let room = before.len() + 1;
        let mut pass = Pass {
            encoder,
            snapshot,
            before,
            next: 0,
            after: &mut self.segments,
            scratch: &mut self.scratch,
            numbers: 0,
            out: Vec::with_capacity(room),
        };
        for (at, family) in snapshot.families().iter().enumerate() {
            if admit(family) {
                pass.family(at, family);
            }
        }
        pass.close();
        pass.flush();
        let Pass { mut before, out, .. } = pass;
        before.clear();
        self.scratch.before = before;
        out
    }
}

/// One scrape.
struct Pass<'a, E> {
    encoder: &'a E,
    snapshot: &'a Snapshot<'a>,
    before: Vec<Option<Segment>>,
    /// Where the next one is to be looked for first.
    next: usize,
    after: &'a mut Vec<Option<Segment>>,
    scratch: &'a mut Scratch,
    /// How many numbers are planned for the next segment.
    numbers: usize,
    out: Vec<Bytes>,
}

impl<E: Encode> Pass<'_, E> {
    fn family(&mut self, at: usize, family: &Family<'_>) {
        let head = self.encoder.head(family, self.snapshot);
        if !self.encoder.keeps(family, self.snapshot) {
            self.close();
            self.encoder.family(family, head, self.snapshot, &mut self.scratch.loose);
            return;
        }
        let listing = &family.series;
        let mut head = Some(head);
        let mut start = 0;
        loop {
            let mut end = start;
            while end < listing.len() && self.numbers < NUMBERS {
                self.numbers += listing.shape(end).len();
                end += 1;
            }
            self.scratch.planned.push(Piece {
                listing: Arc::clone(listing),
                series: start..end,
                head: head.take(),
                family: at,
            });
            start = end;
            if self.numbers >= NUMBERS {
                self.close();
            }
            if start >= listing.len() {
                break;
            }
        }
    }

    /// Makes a segment of what is planned, from the one before if that is there.
    fn close(&mut self) {
        self.numbers = 0;
        if self.scratch.planned.is_empty() {
            return;
        }
        self.flush();
        let segment = match self.take_before() {
            Some(mut segment) => {
                for (piece, planned) in segment.pieces.iter_mut().zip(&self.scratch.planned) {
                    piece.family = planned.family;
                }
                segment.refresh(self.encoder, self.snapshot.reader, self.scratch);
                segment
            }
            None => self.make(),
        };
        self.scratch.planned.clear();
        let exemplified = segment.exemplified(self.encoder, self.snapshot);
        self.out.push(exemplified.unwrap_or_else(|| segment.text.clone()));
        self.after.push(Some(segment));
    }

    /// Hands out what is not kept.
    fn flush(&mut self) {
        if !self.scratch.loose.is_empty() {
            self.out.push(self.scratch.loose.split().freeze());
        }
    }

    fn take_before(&mut self) -> Option<Segment> {
        let planned = &self.scratch.planned;
        let is_it = |segment: &Option<Segment>| {
            segment.as_ref().is_some_and(|segment| {
                let pieces = &segment.pieces;
                let mut pairs = pieces.iter().zip(planned);
                pieces.len() == planned.len() && pairs.all(|(a, b)| a.is_like(b))
            })
        };
        let at = self.next + self.before.get(self.next..)?.iter().position(is_it)?;
        self.next = at + 1;
        self.before[at].take()
    }

    fn make(&mut self) -> Segment {
        let pieces = mem::take(&mut self.scratch.planned);
        let mut text = BytesMut::new();
        let (mut places, mut numbers) = (Vec::new(), Vec::new());
        for piece in &pieces {
            let family = &self.snapshot.families()[piece.family];
            if let Some(head) = piece.head {
                self.encoder.begin(family, head, &mut text);
            }
            let samples = &mut self.scratch.samples;
            for series in piece.series.clone() {
                let listing = &*piece.listing;
                listing.read(series..series + 1, self.snapshot.reader, samples);
                numbers.extend_from_slice(samples);
                // A segment's labels come to less than that: 4 KiB for each series on average.
                let at = &mut |at| places.push(u32::try_from(at).expect("shorter than 4 GiB"));
                self.encoder.series(family, (listing, series), samples, &mut text, at);
            }
        }
        places.shrink_to_fit();
        numbers.shrink_to_fit();
        Segment { pieces, text: freeze(text), places, numbers }
    }
}

impl Segment {
    /// Writes the numbers as they are now.
    fn refresh(&mut self, encoder: &impl Encode, reader: &Reader, scratch: &mut Scratch) {
        scratch.changes.clear();
        let mut start = 0;
        for piece in &self.pieces {
            let listing = &*piece.listing;
            listing.read(piece.series.clone(), reader, &mut scratch.samples);
            let numbers = start..start + scratch.samples.len();
            start = numbers.end;
            find_changes(piece, numbers, &mut self.numbers, scratch);
        }
        if !scratch.changes.is_empty() {
            self.write(encoder, &scratch.changes, &mut scratch.text);
        }
    }

    fn write(&mut self, encoder: &impl Encode, changes: &[Change], spare: &mut BytesMut) {
        let text = mem::take(&mut self.text);
        let mut text = match text.try_into_mut() {
            Ok(text) => text,
            // Somebody still reads it.
            Err(text) => BytesMut::from(&*text),
        };
        let mut digits = Digits::new();
        let mut changes = changes.iter();
        let mut longer = None;
        for change in &mut changes {
            let at = self.places[change.number as usize] as usize;
            let sample = change.form.sample(self.numbers[change.number as usize]);
            let number = encoder.number(sample, &mut digits);
            let before = encoder.width(&text[at..]);
            if number.len() != before {
                longer = Some(*change);
                break;
            }
            // By the byte: a call to copy six of them takes longer.
            for (place, digit) in text[at..].iter_mut().zip(number) {
                *place = *digit;
            }
        }
        if let Some(first) = longer {
            let rest = std::iter::once(first).chain(changes.copied());
            self.rewrite(encoder, &text, rest, spare, &mut digits);
            mem::swap(&mut text, spare);
        }
        self.text = freeze(text);
    }

    /// The text with exemplars, if there are any to be shown; those are not kept.
    fn exemplified(&self, encoder: &impl Encode, snapshot: &Snapshot<'_>) -> Option<Bytes> {
        if !snapshot.reader.has_exemplars() {
            return None;
        }
        let mut out: Option<BytesMut> = None;
        let (mut copied, mut start) = (0, 0);
        for piece in &self.pieces {
            let family = &snapshot.families()[piece.family];
            let shows = encoder.shows_exemplars(family, encoder.head(family, snapshot));
            for series in piece.series.clone() {
                let shape = piece.listing.shape(series);
                let samples = if shows { shape.exemplified() } else { 0 };
                for at in 0..samples {
                    let exemplar = piece.listing.exemplar(series, at, snapshot.reader);
                    let Some(exemplar) = exemplar else { continue };
                    let number = self.places[start + at] as usize;
                    let end = number + encoder.width(&self.text[number..]);
                    let out =
                        out.get_or_insert_with(|| BytesMut::with_capacity(self.text.len() * 2));
                    out.extend_from_slice(&self.text[copied..end]);
                    encoder.exemplar(exemplar, out);
                    copied = end;
                }
                start += shape.len();
            }
        }
        let mut out = out?;
        out.extend_from_slice(&self.text[copied..]);
        Some(out.freeze())
    }

    /// Writes the text anew, with numbers of another length.
    fn rewrite(
        &mut self,
        encoder: &impl Encode,
        before: &[u8],
        changes: impl Iterator<Item = Change>,
        out: &mut BytesMut,
        digits: &mut Digits,
    ) {
        out.clear();
        out.reserve(before.len() + before.len() / 16);
        let mut copied = 0;
        // Of the numbers up to this one it is known where they stand now.
        let mut settled = 0;
        let settle = |places: &mut [u32], copied: usize, written: usize| {
            for place in places {
                let ahead = copied - *place as usize;
                *place = u32::try_from(written - ahead).expect("shorter than 4 GiB");
            }
        };
        for Change { number, form } in changes {
            let number = number as usize;
            let sample = form.sample(self.numbers[number]);
            let at = self.places[number] as usize;
            out.extend_from_slice(&before[copied..at]);
            settle(&mut self.places[settled..=number], at, out.len());
            settled = number + 1;
            out.extend_from_slice(encoder.number(sample, digits));
            copied = at + encoder.width(&before[at..]);
        }
        out.extend_from_slice(&before[copied..]);
        settle(&mut self.places[settled..], before.len(), out.len());
    }
}

/// Makes a text one that can be held by several, and be changed again without memory being taken for
/// that: what was ever split has a count of its holders, which it keeps.
fn freeze(mut text: BytesMut) -> Bytes {
    drop(text.split_off(text.len()));
    text.freeze()
}

/// Finds the numbers of a piece that changed, and remembers them.
fn find_changes(piece: &Piece, range: Range<usize>, numbers: &mut [u64], scratch: &mut Scratch) {
    let Scratch { samples, changes, .. } = scratch;
    let listing = &*piece.listing;
    // A segment has at most 4 GiB, and each number a byte of it.
    let first = u32::try_from(range.start).unwrap_or(u32::MAX);
    let numbers = &mut numbers[range];
    if listing.is_counts() {
        let runs = numbers.chunks_mut(RUN).zip(samples.chunks(RUN)).zip((first..).step_by(RUN));
        for ((before, now), first) in runs {
            // Most are as they were, and to see that for several at once takes no branch for each.
            let differ = before.iter().zip(now).fold(0, |differ, (a, b)| differ | (a ^ b));
            if differ == 0 {
                continue;
            }
            for ((before, now), number) in before.iter_mut().zip(now).zip(first..) {
                if before != now {
                    *before = *now;
                    changes.push(Change { number, form: Form::Count });
                }
            }
        }
        return;
    }
    let mut all = numbers.iter_mut().zip(&**samples).zip(first..);
    for series in piece.series.clone() {
        let shape = listing.shape(series);
        for (place, ((before, now), number)) in (0..shape.len()).zip(&mut all) {
            if before != now {
                *before = *now;
                changes.push(Change { number, form: shape.form(place) });
            }
        }
    }
}

/// How many numbers are compared at once.
const RUN: usize = 16;

#[cfg(test)]
mod tests;
