//! What the series of all files are, and where in the files each of them is counted.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use super::family::{self, Family, Value};
use super::source::Source;
use super::step::Step;
use super::table::{Map, NOWHERE, Table};
use super::total::Total;
use crate::cells::Beside;
use crate::combine::Combine;
use crate::content::Content;
use crate::file::{
    Contents, Header, Identity, Label, Metric, Reason, Written, read_exemplar, report,
};
use crate::kind::Kind;
use crate::labelled::children::OVERFLOW;
use crate::listing::{Given, Listing};
use crate::{bounds, native};

/// What files are added up for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose<'a> {
    Exposition,
    /// To be kept when the processes are gone: no more series than the metrics may have, and of those
    /// that contradict each other such as agree with these, which are alive.
    Archive(&'a [Source]),
}

/// A family of all files.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) name: String,
    pub(super) help: String,
    pub(super) kind: Kind,
    pub(super) apart: bool,
    pub(super) listing: Arc<Listing>,
    pub(super) label_names: Vec<String>,
    pub(super) ended: bool,
    pub(super) limit: usize,
    pub(super) since_ns: u64,
}

#[derive(Debug)]
pub(super) struct Plan {
    /// Of each source what it was when this was made.
    sources: Vec<Edition>,
    /// Whether all of them make sense.
    is_sound: bool,
    pub(super) families: Arc<Vec<Planned>>,
    pub(super) totals: Vec<Total>,
    tables: Vec<Table>,
    /// Of each source: what is done with which of its sums for which number.
    steps: Vec<Vec<(Step, u32, u32)>>,
    /// What all numbers are before the first source.
    empty: Vec<u64>,
    /// Of each source: runs of native buckets, by the place of their sum, their total, and its cells.
    natives: Vec<Vec<(u32, u32, u32)>>,
    /// Of each source that has exemplars: by slot, which sample one belongs to.
    exemplified: Vec<Option<Map<u32, u32>>>,
    /// Of each source: where its exemplars stand.
    exemplars: Vec<Vec<Range<usize>>>,
}

/// What tells a file from all others, and from itself before something came or went in it: of a process,
/// how often that was, and of an archive, how often it was written.
type Edition = (Identity, u64, u64);

fn edition(source: &Source) -> Edition {
    let Header { identity, changes, generation, .. } = source.header;
    (identity, changes, generation)
}

/// What sources add up to.
#[derive(Debug)]
pub(super) struct Cells {
    pub(super) numbers: Vec<u64>,
    /// Of those that are floats what they have no room for.
    pub(super) lows: Vec<f64>,
    /// Native buckets by total: none, where no process has written any.
    pub(super) natives: Vec<Vec<u64>>,
}

/// More metrics than this in one group of cells is nonsense: each series would be one of each.
const MOST_METRICS: usize = 64;

impl Plan {
    /// Makes one for sources, in this order. Of those that make no sense it knows nothing.
    pub(super) fn new(sources: &[Source], purpose: Purpose<'_>) -> Self {
        let mut is_sound_all = true;
        let contents = sources.iter().map(|source| {
            let contents = source.contents().filter(|contents| is_sound(contents, source));
            contents.unwrap_or_else(|| {
                report(Reason::Corrupt, &"a file that makes no sense");
                is_sound_all = false;
                Contents::default()
            })
        });
        let contents: Vec<_> = contents.collect();
        let living = match purpose {
            Purpose::Exposition => &[],
            Purpose::Archive(living) => living,
        };
        let of_living = living.iter().filter_map(Source::contents).collect::<Vec<_>>();
        let living = family::unite(&described(living, &of_living), &BTreeMap::new());
        let families = family::unite(&described(sources, &contents), &living);
        let mut building = Building {
            is_archive: matches!(purpose, Purpose::Archive(_)),
            families: families.values().map(|family| (family, Vec::new())).collect(),
            numbers: families.keys().zip(0..).map(|(name, at)| (*name, at)).collect(),
            series: Map::default(),
            found: Vec::new(),
        };
        for (at, (source, contents)) in sources.iter().zip(&contents).enumerate() {
            building.add(at, source, contents);
        }
        Plan { is_sound: is_sound_all, ..building.finish(sources, &contents) }
    }

    /// Whether it is still right for these sources.
    pub(super) fn is_of(&self, sources: &[Source]) -> bool {
        // Where something makes no sense, it is said each time.
        self.is_sound && self.sources.iter().copied().eq(sources.iter().map(edition))
    }

    /// What the sources add up to, as cells.
    pub(super) fn cells(&mut self, sources: &[Source]) -> Cells {
        let mut numbers = self.empty.clone();
        let mut lows = vec![0.0; numbers.len()];
        let mut natives = vec![Vec::new(); self.totals.len()];
        for (at, (table, source)) in self.tables.iter_mut().zip(sources).enumerate() {
            let sums = table.add_up(&source.bytes);
            for (step, place, total) in &self.steps[at] {
                let total = *total as usize;
                step.take(sums, *place, &mut numbers[total..], &mut lows[total]);
            }
            for (place, total, cell) in &self.natives[at] {
                let sum = sums.word(*place);
                let cells: &mut Vec<u64> = &mut natives[*total as usize];
                cells.resize(native::CELLS as usize, 0);
                let total = &mut cells[*cell as usize];
                *total = total.wrapping_add(sum);
            }
        }
        Cells { numbers, lows, natives }
    }

    /// What the sources add up to, as samples.
    pub(super) fn values(&mut self, sources: &[Source]) -> Beside {
        let Cells { numbers, natives, .. } = self.cells(sources);
        let mut beside = Beside::default();
        for (total, native) in self.totals.iter().zip(natives) {
            if total.native {
                beside.native.insert(beside.samples.len(), native);
            }
            total.write(&numbers[total.first as usize..], &mut beside.samples);
        }
        for ((places, source), ranges) in self.exemplified.iter().zip(sources).zip(&self.exemplars)
        {
            // One that is written over in this moment is left out.
            let records = ranges.iter().filter_map(|range| source.bytes.get(range.clone()));
            for (slot, exemplar) in records.filter_map(read_exemplar) {
                let Some(place) = places.as_ref().and_then(|places| places.get(&slot)) else {
                    continue;
                };
                let place = *place as usize;
                if beside.exemplars.get(&place).is_none_or(|other| other.at_ms < exemplar.at_ms) {
                    beside.exemplars.insert(place, exemplar);
                }
            }
        }
        beside
    }
}

/// What files say, with their headers.
fn described<'a>(
    sources: &'a [Source],
    contents: &'a [Contents<'a>],
) -> Vec<(&'a Header, &'a Contents<'a>)> {
    sources.iter().map(|source| &source.header).zip(contents).collect()
}

/// Whether what a file says can be told apart, and adds up in no more time and memory than its length
/// allows.
fn is_sound(contents: &Contents<'_>, source: &Source) -> bool {
    let mut groups: Map<u64, Group> = Map::default();
    for metric in &contents.metrics {
        groups.entry(metric.group).or_default().add(metric);
    }
    if groups.values().any(|group| group.metrics > MOST_METRICS) || !family::is_sound(contents) {
        return false;
    }
    let table = Table::new(&contents.blocks);
    let costs = contents
        .series
        .iter()
        .map(|series| groups.get(&series.group).map_or(0, |group| group.cost(series, &table)));
    let most = source.bytes.len().saturating_mul(512).saturating_add(1 << 20).min(1 << 30);
    let cost = costs.fold(0, usize::saturating_add);
    cost <= most
}

/// What a series of a group costs.
#[derive(Debug, Default)]
struct Group {
    metrics: usize,
    /// How many lines of text it is.
    lines: usize,
    /// How long they are, but for the label values that each series has of its own.
    text: usize,
    /// How many slots it has.
    slots: u32,
    /// Where native buckets begin.
    natives: Vec<u32>,
}

impl Group {
    fn add(&mut self, metric: &Metric<'_>) {
        let content = family::content(metric);
        let label = |label: &Label<'_>| {
            label.name.len() + label.value.as_ref().map_or(0, |value| value.len()) + 64
        };
        let labels = metric.labels.iter().map(label).sum::<usize>();
        let lines = metric.bounds.len() + 3;
        self.metrics += 1;
        self.lines += lines;
        self.text =
            self.text.saturating_add(lines.saturating_mul(metric.name.len() + labels + 128));
        let cells = content.cells(&metric.bounds, false);
        let stamps = Combine::MostRecent.stamps();
        let native = if metric.flags.native { native::CELLS } else { 0 };
        let end = metric.place.saturating_add(cells).saturating_add(native + stamps);
        self.slots = self.slots.max(end);
        if metric.flags.native {
            self.natives.push(metric.place.saturating_add(cells));
        }
    }

    /// About how many bytes it takes to read and expose a series; more than there are, if its slots are
    /// beyond the last one.
    fn cost(&self, series: &Written<'_>, table: &Table) -> usize {
        if series.first.checked_add(self.slots).is_none() {
            return usize::MAX;
        }
        let values = series.bytes().map(<[u8]>::len).sum::<usize>();
        let natives = self.natives.iter().map(|place| {
            match table.slots(series.first + place, native::CELLS) {
                0 => 0,
                slots => slots * 12 + native::CELLS as usize * 8,
            }
        });
        let text = self.text.saturating_add(self.lines.saturating_mul(values));
        text.saturating_add(natives.sum())
    }
}

/// A series that was found, and where it is counted.
#[derive(Debug)]
struct Found {
    content: Content,
    bounds: Arc<[f64]>,
    native: bool,
    labels: Vec<String>,
    created_ms: u64,
    counted: Vec<Counted>,
}

/// Where a series is counted, in one source.
#[derive(Clone, Debug)]
struct Counted {
    source: usize,
    first: u32,
    content: Content,
    bounds: Arc<[f64]>,
    native: bool,
}

struct Building<'a> {
    is_archive: bool,
    /// With the series of each.
    families: Vec<(&'a Family<'a>, Vec<usize>)>,
    numbers: HashMap<&'a str, usize>,
    /// By family and label values.
    series: Map<Vec<u8>, usize>,
    found: Vec<Found>,
}

impl Building<'_> {
    fn add(&mut self, at: usize, source: &Source, contents: &Contents<'_>) {
        let worker = source.header.worker.to_string();
        let mut groups: Map<u64, Vec<&Written<'_>>> = Map::default();
        for series in &contents.series {
            groups.entry(series.group).or_default().push(series);
        }
        let mut known: BTreeMap<Vec<u64>, Arc<[f64]>> = BTreeMap::new();
        let mut key = Vec::new();
        for metric in &contents.metrics {
            let Some(number) = self.numbers.get(&*metric.name).copied() else { continue };
            let (family, _) = self.families[number];
            let Some(values) = family.values(metric) else {
                family::conflict(&metric.name);
                continue;
            };
            let stays = family.ended && metric.content != in_flight();
            if family.kind == Kind::Gauge && !source.alive && !stays {
                continue;
            }
            let bits = metric.bounds.iter().map(|bound| bound.to_bits()).collect();
            let bounds = known.entry(bits).or_insert_with(|| metric.bounds.clone().into()).clone();
            for series in groups.get(&metric.group).into_iter().flatten() {
                let value = |value: &Value<'_>| match value {
                    Value::Fixed(value) => Some((*value).to_owned()),
                    Value::OfSeries(at) => series.values().nth(*at).map(str::to_owned),
                    Value::Worker => Some(worker.clone()),
                };
                key.clear();
                key.extend(number.to_ne_bytes());
                for value in &values {
                    let text = match value {
                        Value::Fixed(value) => value.as_bytes(),
                        Value::OfSeries(at) => series.bytes().nth(*at).unwrap_or_default(),
                        Value::Worker => worker.as_bytes(),
                    };
                    key.extend(text.len().to_ne_bytes());
                    key.extend(text);
                }
                let counted = Counted {
                    source: at,
                    first: series.first.saturating_add(metric.place),
                    content: family::content(metric),
                    bounds: Arc::clone(&bounds),
                    native: metric.flags.native,
                };
                if let Some(found) = self.series.get(&key[..]) {
                    self.found[*found].add(counted, series.created_ms);
                    continue;
                }
                let labels = values.iter().map(value).collect::<Option<Vec<_>>>();
                let Some(mut labels) = labels else { continue };
                let is_full = self.is_archive
                    && !source.is_archive()
                    && self.families[number].1.len() >= family.limit;
                if is_full && values.iter().any(|value| matches!(value, Value::OfSeries(_))) {
                    let of_series = labels.iter_mut().zip(&values);
                    for (label, _) in
                        of_series.filter(|(_, value)| matches!(value, Value::OfSeries(_)))
                    {
                        OVERFLOW.clone_into(label);
                    }
                    key.clear();
                    key.extend(number.to_ne_bytes());
                    for label in &labels {
                        key.extend(label.len().to_ne_bytes());
                        key.extend(label.as_bytes());
                    }
                    if let Some(found) = self.series.get(&key[..]) {
                        self.found[*found].add(counted, series.created_ms);
                        continue;
                    }
                }
                self.series.insert(key.clone(), self.found.len());
                self.families[number].1.push(self.found.len());
                self.found.push(Found::new(labels, series.created_ms, counted, metric));
            }
        }
    }

    fn finish(self, sources: &[Source], contents: &[Contents<'_>]) -> Plan {
        let mut plan = Plan {
            sources: sources.iter().map(edition).collect(),
            is_sound: true,
            families: Arc::default(),
            totals: Vec::with_capacity(self.found.len()),
            tables: contents.iter().map(|contents| Table::new(&contents.blocks)).collect(),
            steps: contents
                .iter()
                .map(|contents| Vec::with_capacity(contents.series.len()))
                .collect(),
            empty: Vec::new(),
            natives: vec![Vec::new(); sources.len()],
            exemplified: contents
                .iter()
                .map(|contents| (!contents.exemplars.is_empty()).then(Map::default))
                .collect(),
            exemplars: contents.iter().map(|contents| contents.exemplars.clone()).collect(),
        };
        let mut samples = 0;
        let mut families = Vec::new();
        let mut found: Vec<Option<Found>> = self.found.into_iter().map(Some).collect();
        for (family, series) in self.families {
            let mut series: Vec<Found> = series.iter().filter_map(|at| found[*at].take()).collect();
            if series.is_empty() {
                continue;
            }
            series.sort_by(|a, b| a.labels.cmp(&b.labels));
            let mut given = Vec::with_capacity(series.len());
            let mut places = Vec::with_capacity(series.len());
            for mut series in series {
                series.unite_bounds();
                places.push(samples);
                let total = plan.total(&series, family, (families.len(), samples));
                samples += total.shape.len();
                let names = family.label_names.iter().map(|name| (*name).to_owned().into());
                given.push(Given {
                    labels: names.zip(series.labels.iter().cloned().map(Into::into)).collect(),
                    timestamp_ms: None,
                    created_ms: Some(series.created_ms).filter(|known| *known != u64::MAX),
                    shape: total.shape.clone(),
                    samples: Vec::new(),
                });
                plan.totals.push(Total { labels: series.labels, ..total });
            }
            families.push(Planned {
                name: family.name.to_owned(),
                help: family.help().into_owned(),
                kind: family.kind,
                apart: family.apart,
                label_names: family.label_names.iter().map(|name| (*name).to_owned()).collect(),
                ended: family.ended,
                limit: family.limit,
                since_ns: family.since_ns,
                listing: Arc::new(Listing::of_all(given, places)),
            });
        }
        plan.families = Arc::new(families);
        plan
    }
}

/// The number of a content of which what is gone is nothing.
fn in_flight() -> u8 {
    Content::UnderWay.number()
}

impl Found {
    fn new(labels: Vec<String>, created_ms: u64, counted: Counted, metric: &Metric<'_>) -> Self {
        Self {
            content: family::normal(counted.content),
            bounds: Arc::clone(&counted.bounds),
            native: metric.flags.native,
            labels,
            created_ms,
            counted: vec![counted],
        }
    }

    fn add(&mut self, counted: Counted, created_ms: u64) {
        self.content = Family::common(self.content, counted.content);
        self.native &= counted.native;
        self.created_ms = self.created_ms.min(created_ms);
        self.counted.push(counted);
    }

    /// Unites the bounds of all that is counted.
    fn unite_bounds(&mut self) {
        let same = |counted: &Counted| {
            Arc::ptr_eq(&self.bounds, &counted.bounds) || self.bounds == counted.bounds
        };
        if !self.counted.iter().all(same) {
            let all = self.counted.iter().flat_map(|counted| &*counted.bounds);
            let mut all: Vec<f64> = all.copied().collect();
            all.sort_by(f64::total_cmp);
            all.dedup();
            self.bounds = all.into();
        }
    }
}

impl Plan {
    /// Plans how a series is added up.
    fn total(
        &mut self,
        series: &Found,
        family: &Family<'_>,
        (at_family, samples): (usize, usize),
    ) -> Total {
        let Found { content, bounds, native, .. } = series;
        let first = number(self.empty.len());
        let cells = content.cells(bounds, false) + family.combine.stamps();
        self.empty.resize(self.empty.len() + cells as usize, 0);
        let at = number(self.totals.len());
        for counted in &series.counted {
            let source = counted.source;
            let table = &mut self.tables[source];
            let steps = &mut self.steps[source];
            let slot = counted.first;
            match counted.content {
                Content::Histogram | Content::Seconds => {
                    let target = |bound: &f64| bounds.partition_point(|other| other < bound);
                    for (cell, bound) in (0..).zip(&*counted.bounds) {
                        let to = target(bound);
                        steps.push((Step::Add, table.place(slot + cell), first + number(to)));
                        if let Some(places) = &mut self.exemplified[source] {
                            places.insert(slot + cell, number(samples + to));
                        }
                    }
                    let beyond = bounds::sum(&counted.bounds) - 1;
                    let to = number(bounds.len());
                    steps.push((Step::Add, table.place(slot + beyond), first + to));
                    if let Some(places) = &mut self.exemplified[source] {
                        places.insert(slot + beyond, number(samples) + to);
                    }
                    let (sum, to) = (slot + beyond + 1, first + to + 1);
                    steps.push(match (counted.content, *content) {
                        (Content::Histogram, _) => (Step::AddFloat, table.float(sum), to),
                        (_, Content::Seconds) => (Step::Add, table.place(sum), to),
                        _ => (Step::AddNanoseconds, table.place(sum), to),
                    });
                    if *native && counted.native {
                        let native = sum + 1;
                        for (page, place) in table.pages(native, native::CELLS) {
                            let cells = page.max(native)
                                ..page.saturating_add(128).min(native + native::CELLS);
                            let runs = cells.map(|cell| (place + (cell - page), at, cell - native));
                            self.natives[source].extend(runs);
                        }
                    }
                }
                Content::Summary => {
                    steps.push((Step::Add, table.place(slot), first));
                    steps.push((Step::AddFloat, table.float(slot + 1), first + 1));
                }
                Content::Count | Content::FloatCount => {
                    steps.push(match (counted.content, *content) {
                        (Content::FloatCount, _) => (Step::AddFloat, table.float(slot), first),
                        (_, Content::Count) => (Step::Add, table.place(slot), first),
                        _ => (Step::AddCount, table.place(slot), first),
                    });
                    if let Some(places) = &mut self.exemplified[source] {
                        places.insert(slot, number(samples));
                    }
                }
                Content::Number | Content::Integer | Content::UnderWay => {
                    let step = gauge_step(family.combine, counted.content, *content, |place| {
                        table.place(slot + place)
                    });
                    let place = if counted.content == Content::Number {
                        table.float(slot)
                    } else {
                        table.place(slot)
                    };
                    self.empty[first as usize] = step.empty();
                    // Where nothing was ever set, there is nothing to compare with.
                    steps.push((step, place, first));
                }
            }
        }
        Total {
            labels: Vec::new(),
            family: at_family,
            content: *content,
            combine: family.combine,
            bounds: Arc::clone(bounds),
            native: *native,
            created_ms: series.created_ms,
            first,
            shape: content.shape(bounds),
        }
    }
}

/// How a gauge's number is added to that of others.
fn gauge_step(
    combine: Combine,
    counted: Content,
    total: Content,
    mut place: impl FnMut(u32) -> u32,
) -> Step {
    let float = total == Content::Number;
    let whole = counted != Content::Number;
    match (combine, counted) {
        (Combine::MostRecent, _) => Step::MostRecent { stamp: place(1), whole: float && whole },
        (Combine::Max, _) if float => Step::Max { whole },
        (Combine::Min, _) if float => Step::Min { whole },
        (Combine::Max, _) => Step::MaxInteger,
        (Combine::Min, _) => Step::MinInteger,
        (_, Content::UnderWay) if float => Step::UnderWayFloat { ended: place(1) },
        (_, Content::UnderWay) => Step::UnderWay { ended: place(1) },
        (_, Content::Integer) if float => Step::AddInteger,
        (_, Content::Integer) => Step::Add,
        _ => Step::AddFloat,
    }
}

/// A place, of which there are no more than a file has bytes.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NOWHERE)
}
