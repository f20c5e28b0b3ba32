//! Which families there are in all files, where processes disagree.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::combine::{Combine, WORKER};
use crate::content::Content;
use crate::file::{Contents, Header, Metric, Reason, report};
use crate::kind::Kind;
use crate::name;

/// A family, as the process describes it that started last.
#[derive(Clone, Debug)]
pub(super) struct Family<'a> {
    pub(super) name: &'a str,
    pub(super) help: &'a str,
    pub(super) kind: Kind,
    pub(super) label_names: Vec<&'a str>,
    pub(super) combine: Combine,
    pub(super) ended: bool,
    /// Whether no process has it but in registries that somebody put it in.
    pub(super) apart: bool,
    pub(super) limit: usize,
    pub(super) since_ns: u64,
    agrees: bool,
}

/// Whether what a file says of its metrics makes sense, and can be exposed.
pub(super) fn is_sound(contents: &Contents<'_>) -> bool {
    contents.metrics.iter().all(|metric| {
        let (Some(content), Some(_)) = (Content::of(metric.content), Combine::of(metric.combine))
        else {
            return false;
        };
        let labels = metric.labels.iter().map(|label| &*label.name);
        can_be_exposed(&metric.name, content.kind(), labels)
            && crate::bounds::are_valid(&metric.bounds)
            && metric.place < 1 << 16
    })
}

/// Whether there can be a metric of these names beside this library's own.
pub(super) fn can_be_exposed<'a>(
    name: &str,
    kind: Kind,
    labels: impl ExactSizeIterator<Item = &'a str>,
) -> bool {
    let taken = match kind {
        Kind::Histogram => "le",
        Kind::Summary => "quantile",
        _ => "",
    };
    let count = labels.len();
    let names: HashSet<&str> = labels.collect();
    name::is_metric_name(name)
        && !name::is_reserved(name)
        && names.len() == count
        && names
            .iter()
            .all(|name| name::is_label_syntax(name) && *name != taken && *name != "__name__")
}

/// The kind of a metric that makes sense.
fn kind(metric: &Metric<'_>) -> Kind {
    content(metric).kind()
}

pub(super) fn content(metric: &Metric<'_>) -> Content {
    Content::of(metric.content).unwrap_or(Content::Count)
}

pub(super) fn combine(metric: &Metric<'_>) -> Combine {
    Combine::of(metric.combine).unwrap_or_default()
}

/// When the process began that describes it so.
fn since(header: &Header, metric: &Metric<'_>) -> u64 {
    if metric.since_ns == 0 { header.started_ns } else { metric.since_ns }
}

/// The families of some files, in the order of their names. Where they contradict each other, the one
/// counts that agrees with others, if one does, and else the newest.
pub(super) fn unite<'a>(
    files: &[(&Header, &'a Contents<'_>)],
    others: &BTreeMap<&str, Family<'_>>,
) -> BTreeMap<&'a str, Family<'a>> {
    let mut families: BTreeMap<&str, Family<'_>> = BTreeMap::new();
    for (header, contents) in files {
        for metric in &contents.metrics {
            let since_ns = since(header, metric);
            let apart = metric.flags.apart;
            let other = others.get(&*metric.name);
            let agrees = other.is_none_or(|other| other.values(metric).is_some());
            let before = families.get(&*metric.name);
            if let Some(family) = before
                && (family.agrees, family.since_ns) >= (agrees, since_ns)
            {
                if !apart && family.apart {
                    families.entry(&metric.name).and_modify(|family| family.apart = false);
                }
                continue;
            }
            let combine = combine(metric);
            let own = metric.labels.iter().map(|label| &*label.name);
            let mut label_names: Vec<&str> = own.collect();
            if combine == Combine::PerProcess && !label_names.contains(&WORKER) {
                label_names.push(WORKER);
            }
            families.insert(
                &metric.name,
                Family {
                    name: &metric.name,
                    help: &metric.help,
                    kind: kind(metric),
                    label_names,
                    combine,
                    ended: metric.flags.ended,
                    apart: apart && before.is_none_or(|family| family.apart),
                    limit: usize::try_from(metric.limit.unwrap_or(header.limit))
                        .unwrap_or(usize::MAX),
                    since_ns,
                    agrees,
                },
            );
        }
    }
    drop_clashes(&mut families);
    families
}

/// Leaves out families of whose samples a newer one has the names: `x_count` is a sample of the histogram
/// `x`, and can be no family beside it.
fn drop_clashes(families: &mut BTreeMap<&str, Family<'_>>) {
    let mut newest: Vec<_> =
        families.values().map(|family| (family.since_ns, family.name)).collect();
    newest.sort_by_key(|(since, name)| (std::cmp::Reverse(*since), *name));
    let mut taken = HashSet::new();
    for (_, name) in newest {
        let samples = families[name].kind.sample_names(name);
        if samples.iter().any(|sample| taken.contains(sample)) {
            conflict(name);
            families.remove(name);
        } else {
            taken.extend(samples);
        }
    }
}

pub(super) fn conflict(name: &str) {
    report(
        Reason::Conflict,
        &format_args!(
            "`{name}` is another metric in a process that started later; what is older is left out"
        ),
    );
}

/// Where the value of a label comes from.
#[derive(Clone, Debug)]
pub(super) enum Value<'a> {
    Fixed(&'a str),
    /// It is the one at this place of each series.
    OfSeries(usize),
    /// The number of the process.
    Worker,
}

impl<'a> Family<'a> {
    /// The values of its labels in a metric of that name, in its own order; nothing, if that is another
    /// sort of metric.
    pub(super) fn values<'b>(&self, metric: &'b Metric<'_>) -> Option<Vec<Value<'b>>> {
        if kind(metric) != self.kind {
            return None;
        }
        let mut of_series = 0;
        let given = metric.labels.iter().map(|label| {
            let value = label.value.as_deref().map_or_else(
                || {
                    of_series += 1;
                    Value::OfSeries(of_series - 1)
                },
                Value::Fixed,
            );
            (&*label.name, value)
        });
        let mut given: HashMap<_, _> = given.collect();
        if self.combine == Combine::PerProcess {
            given.entry(WORKER).or_insert(Value::Worker);
        }
        if given.len() != self.label_names.len() {
            return None;
        }
        self.label_names.iter().map(|name| given.remove(*name)).collect()
    }

    /// What the cells of a series are in which both are counted.
    pub(super) fn common(a: Content, b: Content) -> Content {
        match (normal(a), normal(b)) {
            (a, b) if a == b => a,
            (Content::Count | Content::FloatCount, _) => Content::FloatCount,
            (Content::Histogram | Content::Seconds, _) => Content::Histogram,
            (other, _) if other.kind() == Kind::Gauge => Content::Number,
            (other, _) => other,
        }
    }

    pub(super) fn help(&self) -> Cow<'a, str> {
        Cow::Borrowed(self.help)
    }
}

/// What is under way is a whole number where it is added up.
pub(super) fn normal(content: Content) -> Content {
    if content == Content::UnderWay { Content::Integer } else { content }
}
