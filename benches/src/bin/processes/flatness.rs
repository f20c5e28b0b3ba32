//! Later scrapes, by how many processes are gone.

use std::fmt::Write;

use crate::group::Group;
use crate::reader::Reader;
use crate::times::Times;

const DEAD: [usize; 4] = [0, 100, 1_000, 10_000];
const LIVING: usize = 4;
const SERIES: usize = 100;
const ROUNDS: usize = 51;

const MILLISECONDS: f64 = 1e3;

/// A directory that is read in turn with others.
struct Turn {
    group: Group,
    reader: Reader,
    first: f64,
    changed: Times,
    unchanged: Times,
}

impl Turn {
    fn new(dead: usize) -> Self {
        let group = Group::new(LIVING, dead, SERIES);
        let (reader, first) = Reader::first(&group);
        assert_eq!(group.files(), LIVING, "the dead are folded");
        Self { group, reader, first, changed: Times::default(), unchanged: Times::default() }
    }

    fn take(&mut self) {
        self.group.count();
        self.changed.add(self.reader.scrape(&self.group) * MILLISECONDS);
        self.unchanged.add(self.reader.scrape(&self.group) * MILLISECONDS);
    }
}

pub(crate) fn table() -> String {
    let mut turns = DEAD.map(Turn::new);
    for _ in 0..ROUNDS {
        turns.iter_mut().for_each(Turn::take);
    }
    let mut table = String::from(
        "| dead | the first scrape, ms, once | a later one, after the 4 that live have counted, \
         median (least) | one more at once |\n|---|---|---|---|\n",
    );
    for (dead, Turn { first, changed, unchanged, .. }) in DEAD.iter().zip(&turns) {
        let first = first * MILLISECONDS;
        let _ = writeln!(table, "| {dead} | {first:.4} | {changed} | {unchanged} |");
    }
    table
}
