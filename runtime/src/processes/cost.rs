//! What it costs to add up a file, which is known before that is done.

use super::family;
use super::source::Source;
use super::table::{Map, Table};
use crate::combine::Combine;
use crate::file::{Contents, Label, Metric, Written};
use crate::native;

/// More metrics than this in one group of cells is nonsense: each series would be one of each.
const MOST_METRICS: usize = 64;

/// Whether what a file says can be told apart, and adds up in no more time and memory than its length
/// allows.
pub(super) fn is_sound(contents: &Contents<'_>, source: &Source) -> bool {
    let mut groups: Map<u64, Group> = Map::default();
    for metric in &contents.metrics {
        groups.entry(metric.group).or_default().add(metric);
    }
    if groups.values().any(|group| group.metrics > MOST_METRICS) || !family::is_sound(contents) {
        return false;
    }
    // Only where there are native buckets it matters where cells are.
    let native = groups.values().any(|group| !group.natives.is_empty());
    let table = if native { Table::new(&contents.blocks) } else { Table::default() };
    let mut costs = contents
        .series
        .iter()
        .map(|series| groups.get(&series.group).map_or(0, |group| group.cost(series, &table)));
    let most = source.bytes.len().saturating_mul(512).saturating_add(1 << 20).min(1 << 30);
    // And no further than that.
    let sum = |sum: usize, cost| sum.checked_add(cost).filter(|sum| *sum <= most);
    costs.try_fold(0, sum).is_some()
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
