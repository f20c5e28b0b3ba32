//! Several processes, one truth: a service that runs as several processes answers with the totals of
//! all of them, whichever one is asked.
//!
//! Set one variable of the environment, before the processes start:
//!
//! ```text
//! PROMETHEUS_MULTIPROC_DIR=/run/deploy/metrics
//! ```
//!
//! (or `prometheus_multiproc_dir`). The directory is made if it is not there, and everything else stays
//! as it is: annotations, metrics, endpoints.
//!
//! **Linux only.** Elsewhere all else of this library works, and each process counts alone. If the
//! variable is set there, this is an error like those below: it is said when the process is scraped
//! first. [`join`] returns an error.
//!
//! - Each process counts in a file of its own there, for the price of counting alone. A file costs
//!   nothing once its process is gone, whatever ended it: the next scrape folds it into one archive.
//! - **Nothing has to be wiped, and no hook called.** The first process, when no other is alive, begins
//!   at 0; processes that are restarted while others live keep the totals. What a killed process
//!   counted, to its last call, is in the totals, which never go backwards.
//! - **Counters, histograms and summaries** add up. **Gauges** add up over the living processes, unless
//!   [`Gauge::combine`](crate::Gauge::combine) says otherwise.
//! - **Families from elsewhere**, those of an included `prometheus` registry among them, and
//!   `tallymark_…` are the answering process's own. They have the label `worker`, a small number that
//!   no other living process has, so that those of two processes are never taken for one series.
//! - **`process_*`**, where the answering process has them, are those of all: their sum, of the start
//!   times the earliest one, and of the processor time that of processes that are gone too. Those of each
//!   process are in `tallymark_worker_*`, with the label `worker`. Of a process in another container
//!   there is its start and its processor time as it was last exposed there.
//! - **A copy of a process** (`fork`) counts in a file of its own, from 0. What another thread is in the
//!   midst of when it is made stays so in the copy (fork(2)): make it while no other thread counts
//!   something for the first time, or scrapes.
//! - **Removing** a series removes the part of the process that does it. What others counted stays.
//! - **Series beyond the limit** of a metric, of processes that are gone, are added to its series with
//!   `_overflow`, so that what is kept of them stays bounded. The sum of all is the same.
//! - Processes may be of different versions. Of families that contradict each other in kind or in the
//!   names of labels the one of the process that started last is exposed; buckets are united.
//! - A process joins when it first counts something or asks for a registry, or with
//!   [`name_counter`](crate::name_counter()). If that does not come first, others may show its calls under the
//!   default name until then, at 0.
//! - For scrapes that an endpoint answers, the processes are read on one thread, `tallymark-scrape`, so that
//!   not each thread of a server comes to have the memory that it takes.
//!   [`gather_text`](crate::gather_text) reads them on the thread that calls it.
//! - `get` of a metric, and what is counted in an isolated registry, is of this process alone.
//!
//! What goes wrong is counted in `tallymark_multiprocess_errors_total{reason}`, and said once in the log;
//! a service is never the worse for it. Where there is no room, new series are counted in the process's
//! own memory; where the directory cannot be used, all are.
//!
//! Files of Python's `prometheus_client` in the same directory are read too, and added to what this
//! library counts under the same names. They are never removed or changed.
//!
//! `tallymark collect DIR` prints what a directory holds, and `tallymark serve DIR --listen ADDRESS`
//! serves it (`cargo install tallymark --features cli`). In a program [`of_directory`] does.

#[cfg(target_os = "linux")]
mod before_main;

use std::io;
use std::path::{Path, PathBuf};

use crate::file::{Own, Reason, report};
use crate::labelled::series_limit;
use crate::{cells, described};

/// The variables that name the directory.
const VARIABLES: [&str; 2] = ["PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir"];

/// Why a process does not count together with others.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JoinError {
    /// Something was counted or exposed already, in memory that others cannot read.
    #[error(
        "this process has counted already, and what it counted would be missing from the totals; \
         join at the start of `main`, before anything is counted or a registry is asked for"
    )]
    #[non_exhaustive]
    TooLate,
    /// The directory cannot be used.
    #[error("processes cannot count together in {path:?}: {source}")]
    #[non_exhaustive]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system says; [`Unsupported`](io::ErrorKind::Unsupported) on others than Linux.
        source: io::Error,
    },
}

/// Has this process count together with all that share the directory, as with
/// `PROMETHEUS_MULTIPROC_DIR`, which it takes the place of.
///
/// It belongs at the start of `main`.
///
/// ```no_run
/// tallymark::multiprocess::join("/run/deploy/metrics")?;
/// # Ok::<(), tallymark::multiprocess::JoinError>(())
/// ```
///
/// # Errors
///
/// A [`JoinError`], if the process has counted already, or the directory cannot be used. In both cases
/// the process counts alone.
pub fn join(directory: impl AsRef<Path>) -> Result<(), JoinError> {
    let path = directory.as_ref();
    let mut joined = Err(io::Error::new(io::ErrorKind::Unsupported, "that is for Linux only"));
    // Elsewhere it cannot, however early.
    if cfg!(target_os = "linux") && !cells::start_with(|| joined = join_now(path)) {
        return Err(JoinError::TooLate);
    }
    joined.map_err(|source| JoinError::Directory { path: path.to_owned(), source })
}

/// Makes a registry of all that the processes count that share a directory, for a process that is none
/// of them: it counts nothing there, and no process lives by it.
///
/// ```no_run
/// let text = tallymark::multiprocess::of_directory("/run/deploy/metrics").gather_text();
/// ```
///
/// A directory that cannot be read is nothing but an error in
/// `tallymark_multiprocess_errors_total{reason="directory"}`.
#[cfg(target_os = "linux")]
pub fn of_directory(directory: impl AsRef<Path>) -> crate::Registry {
    crate::Registry::of_directory(directory.as_ref())
}

/// The directory that the environment names, if it does.
pub(crate) fn directory_of_environment() -> Option<PathBuf> {
    let mut named = VARIABLES.iter().filter_map(std::env::var_os);
    named.find(|path| !path.is_empty()).map(PathBuf::from)
}

fn join_now(path: &Path) -> io::Result<()> {
    let joined = Own::join(path);
    if let Err(error) = &joined {
        let path = path.display();
        report(Reason::Directory, &format_args!("{path}: {error}; this process counts alone"));
    }
    joined?;
    series_limit::tell();
    cells::move_early();
    described::describe();
    Ok(())
}

/// Adds up the bytes of files, of processes that are alive or not.
///
/// # Panics
///
/// If what is archived comes to something else than before.
#[cfg(all(fuzzing, target_os = "linux"))]
#[doc(hidden)]
pub fn add_up(files: &[(bool, &[u8])]) {
    crate::processes::add_up(files);
}
