//! Finding out what the series of all files are.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::cost::is_sound;
use super::family::{self, Family, Value};
use super::plan::{Plan, Planned, edition};
use super::source::Source;
use super::step::{Step, gauge_step};
use super::table::{Map, NOWHERE, Table};
use super::total::Total;
use crate::content::Content;
use crate::file::{Contents, Header, Metric, Reason, Written, report};
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
}

/// What files say, with their headers.
fn described<'a>(
    sources: &'a [Source],
    contents: &'a [Contents<'a>],
) -> Vec<(&'a Header, &'a Contents<'a>)> {
    sources.iter().map(|source| &source.header).zip(contents).collect()
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
    /// Whether it has a cell for when it was set.
    stamped: bool,
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
        let (mut key, mut given) = (Vec::new(), Vec::new());
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
                given.clear();
                given.extend(series.bytes());
                let texts = values.iter().map(|value| match value {
                    Value::Fixed(value) => value.as_bytes(),
                    Value::OfSeries(at) => given.get(*at).copied().unwrap_or_default(),
                    Value::Worker => worker.as_bytes(),
                });
                write_key(&mut key, number, texts);
                let counted = Counted {
                    source: at,
                    first: series.first.saturating_add(metric.place),
                    content: family::content(metric),
                    bounds: Arc::clone(&bounds),
                    native: metric.flags.native,
                    stamped: family::combine(metric).stamps() > 0,
                };
                if let Some(found) = self.series.get(&key[..]) {
                    self.found[*found].add(counted, series.created_ms);
                    continue;
                }
                let given: Vec<&str> = series.values().collect();
                let labels = values.iter().map(|value| match value {
                    Value::Fixed(value) => Some((*value).to_owned()),
                    Value::OfSeries(at) => given.get(*at).map(|value| (*value).to_owned()),
                    Value::Worker => Some(worker.clone()),
                });
                let labels = labels.collect::<Option<Vec<_>>>();
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
                    write_key(&mut key, number, labels.iter().map(String::as_bytes));
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

/// What a series is known by: its family, and its label values.
fn write_key<'a>(key: &mut Vec<u8>, family: usize, values: impl Iterator<Item = &'a [u8]>) {
    key.clear();
    key.extend(family.to_ne_bytes());
    for value in values {
        key.extend(value.len().to_ne_bytes());
        key.extend(value);
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
            let exemplified = &mut self.exemplified[source];
            let mut exemplify = |slot, sample| {
                if let Some(places) = exemplified {
                    places.insert(slot, sample);
                }
            };
            match counted.content {
                Content::Histogram | Content::Seconds => {
                    let target = |bound: &f64| bounds.partition_point(|other| other < bound);
                    for (cell, bound) in (0..).zip(&*counted.bounds) {
                        let to = target(bound);
                        steps.push((Step::Add, table.place(slot + cell), first + number(to)));
                        exemplify(slot + cell, number(samples + to));
                    }
                    let beyond = bounds::sum(&counted.bounds) - 1;
                    let to = number(bounds.len());
                    steps.push((Step::Add, table.place(slot + beyond), first + to));
                    exemplify(slot + beyond, number(samples) + to);
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
                    exemplify(slot, number(samples));
                }
                Content::Number | Content::Integer | Content::UnderWay => {
                    // Another version of the program may not have the cell that this one asks for.
                    let has_second = counted.stamped || counted.content == Content::UnderWay;
                    let second = if has_second { table.place(slot + 1) } else { NOWHERE };
                    let step = gauge_step(family.combine, counted.content, *content, second);
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

/// A place, of which there are no more than a file has bytes.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NOWHERE)
}
