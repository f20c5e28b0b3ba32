//! The files of Python's client, as one more file like those of this library's processes.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

use super::family::can_be_exposed;
use super::source::{Source, fill, is_shortage};
use crate::combine::Combine;
use crate::content::Content;
use crate::file::{
    Directory, Flags, Header, Identity, LONGEST, Label, Metric, Reason, Run, Series, Sort, archive,
    report,
};
use crate::kind::Kind;
use crate::python::{self, Damaged, Merged, Value};

/// Reads those of these names. One that cannot be read is left out as a whole.
///
/// # Errors
///
/// If just now not all of them can be read.
pub(super) fn read(directory: &Directory, names: &[String]) -> io::Result<Option<Source>> {
    let mut names: Vec<_> = names.iter().collect();
    names.sort();
    let mut merged = Merged::default();
    for name in names {
        let Some(sort) = python::Sort::of(name) else { continue };
        match read_file(directory, name) {
            Ok(bytes) => match python::read(&bytes) {
                Ok(entries) => merged.add(&sort, entries),
                Err(damaged) => {
                    let problem = match damaged {
                        Damaged::Truncated => "ends too early",
                        Damaged::Key => "has a key that makes no sense",
                    };
                    report(Reason::Python, &format_args!("{name} {problem}"));
                }
            },
            // Removed in this moment.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) if is_shortage(&error) => return Err(error),
            Err(error) => report(Reason::Python, &format_args!("{name}: {error}")),
        }
    }
    let mut writing = Writing::default();
    for (name, family) in merged.families() {
        for (labels, value) in &family.series {
            if can_be_exposed(name, family.kind, labels.keys().map(|name| &**name)) {
                writing.add(name, family, labels, value);
            } else {
                report(Reason::Python, &format_args!("`{name}` or a label of it is no name here"));
            }
        }
    }
    Ok((!writing.series.is_empty()).then(|| writing.finish()))
}

/// As much of a file as is in use.
fn read_file(directory: &Directory, name: &str) -> io::Result<Vec<u8>> {
    let file = directory.read_any(name)?;
    let mut head = [0; 4];
    let there = fill(&file, &mut head, 0)?;
    if there < head.len() {
        return Ok(head[..there].to_vec());
    }
    let used = usize::try_from(i32::from_ne_bytes(head)).unwrap_or(0);
    let length = u64::try_from(rustix::fs::fstat(&file)?.st_size).unwrap_or(0);
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let mut bytes = vec![0; used.max(4).min(length).min(LONGEST)];
    let read = fill(&file, &mut bytes, 0)?;
    bytes.truncate(read);
    // What came since it said so is not here.
    if let Some(now) = bytes.first_chunk_mut() {
        *now = head;
    }
    Ok(bytes)
}

/// What the families are, as metrics, series and cells.
#[derive(Debug, Default)]
struct Writing<'a> {
    metrics: Vec<Metric<'a>>,
    series: Vec<Series<'a>>,
    cells: Vec<u64>,
    groups: BTreeMap<(&'a str, Vec<&'a str>, Vec<u64>), u64>,
}

impl<'a> Writing<'a> {
    fn add(
        &mut self,
        name: &'a str,
        family: &'a python::Family,
        labels: &'a BTreeMap<String, String>,
        value: &Value,
    ) {
        let first = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
        let mut bounds = Vec::new();
        let content = match value {
            Value::Number { value, .. } => {
                self.cells.push(value.to_bits());
                if family.kind == Kind::Counter { Content::FloatCount } else { Content::Number }
            }
            Value::Summary { count, sum } => {
                self.cells.extend([whole(*count), sum.to_bits()]);
                Content::Summary
            }
            Value::Histogram { buckets, sum } => {
                let (finite, beyond): (Vec<_>, Vec<_>) =
                    buckets.iter().partition(|(bound, _)| bound.0.is_finite());
                bounds.extend(finite.iter().map(|(bound, _)| bound.0));
                self.cells.extend(finite.iter().map(|(_, count)| whole(**count)));
                self.cells.push(beyond.iter().map(|(_, count)| whole(**count)).sum());
                self.cells.push(sum.to_bits());
                Content::Histogram
            }
        };
        let names: Vec<&str> = labels.keys().map(|name| &**name).collect();
        let bits = bounds.iter().map(|bound| bound.to_bits()).collect();
        let next = self.groups.len() as u64;
        // The first one of a family describes it, and one text is enough.
        let help = if self.metrics.last().is_some_and(|last| last.name == name) {
            ""
        } else {
            &family.help
        };
        let group = *self.groups.entry((name, names, bits)).or_insert_with(|| {
            self.metrics.push(Metric {
                group: next,
                place: 0,
                content: content.number(),
                combine: Combine::Sum.number(),
                flags: Flags::default(),
                limit: Some(u64::MAX - 1),
                since_ns: 0,
                name: name.into(),
                help: help.into(),
                labels: labels.keys().map(|name| Label::of_each(name)).collect(),
                bounds,
            });
            next
        });
        let values = labels.values().map(|value| (&**value).into()).collect();
        self.series.push(Series { group, first, created_ms: u64::MAX, values });
    }

    fn finish(self) -> Source {
        let mut header = Header::new(Sort::Process, Identity::default(), Identity::default());
        let Self { metrics, series, cells, .. } = self;
        let structure = archive(&header, &metrics, &series, &[], &[]);
        let mut hasher = DefaultHasher::new();
        structure.hash(&mut hasher);
        // What the series are told apart by, from one reading to the next.
        header.changes = hasher.finish();
        let mut runs = Vec::new();
        Run::put(&mut runs, 0, &cells);
        let bytes = archive(&header, &metrics, &series, &runs, &[]);
        let header = Header::of(&bytes).unwrap_or(header);
        Source { header, alive: true, bytes, torn: false }
    }
}

/// A count, which is a float there.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
fn whole(count: f64) -> u64 {
    count.round() as u64
}
