//! What the cells of a file are: records, each of which says one thing and begins with a word that
//! names its sort and its length.

use super::bytes::{Reading, Writing};
use super::header::Identity;
use super::told::{Flags, Label, Metric, Series};
use crate::exemplar::Exemplar;

/// The first word of a record: its sort, whether it is to be read, and how many words it has, this one
/// among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) sort: u8,
    pub(super) there: bool,
    pub(super) words: u32,
}

/// The sorts of records. Those that a reader does not know it passes over.
pub(super) mod sort {
    /// Nothing is written here yet.
    pub(in super::super) const END: u8 = 0;
    /// The records go on elsewhere.
    pub(in super::super) const LINK: u8 = 1;
    pub(in super::super) const METRIC: u8 = 2;
    pub(in super::super) const SERIES: u8 = 3;
    pub(in super::super) const CELLS: u8 = 4;
    pub(in super::super) const EXEMPLAR: u8 = 5;
    pub(in super::super) const ABSORBED: u8 = 6;
}

impl Head {
    pub(super) fn word(self) -> u64 {
        u64::from(self.words) << 32 | u64::from(self.there) << 8 | u64::from(self.sort)
    }

    pub(super) fn of(word: u64) -> Self {
        let [sort, there, ..] = word.to_le_bytes();
        Self { sort, there: there & 1 == 1, words: (word >> 32) as u32 }
    }
}

/// Where cells are, of slots that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cells {
    pub(super) first: u32,
    pub(super) count: u32,
    pub(super) offset: u64,
}

/// In place of a limit: what is the rule.
const RULE: u64 = u64::MAX;

impl Metric<'_> {
    pub(super) fn write(&self) -> Writing {
        let mut out = Writing::default();
        out.long(self.group);
        out.short(self.place);
        out.byte(self.content);
        out.byte(self.combine);
        let Flags { native, ended, apart } = self.flags;
        out.byte(u8::from(native) | u8::from(ended) << 1 | u8::from(apart) << 2);
        out.long(self.limit.unwrap_or(RULE));
        out.long(self.since_ns);
        out.text(&self.name);
        out.text(&self.help);
        out.length(self.labels.len());
        for label in &self.labels {
            out.text(&label.name);
            out.byte(u8::from(label.value.is_some()));
            out.text(label.value.as_deref().unwrap_or_default());
        }
        out.length(self.bounds.len());
        for bound in &self.bounds {
            out.long(bound.to_bits());
        }
        out
    }
}

impl<'a> Metric<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut from = Reading::new(bytes);
        let (group, place) = (from.long()?, from.short()?);
        let (content, combine, flags) = (from.byte()?, from.byte()?, from.byte()?);
        let (limit, since_ns) = (from.long()?, from.long()?);
        let (name, help) = (from.text()?.into(), from.text()?.into());
        let labels = (0..from.length(9)?).map(|_| {
            let name = from.text()?.into();
            let given = from.byte()? == 1;
            let value = from.text()?.into();
            Some(Label { name, value: given.then_some(value) })
        });
        let labels = labels.collect::<Option<_>>()?;
        let bounds = (0..from.length(8)?).map(|_| from.long().map(f64::from_bits));
        let bounds = bounds.collect::<Option<_>>()?;
        let flag = |bit: u8| flags >> bit & 1 == 1;
        let flags = Flags { native: flag(0), ended: flag(1), apart: flag(2) };
        Some(Self {
            group,
            place,
            content,
            combine,
            flags,
            limit: Some(limit).filter(|limit| *limit != RULE),
            since_ns,
            name,
            help,
            labels,
            bounds,
        })
    }
}

impl Series<'_> {
    pub(super) fn write(&self) -> Writing {
        let mut out = Writing::default();
        out.long(self.group);
        out.long(self.created_ms);
        out.short(self.first);
        out.length(self.values.len());
        for value in &self.values {
            out.text(value);
        }
        out
    }
}

/// A series as it stands in a file.
#[derive(Clone, Debug)]
pub(crate) struct Written<'a> {
    pub(crate) group: u64,
    pub(crate) first: u32,
    pub(crate) created_ms: u64,
    values: Reading<'a>,
    count: usize,
}

impl<'a> Written<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut from = Reading::new(bytes);
        let (group, created_ms, first) = (from.long()?, from.long()?, from.short()?);
        let count = from.length(4)?;
        let series = Self { group, first, created_ms, values: from.clone(), count };
        (0..count).all(|_| from.text().is_some()).then_some(series)
    }

    /// Its values, in their order.
    pub(crate) fn values(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.bytes().map(|bytes| std::str::from_utf8(bytes).unwrap_or_default())
    }

    /// The same, as bytes, for whom that is enough.
    pub(crate) fn bytes(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut from = self.values.clone();
        (0..self.count).map_while(move |_| from.bytes())
    }
}

impl Cells {
    pub(super) fn write(self) -> Writing {
        let mut out = Writing::default();
        out.short(self.first);
        out.short(self.count);
        out.long(self.offset);
        out
    }

    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut from = Reading::new(bytes);
        Some(Self { first: from.short()?, count: from.short()?, offset: from.long()? })
    }
}

/// An exemplar, which is written over by the next one while somebody may read it: so it has a sum by
/// which a reader knows that it is whole.
pub(super) fn write_exemplar(slot: u32, exemplar: &Exemplar) -> Vec<u64> {
    let mut out = Writing::default();
    out.short(slot);
    out.length(exemplar.labels.len());
    out.long(exemplar.value.to_bits());
    out.long(exemplar.at_ms);
    for (name, value) in &exemplar.labels {
        out.text(name);
        out.text(value);
    }
    let words: Vec<_> = out.words().collect();
    std::iter::once(sum(words.iter().copied())).chain(words).collect()
}

pub(crate) fn read_exemplar(bytes: &[u8]) -> Option<(u32, Exemplar)> {
    let mut from = Reading::new(bytes);
    let expected = from.long()?;
    let (slot, labels) = (from.short()?, from.length(8)?);
    let (value, at_ms) = (f64::from_bits(from.long()?), from.long()?);
    let labels = (0..labels).map(|_| Some((from.text()?.to_owned(), from.text()?.to_owned())));
    let exemplar = Exemplar { labels: labels.collect::<Option<_>>()?, value, at_ms };
    // What is behind it may be left of one that was longer.
    let written = write_exemplar(slot, &exemplar);
    (written[0] == expected).then_some((slot, exemplar))
}

/// FNV-1a, by words.
fn sum(words: impl Iterator<Item = u64>) -> u64 {
    words.fold(0xcbf2_9ce4_8422_2325, |sum, word| {
        (sum ^ word).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23)
    })
}

pub(super) fn write_absorbed(identities: &[Identity]) -> Writing {
    let mut out = Writing::default();
    out.length(identities.len());
    for Identity([first, second]) in identities {
        out.long(*first);
        out.long(*second);
    }
    out
}

pub(super) fn read_absorbed(bytes: &[u8]) -> Option<Vec<Identity>> {
    let mut from = Reading::new(bytes);
    let identities = (0..from.length(16)?).map(|_| Some(Identity([from.long()?, from.long()?])));
    identities.collect()
}
