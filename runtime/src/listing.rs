//! The series of one metric family: which there are, and where each is counted.

use std::borrow::Cow;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use crate::cells::{Reader, Row, pages};
use crate::content::Content;
use crate::exemplar::Exemplar;
use crate::labelled::Child;
use crate::native::{self, Native};
use crate::shape::Shape;
use crate::{bounds, clock};

/// The series of a family in their order. It stays as it is; where series come and go, there is
/// another one.
#[derive(Debug)]
pub(crate) struct Listing {
    labels: Labels,
    shapes: Shapes,
    samples: Samples,
    /// The pages of all its cells but for those of rows.
    pages: Vec<u32>,
    /// What is in rows, which may not have slots yet.
    rows: Vec<Source>,
}

#[derive(Debug)]
enum Labels {
    /// Of each child its values, in the order of the names.
    Children { names: Vec<Cow<'static, str>>, children: Vec<Arc<Child>> },
    /// Of each series its values, in the order of the names.
    Values { names: Vec<Cow<'static, str>>, series: Vec<LabelValues>, created_ms: Vec<u64> },
    /// Of each series names and values, and the time that its collector gave.
    Pairs(Vec<Given>),
}

/// The label values of a series, in the order of the label names.
pub(crate) type LabelValues = Vec<Cow<'static, str>>;

/// A series that somebody else counts.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) labels: Vec<(Cow<'static, str>, Cow<'static, str>)>,
    /// Milliseconds since the Unix epoch.
    pub(crate) timestamp_ms: Option<i64>,
    /// When it was at 0, in milliseconds since the Unix epoch, where that is known.
    pub(crate) created_ms: Option<u64>,
    pub(crate) shape: Shape,
    /// As many as the shape has.
    pub(crate) samples: Vec<u64>,
}

impl Given {
    /// What tells it from the other series of its family.
    pub(crate) fn identity(&self) -> Vec<(&str, &str)> {
        identity(self.labels.iter().map(|(name, value)| (&**name, &**value)))
    }
}

/// The labels of a series in an order that does not depend on how they were given.
pub(crate) fn identity<'a>(
    labels: impl Iterator<Item = (&'a str, &'a str)>,
) -> Vec<(&'a str, &'a str)> {
    let mut labels: Vec<_> = labels.collect();
    labels.sort_unstable();
    labels
}

#[derive(Debug)]
enum Shapes {
    Same(Shape),
    Each(Vec<Shape>),
}

#[derive(Debug)]
enum Samples {
    /// Each series is one count, in the cells of one slot that came at run time.
    Counts(Vec<u32>),
    /// Each series is in the cells of a source, and some are in those of others too, sorted by
    /// series.
    Cells { first: Vec<Source>, more: Vec<(usize, Source)>, kept: Vec<Arc<Child>> },
    /// Each series has its samples from the place on, among those that the reader has beside.
    Beside { places: Vec<usize> },
    /// Each series has its samples from the place on.
    Given { places: Vec<usize>, samples: Vec<u64>, steady: bool },
}

/// Where a series is counted.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) content: Content,
    pub(crate) bounds: Arc<[f64]>,
    pub(crate) native: bool,
    pub(crate) at: At,
}

/// Where cells begin.
#[derive(Clone, Debug)]
pub(crate) enum At {
    Slot(u32),
    /// At a place of a row, which may not have slots yet.
    Row(&'static Row, u32),
    /// At a place of a child's slots, which are not another's for as long as it is held.
    Child(Arc<Child>, u32),
}

impl Listing {
    /// A family whose series are the children of one.
    pub(crate) fn of_children(
        names: Vec<Cow<'static, str>>,
        mut children: Vec<Arc<Child>>,
        content: Content,
        bounds: &Arc<[f64]>,
        native: bool,
    ) -> Self {
        children.sort_by(|a, b| a.values.order(&b.values));
        let first = children.iter().map(|child| child.first());
        let samples = if content == Content::Count {
            Samples::Counts(first.collect())
        } else {
            let source =
                |first| Source { content, bounds: Arc::clone(bounds), native, at: At::Slot(first) };
            Samples::Cells { first: first.map(source).collect(), more: vec![], kept: vec![] }
        };
        let shapes = Shapes::Same(content.shape(bounds));
        let cells = content.cells(bounds, native);
        let pages = sorted(children.iter().filter_map(|child| pages(child.first(), cells)));
        let labels = Labels::Children { names, children };
        Self { labels, shapes, samples, pages, rows: Vec::new() }
    }

    /// A family of several that count in it. Those of the same values are one series; they are told
    /// apart by the values themselves, so that no two different ones are ever one.
    pub(crate) fn of_sources(
        names: Vec<Cow<'static, str>>,
        mut sources: Vec<(LabelValues, Source)>,
    ) -> Self {
        // Stable, so that sums of floats are taken in one order.
        sources.sort_by(|(a, _), (b, _)| a.cmp(b));
        let (mut series, mut first, mut more) = (Vec::new(), Vec::new(), Vec::new());
        let (mut shapes, mut created_ms, mut kept) = (Vec::<Shape>::new(), Vec::new(), Vec::new());
        for (values, mut source) in sources {
            let created = source.settle(&mut kept);
            if series.last() == Some(&values) {
                let at = series.len() - 1;
                shapes[at].keep_common(&source.bounds);
                created_ms[at] = created.min(created_ms[at]);
                more.push((at, source));
            } else {
                series.push(values);
                shapes.push(source.content.shape(&source.bounds));
                created_ms.push(created);
                first.push(source);
            }
        }
        let all = first.iter().chain(more.iter().map(|(_, source)| source));
        let (rows, slots): (Vec<_>, Vec<_>) =
            all.partition(|source: &&Source| matches!(source.at, At::Row(..)));
        let pages = sorted(slots.into_iter().filter_map(Source::pages));
        let rows = rows.into_iter().cloned().collect();
        let labels = Labels::Values { names, series, created_ms };
        let samples = Samples::Cells { first, more, kept };
        Self { labels, shapes: Shapes::Each(shapes), samples, pages, rows }
    }

    /// A family of all processes, whose series have their samples at these places, and will at the next
    /// scrape.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "no others to be added up"))]
    pub(crate) fn of_all(series: Vec<Given>, places: Vec<usize>) -> Self {
        let shapes = Shapes::Each(series.iter().map(|given| given.shape.clone()).collect());
        let samples = Samples::Beside { places };
        let labels = Labels::Pairs(series);
        Self { labels, shapes, samples, pages: Vec::new(), rows: Vec::new() }
    }

    /// A family that somebody else counts.
    pub(crate) fn given(series: Vec<Given>) -> Self {
        Self::of_given(series, false)
    }

    /// A family of numbers for which there will be another listing when they change.
    pub(crate) fn steady(series: Vec<Given>) -> Self {
        Self::of_given(series, true)
    }

    fn of_given(series: Vec<Given>, steady: bool) -> Self {
        let (mut places, mut samples) = (Vec::with_capacity(series.len()), Vec::new());
        for given in &series {
            places.push(samples.len());
            samples.extend(&given.samples);
        }
        let shapes = Shapes::Each(series.iter().map(|given| given.shape.clone()).collect());
        let samples = Samples::Given { places, samples, steady };
        let labels = Labels::Pairs(series);
        Self { labels, shapes, samples, pages: Vec::new(), rows: Vec::new() }
    }

    /// A listing of some of the series, which somebody counts here.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "no others to see the rest"))]
    pub(crate) fn only(&self, wanted: &[usize]) -> Self {
        let labels = match &self.labels {
            Labels::Children { names, children } => Labels::Children {
                names: names.clone(),
                children: wanted.iter().map(|at| Arc::clone(&children[*at])).collect(),
            },
            Labels::Values { names, series, created_ms } => Labels::Values {
                names: names.clone(),
                series: wanted.iter().map(|at| series[*at].clone()).collect(),
                created_ms: wanted.iter().map(|at| created_ms[*at]).collect(),
            },
            Labels::Pairs(_) => Labels::Pairs(Vec::new()),
        };
        let shapes = match &self.shapes {
            Shapes::Same(shape) => Shapes::Same(shape.clone()),
            Shapes::Each(shapes) => {
                Shapes::Each(wanted.iter().map(|at| shapes[*at].clone()).collect())
            }
        };
        let samples = match &self.samples {
            Samples::Counts(slots) => Samples::Counts(wanted.iter().map(|at| slots[*at]).collect()),
            Samples::Cells { first, more, kept } => Samples::Cells {
                first: wanted.iter().map(|at| first[*at].clone()).collect(),
                more: wanted
                    .iter()
                    .enumerate()
                    .flat_map(|(new, at)| {
                        of_series(more, *at).map(move |source| (new, source.clone()))
                    })
                    .collect(),
                kept: kept.clone(),
            },
            Samples::Beside { .. } | Samples::Given { .. } => {
                Samples::Given { places: Vec::new(), samples: Vec::new(), steady: false }
            }
        };
        Self { labels, shapes, samples, pages: self.pages.clone(), rows: self.rows.clone() }
    }

    /// How many series there are.
    pub(crate) fn len(&self) -> usize {
        match &self.labels {
            Labels::Children { children, .. } => children.len(),
            Labels::Values { series, .. } => series.len(),
            Labels::Pairs(series) => series.len(),
        }
    }

    /// Whether the next scrape has it too, unless series come and go.
    pub(crate) fn lasts(&self) -> bool {
        !matches!(self.samples, Samples::Given { steady: false, .. })
    }

    /// Whether each of its series is one count of one cell.
    pub(crate) fn is_counts(&self) -> bool {
        matches!(self.samples, Samples::Counts(_))
    }

    #[inline]
    pub(crate) fn shape(&self, series: usize) -> &Shape {
        match &self.shapes {
            Shapes::Same(shape) => shape,
            Shapes::Each(shapes) => &shapes[series],
        }
    }

    /// Names and values of a series' labels, in their order.
    pub(crate) fn labels(&self, series: usize) -> impl Iterator<Item = (&str, &str)> {
        let (mut children, mut values, mut pairs) = (None, None, None);
        match &self.labels {
            Labels::Children { names, children: all } => {
                children = Some(names.iter().map(|name| &**name).zip(all[series].values.iter()));
            }
            Labels::Values { names, series: all, .. } => {
                let own = all[series].iter().map(|value| &**value);
                values = Some(names.iter().map(|name| &**name).zip(own));
            }
            Labels::Pairs(all) => {
                pairs = Some(all[series].labels.iter().map(|(name, value)| (&**name, &**value)));
            }
        }
        let children = children.into_iter().flatten();
        children.chain(values.into_iter().flatten()).chain(pairs.into_iter().flatten())
    }

    /// The time of its samples in milliseconds since the Unix epoch, where a collector gave it.
    pub(crate) fn timestamp_ms(&self, series: usize) -> Option<i64> {
        match &self.labels {
            Labels::Pairs(given) => given[series].timestamp_ms,
            Labels::Children { .. } | Labels::Values { .. } => None,
        }
    }

    /// When a series was at 0, in milliseconds since the Unix epoch, where that is known.
    pub(crate) fn created_ms(&self, series: usize) -> Option<u64> {
        match &self.labels {
            Labels::Children { children, .. } => Some(children[series].created_ms),
            Labels::Values { created_ms, .. } => Some(created_ms[series]),
            Labels::Pairs(given) => given[series].created_ms,
        }
    }

    /// Has the reader read what it is going to be asked for.
    pub(crate) fn prepare(&self, reader: &mut Reader) {
        reader.want(self.pages.iter().copied());
        // One that is wide has its slots in pages too, and has them by now or never counted.
        for pages in self.rows.iter().filter_map(Source::pages) {
            reader.want(pages);
        }
    }

    /// Reads the samples of some series, one behind the other, in place of what was there.
    pub(crate) fn read(&self, series: Range<usize>, reader: &Reader, samples: &mut Vec<u64>) {
        samples.clear();
        match &self.samples {
            Samples::Counts(slots) => reader.read_paged(&slots[series], samples),
            Samples::Cells { first, more, .. } => {
                for at in series {
                    let shape = self.shape(at);
                    let start = samples.len();
                    samples.resize(start + shape.len(), 0);
                    for source in std::iter::once(&first[at]).chain(of_series(more, at)) {
                        source.add_to(&mut samples[start..], shape, reader);
                    }
                }
            }
            Samples::Beside { places } => {
                for at in series {
                    let (start, length) = (places[at], self.shape(at).len());
                    let all = reader.beside.samples.get(start..start + length);
                    samples.extend(all.unwrap_or_default());
                }
            }
            Samples::Given { places, samples: all, .. } => {
                let end = |at: usize| places.get(at).copied().unwrap_or(all.len());
                samples.extend(&all[end(series.start)..end(series.end)]);
            }
        }
    }

    /// The exemplar of one of a series' samples: of a count, or of what is in one bucket.
    pub(crate) fn exemplar<'a>(
        &self,
        series: usize,
        at: usize,
        reader: &'a Reader,
    ) -> Option<&'a Exemplar> {
        match &self.samples {
            Samples::Counts(slots) => reader.exemplar(slots[series]),
            Samples::Cells { first, more, .. } => {
                let sources = std::iter::once(&first[series]).chain(of_series(more, series));
                let all =
                    sources.filter_map(|source| source.exemplar(self.shape(series), at, reader));
                all.max_by_key(|exemplar| exemplar.at_ms)
            }
            Samples::Beside { places } => reader.beside.exemplars.get(&(places[series] + at)),
            Samples::Given { .. } => None,
        }
    }

    /// The native buckets of a series, if it has such.
    pub(crate) fn native(&self, series: usize, reader: &Reader) -> Option<Native> {
        if let Samples::Beside { places } = &self.samples {
            let cells = reader.beside.native.get(&places[series])?;
            let count = |cell: u32| cells.get(cell as usize).copied().unwrap_or(0);
            return Some(native::of_cells(count));
        }
        let Samples::Cells { first, more, .. } = &self.samples else { return None };
        // Where one of them has none, its observations are in no native bucket, and those of the
        // others would not come to the count.
        let mut all = std::iter::once(&first[series]).chain(of_series(more, series));
        if !all.clone().all(|source| source.native) {
            return None;
        }
        let mut native = all.next()?.native(reader);
        for source in all {
            native.add(&source.native(reader));
        }
        Some(native)
    }
}

fn sorted(pages: impl Iterator<Item = RangeInclusive<u32>>) -> Vec<u32> {
    let mut pages: Vec<u32> = pages.flatten().collect();
    pages.sort_unstable();
    pages.dedup();
    pages.shrink_to_fit();
    pages
}

/// What else a series is counted in.
fn of_series(more: &[(usize, Source)], series: usize) -> impl Iterator<Item = &Source> + Clone {
    let start = more.partition_point(|(at, _)| *at < series);
    let own = more[start..].iter().take_while(move |(at, _)| *at == series);
    own.map(|(_, source)| source)
}

impl Source {
    /// Finds the slot for good where that can be; returns when it was at 0.
    fn settle(&mut self, kept: &mut Vec<Arc<Child>>) -> u64 {
        let At::Child(child, place) = &self.at else { return clock::start_ms() };
        let (slot, created) = (child.first() + place, child.created_ms);
        kept.push(Arc::clone(child));
        self.at = At::Slot(slot);
        created
    }

    /// The pages of its cells, if they are in such by now.
    fn pages(&self) -> Option<RangeInclusive<u32>> {
        pages(self.slot()?, self.content.cells(&self.bounds, self.native))
    }

    /// Its first slot, unless nothing was ever counted in it.
    fn slot(&self) -> Option<u32> {
        match &self.at {
            At::Slot(slot) => Some(*slot),
            At::Row(row, place) => Some(row.bound()? + place),
            At::Child(child, place) => Some(child.first() + place),
        }
    }

    /// Adds what was counted here to the samples of a series.
    fn add_to(&self, samples: &mut [u64], shape: &Shape, reader: &Reader) {
        let Some(first) = self.slot() else { return };
        let add_float = |sample: &mut u64, number: f64| {
            *sample = (f64::from_bits(*sample) + number).to_bits();
        };
        match self.content {
            Content::Count => samples[0] = samples[0].wrapping_add(reader.count(first)),
            Content::UnderWay => samples[0] = samples[0].wrapping_add(reader.under_way(first)),
            Content::Integer => samples[0] = samples[0].wrapping_add(reader.shared(first)),
            Content::FloatCount => add_float(&mut samples[0], reader.float(first)),
            Content::Number => add_float(&mut samples[0], f64::from_bits(reader.shared(first))),
            Content::Summary => {
                add_float(&mut samples[0], reader.float(first + 1));
                samples[1] = samples[1].wrapping_add(reader.count(first));
            }
            Content::Histogram | Content::Seconds => {
                let sum = first + bounds::sum(&self.bounds);
                let sum = if self.content == Content::Histogram {
                    reader.float(sum)
                } else {
                    std::time::Duration::from_nanos(reader.count(sum)).as_secs_f64()
                };
                self.add_buckets(first, samples, shape, reader);
                let at = samples.len() - 2;
                add_float(&mut samples[at], sum);
            }
        }
    }

    /// Adds the buckets that the shape has too, and the count, which is taken from these so that it
    /// is never at odds with them.
    fn add_buckets(&self, first: u32, samples: &mut [u64], shape: &Shape, reader: &Reader) {
        let Shape::Histogram(common) = shape else { return };
        let mut wanted = common.iter().zip(&mut *samples).peekable();
        let mut cumulative = 0_u64;
        for (bound, slot) in self.bounds.iter().zip(first..) {
            cumulative = cumulative.wrapping_add(reader.count(slot));
            if let Some((_, sample)) = wanted.next_if(|(common, _)| common.total_cmp(bound).is_eq())
            {
                *sample = sample.wrapping_add(cumulative);
            }
        }
        let beyond = first + bounds::sum(&self.bounds) - 1;
        cumulative = cumulative.wrapping_add(reader.count(beyond));
        for at in [common.len(), common.len() + 2] {
            samples[at] = samples[at].wrapping_add(cumulative);
        }
    }

    fn exemplar<'a>(&self, shape: &Shape, at: usize, reader: &'a Reader) -> Option<&'a Exemplar> {
        let first = self.slot()?;
        let Shape::Histogram(common) = shape else { return reader.exemplar(first) };
        // The shape has no others than this one's buckets, but perhaps not all of them.
        let within = |bound: f64| {
            at.checked_sub(1).is_none_or(|before| common[before] < bound)
                && common.get(at).is_none_or(|upper| bound <= *upper)
        };
        let bounds = self.bounds.iter().copied().chain([f64::INFINITY]);
        let slots = bounds.zip(first..).filter(|(bound, _)| within(*bound));
        slots.filter_map(|(_, slot)| reader.exemplar(slot)).max_by_key(|exemplar| exemplar.at_ms)
    }

    fn native(&self, reader: &Reader) -> Native {
        let first = self.slot().map(|first| first + bounds::sum(&self.bounds) + 1);
        first.map_or_else(Native::default, |first| native::read(first, reader))
    }
}
