//! Files of processes made by hand, and what they come to, for tests.

use std::fmt::Write as _;

use super::building::Purpose;
use super::plan::{Plan, Planned};
use super::source::Source;
use crate::combine::Combine;
use crate::content::Content;
use crate::exemplar::Exemplar;
use crate::file::{Flags, Header, Identity, Made, Metric, Series, Sort};
use crate::native;

/// A process that counted.
#[derive(Debug)]
pub(super) struct Process {
    header: Header,
    made: Made,
    /// The first slot and how many of the series that came last, which is of a group of this number.
    last: (u32, u32),
    group: u64,
    created_ms: u64,
}

impl Process {
    /// One that began then, and is a worker of this number.
    pub(super) fn new(number: u64) -> Self {
        let mut header = Header::new(Sort::Process, Identity::default(), Identity::default());
        (header.started_ns, header.worker) = (number, number);
        Self { header, made: Made::default(), last: (0, 0), group: 0, created_ms: u64::MAX }
    }

    /// The series that come from now on have been there since then.
    pub(super) fn since(mut self, created_ms: u64) -> Self {
        self.created_ms = created_ms;
        self
    }

    /// Has a series of a metric, whose cells begin so; the others are nowhere.
    pub(super) fn with(mut self, metric: &Metric<'_>, values: &[&str], cells: &[u64]) -> Self {
        let (first, count) = self.last;
        let first = first + count;
        let content = Content::of(metric.content).expect("a content");
        // And where it was set, if that is known of it.
        let count = content.cells(&metric.bounds, metric.flags.native) + 1;
        (self.last, self.group) = ((first, count), self.group + 1);
        self.made.metric(&Metric { group: self.group, ..metric.clone() });
        let values = values.iter().map(|value| (*value).into()).collect();
        let (group, created_ms) = (self.group, self.created_ms);
        self.made.series(&Series { group, first, created_ms, values });
        self.cells(0, cells)
    }

    /// Has cells of the last series that are another thread's, or stand elsewhere.
    pub(super) fn cells(mut self, at: u32, cells: &[u64]) -> Self {
        if !cells.is_empty() {
            self.made.cells(self.last.0 + at, cells);
        }
        self
    }

    /// Has an exemplar of a cell of the last series, whose label says this.
    pub(super) fn exemplar(mut self, at: u32, said: &str, at_ms: u64) -> Self {
        let labels = vec![("id".to_owned(), said.to_owned())];
        self.made.exemplar(self.last.0 + at, &Exemplar { labels, value: 0.5, at_ms });
        self
    }

    pub(super) fn alive(self) -> Source {
        let bytes = self.made.finish(&self.header);
        let header = Header::of(&bytes).expect("a header");
        Source { header, alive: true, bytes, torn: false }
    }

    pub(super) fn dead(self) -> Source {
        Source { alive: false, ..self.alive() }
    }
}

/// A metric of a name.
pub(super) fn metric(name: &'static str, content: Content) -> Metric<'static> {
    Metric {
        group: 0,
        place: 0,
        content: content.number(),
        combine: Combine::Sum.number(),
        flags: Flags::default(),
        limit: Some(u64::MAX - 1),
        since_ns: 0,
        name: name.into(),
        help: "Help.".into(),
        labels: Vec::new(),
        bounds: Vec::new(),
    }
}

/// What sources come to: of each series its family's name, its label values, and its samples.
pub(super) fn shown(sources: &[Source]) -> Vec<String> {
    show(&mut Plan::new(sources, Purpose::Exposition), sources)
}

pub(super) fn show(plan: &mut Plan, sources: &[Source]) -> Vec<String> {
    let beside = plan.values(sources);
    let mut first = 0;
    let mut lines = Vec::new();
    for total in &plan.totals {
        let Planned { name, .. } = &plan.families[total.family];
        let places = first..first + total.shape.len();
        let mut line = [&[name.clone()][..], &total.labels].concat().join(",");
        for (at, place) in places.clone().enumerate() {
            let sample = total.shape.sample(at, beside.samples[place]);
            write!(line, " {sample}").expect("a text");
            if let Some(exemplar) = beside.exemplars.get(&place) {
                write!(line, "#{}", exemplar.labels[0].1).expect("a text");
            }
        }
        if let Some(cells) = beside.native.get(&first) {
            let native = native::of_cells(|cell| cells.get(cell as usize).copied().unwrap_or(0));
            write!(line, " {native:?}").expect("a text");
        }
        first = places.end;
        lines.push(line);
    }
    assert_eq!(first, beside.samples.len());
    lines
}
