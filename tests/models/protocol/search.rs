//! All that can happen, the shortest ways first.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Write;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use foldhash::quality::FixedState;

use crate::rules::Rules;
use crate::world::World;

/// What was found.
#[derive(Debug)]
pub(crate) struct Explored {
    pub(crate) states: usize,
    /// How it comes to what must not be.
    pub(crate) wrong: Option<String>,
}

/// Of each state that was met, by its hash: that of the one before.
type Met = HashMap<u64, u64, BuildHasherDefault<Hashed>>;

/// What is a hash already.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only numbers are looked up");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

fn hash(world: &World) -> u64 {
    FixedState::default().hash_one(world)
}

/// Goes all ways from a state on.
pub(crate) fn explore(start: &World, rules: Rules) -> Explored {
    let mut met = Met::default();
    met.insert(hash(start), 0);
    let mut states = vec![*start];
    while !states.is_empty() {
        let mut next = Vec::new();
        for world in states {
            for step in world.moves() {
                let after = world.after(step, rules);
                let settled = after.and_then(|after| {
                    let Entry::Vacant(new) = met.entry(hash(&after)) else { return Ok(()) };
                    new.insert(hash(&world));
                    next.push(after);
                    after.settles(rules)
                });
                if let Err(problem) = settled {
                    let way = way(start, &world, &met, rules);
                    let wrong = format!("{way}{step:?}: {problem}");
                    return Explored { states: met.len(), wrong: Some(wrong) };
                }
            }
        }
        states = next;
    }
    Explored { states: met.len(), wrong: None }
}

/// What has happened from one state to another, a line for each step.
fn way(start: &World, end: &World, met: &Met, rules: Rules) -> String {
    let mut hashes = vec![hash(end)];
    while let Some(before) = hashes.last().and_then(|last| met.get(last)).filter(|hash| **hash > 0)
    {
        hashes.push(*before);
    }
    let mut world = *start;
    let mut way = String::new();
    for wanted in hashes.into_iter().rev().skip(1) {
        let steps = world.moves().into_iter();
        let mut ways = steps.filter_map(|step| Some((step, world.after(step, rules).ok()?)));
        let (step, after) = ways.find(|(_, after)| hash(after) == wanted).expect("it was met");
        let _ = writeln!(way, "{step:?} at {}", world.place(step));
        world = after;
    }
    way
}
