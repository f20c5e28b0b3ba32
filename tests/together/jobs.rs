use std::path::Path;

use tallymark_tests::Counting;

/// A process that has counted so many.
pub(crate) fn start(directory: &Path, jobs: u64) -> Counting {
    let mut process = Counting::start(env!("CARGO_BIN_EXE_counting"), directory);
    process.tell("declare counter jobs_total");
    process.tell(&format!("record jobs_total {jobs}"));
    process
}
