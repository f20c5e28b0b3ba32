//! What is kept of processes that are gone, as the bytes of an archive.

use std::collections::{HashMap, HashSet};

use super::building::Purpose;
use super::plan::{Cells, Plan};
use super::source::Source;
use crate::file::{self, Flags, Header, Identity, Label, Metric, Run, Series};
use crate::kind::Kind;
use crate::native;

/// Of native buckets so many are written together, if there is something in one of them.
const PAGE: usize = 128;

/// The archive of what some files come to, beside the living.
pub(super) fn archive_of(
    sources: &[Source],
    living: &[Source],
    header: &Header,
    absorbed: &[Identity],
) -> Vec<u8> {
    let mut plan = Plan::new(sources, Purpose::Archive(living));
    let Cells { numbers, lows, natives } = plan.cells(sources);
    let mut groups = HashMap::new();
    let (mut metrics, mut series) = (Vec::new(), Vec::new());
    let (mut runs, mut slot) = (Vec::new(), 0_u32);
    let mut beside = Vec::new();
    let mut described = HashSet::new();
    for (total, native) in plan.totals.iter().zip(&natives) {
        let family = &plan.families[total.family];
        let first = total.first as usize;
        let own = first..first + total.cells();
        // Of who has ended before it counted anything nothing has to be kept, least of all names that
        // it has not had for long.
        let is_empty = numbers[own.clone()].iter().chain(native).all(|cell| *cell == 0);
        if is_empty && family.kind != Kind::Gauge {
            continue;
        }
        let bounds: Vec<u64> = total.bounds.iter().map(|bound| bound.to_bits()).collect();
        let next = groups.len() as u64;
        let key = (total.family, total.content.number(), bounds, total.native);
        let group = *groups.entry(key).or_insert_with(|| {
            metrics.push(Metric {
                group: next,
                place: 0,
                content: total.content.number(),
                combine: total.combine.number(),
                flags: Flags { native: total.native, ended: family.ended, apart: family.apart },
                limit: Some(family.limit as u64),
                since_ns: family.since_ns,
                name: (&*family.name).into(),
                // The first one of a family describes it, and one text is enough.
                help: if described.insert(total.family) { &family.help } else { "" }.into(),
                labels: family.label_names.iter().map(|name| Label::of_each(name)).collect(),
                bounds: total.bounds.to_vec(),
            });
            next
        });
        series.push(Series {
            group,
            first: slot,
            created_ms: total.created_ms,
            values: total.labels.iter().map(|value| (&**value).into()).collect(),
        });
        Run::put(&mut runs, slot, &numbers[own.clone()]);
        for (at, low) in (slot..).zip(&lows[own]).filter(|(_, low)| **low != 0.0) {
            Run::put(&mut beside, at, &[low.to_bits()]);
        }
        slot = slot.saturating_add(u32::try_from(total.cells()).unwrap_or(u32::MAX));
        if total.native {
            for (cells, at) in native.chunks(PAGE).zip((slot..).step_by(PAGE)) {
                if cells.iter().any(|cell| *cell > 0) {
                    Run::put(&mut runs, at, cells);
                }
            }
            slot = slot.saturating_add(native::CELLS);
        }
    }
    // As if they were another thread's: a slot is what all its cells come to.
    runs.extend(beside);
    file::archive(header, &metrics, &series, &runs, absorbed)
}

#[cfg(test)]
mod tests;
