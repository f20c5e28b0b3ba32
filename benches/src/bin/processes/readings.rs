//! Scrapes of some processes, beside Python's client.

use crate::collector::Collector;
use crate::floor;
use crate::group::Group;
use crate::reader::Reader;
use crate::times::Times;

/// How often each has its turn. The machine drifts for all of them alike.
const ROUNDS: usize = 25;

const MILLISECONDS: f64 = 1e3;

/// Processes that are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) dead: usize,
    pub(crate) living: usize,
    pub(crate) series: usize,
    /// In how many directories there is a first scrape.
    pub(crate) fresh: usize,
}

impl Case {
    pub(crate) fn table(self) -> String {
        let Self { dead, living, series, fresh } = self;
        // First, so that what is missing is missed at once.
        let mut collector = Collector::start(dead + living, series);
        let (mut first, mut floor) = (Times::default(), Times::default());
        let mut last = None;
        for _ in 0..fresh {
            // The directory before goes first, so that there is one at a time.
            drop(last.take());
            if dead > 0 {
                floor.add(floor::fold(&Group::new(living, dead, series)) * MILLISECONDS);
            }
            let group = Group::new(living, dead, series);
            let (reader, took) = Reader::first(&group);
            first.add(took * MILLISECONDS);
            assert_eq!(group.files(), living, "the dead are folded");
            last = Some((group, reader));
        }
        let (mut group, reader) = last.expect("there is at least one");
        let (mut unchanged, mut changed, mut theirs) =
            (Times::default(), Times::default(), Times::default());
        for _ in 0..ROUNDS {
            theirs.add(collector.scrape() * MILLISECONDS);
            group.count();
            changed.add(reader.scrape(&group) * MILLISECONDS);
            unchanged.add(reader.scrape(&group) * MILLISECONDS);
        }
        let floor = if dead > 0 {
            format!(
                "| the floor: their files opened, asked for locks, read and removed | {floor} |\n"
            )
        } else {
            String::new()
        };
        format!(
            "| | ms, median (least) |\n|---|---|\n{floor}\
             | tallymark, the first scrape, of {fresh} directories | {first} |\n\
             | tallymark, a later one, after all that live have counted | {changed} |\n\
             | tallymark, one more at once | {unchanged} |\n\
             | Python's client, each | {theirs} |\n"
        )
    }
}
