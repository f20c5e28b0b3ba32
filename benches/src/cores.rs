//! On which cores threads run.

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// The cores that this process may run on.
pub(crate) fn cores() -> Vec<usize> {
    let allowed = sched_getaffinity(None).expect("a process may ask where it runs");
    (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core)).collect()
}

/// Keeps this thread on one core: two that take turns on the same one would not be in each other's
/// way, and look as cheap as one alone.
pub(crate) fn stay_on(core: usize) {
    let mut only = CpuSet::new();
    only.set(core);
    sched_setaffinity(None, &only).expect("the core is one of those that are allowed");
}
