//! What goes wrong with the files: it is counted, and said once.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why something is not counted together with the other processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The directory cannot be used.
    Directory,
    /// There is no room for more.
    Full,
    /// A file ends too early.
    Truncated,
    Corrupt,
    /// A file of somebody else's.
    Foreign,
    /// A file of a later version.
    Newer,
    /// Families of two processes that contradict each other.
    Conflict,
    /// A file of Python's client that cannot be read.
    Python,
    /// The archive cannot be written.
    Archive,
}

impl Reason {
    const ALL: [Self; 9] = [
        Self::Directory,
        Self::Full,
        Self::Truncated,
        Self::Corrupt,
        Self::Foreign,
        Self::Newer,
        Self::Conflict,
        Self::Python,
        Self::Archive,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Directory => "directory",
            Self::Full => "full",
            Self::Truncated => "truncated",
            Self::Corrupt => "corrupt",
            Self::Foreign => "foreign",
            Self::Newer => "newer",
            Self::Conflict => "conflict",
            Self::Python => "python",
            Self::Archive => "archive",
        }
    }
}

static COUNTS: [AtomicU64; Reason::ALL.len()] = [const { AtomicU64::new(0) }; Reason::ALL.len()];

/// What is still to be said: for each reason the first error.
static UNSAID: Mutex<Vec<(Reason, String)>> = Mutex::new(Vec::new());

/// Counts an error; if it is the first for that reason, it is going to be said.
#[cold]
pub(crate) fn report(reason: Reason, problem: &dyn fmt::Display) {
    // The tests in this crate are one process: what some read has errors on purpose, and what others
    // expose has none.
    if cfg!(test) {
        return;
    }
    if COUNTS[reason as usize].fetch_add(1, Ordering::Relaxed) == 0 {
        let problem = problem.to_string();
        // Never waiting: who has it may be another thread of the process that this one is a copy of.
        if let Ok(mut unsaid) = UNSAID.try_lock() {
            unsaid.push((reason, problem));
        }
    }
}

/// Says what is still to be said. Nothing may be locked meanwhile: a subscriber may itself ask for what
/// was counted.
pub(crate) fn say() {
    let unsaid = UNSAID.try_lock().map(|mut unsaid| std::mem::take(&mut *unsaid));
    for (reason, problem) in unsaid.unwrap_or_default() {
        tracing::error!(
            reason = reason.as_str(),
            "not everything is counted together with the other processes: {problem}"
        );
    }
}

/// The errors of this process so far, by reason.
pub(crate) fn errors() -> impl Iterator<Item = (&'static str, u64)> + Clone {
    let counts = COUNTS.iter().map(|count| count.load(Ordering::Relaxed));
    Reason::ALL.iter().map(|reason| reason.as_str()).zip(counts)
}

/// A process that begins as the copy of another has had no errors.
pub(super) fn forget() {
    for count in &COUNTS {
        count.store(0, Ordering::Relaxed);
    }
    if let Ok(mut unsaid) = UNSAID.try_lock() {
        unsaid.clear();
    }
}
