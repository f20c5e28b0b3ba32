//! The file of this process.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use super::directory::{Directory, Found, LONGEST};
use super::errors::{Reason, report};
use super::header::{Header, Identity, Sort};
use super::life::{Life, boot, is_alive};
use super::mapped::Mapped;
use super::record::{self, sort};
use super::told::{Metric, Place, Series};
use super::writer::{EARLY, Writer};
use super::{fault, fork};
use crate::clock;
use crate::exemplar::Exemplar;

/// How many cells have their addresses from the start.
pub(crate) const EARLY_CELLS: usize = 16_384;

/// How long it is until it is tried again, where there was no room.
const AGAIN: Duration = Duration::from_secs(1);

static OWN: OnceLock<Own> = OnceLock::new();

thread_local! {
    static WRITING: Cell<bool> = const { Cell::new(false) };
}

/// The file of this process, if it counts together with others.
#[inline]
pub(crate) fn own() -> Option<&'static Own> {
    OWN.get()
}

#[derive(Debug)]
pub(crate) struct Own {
    path: std::path::PathBuf,
    early: &'static [AtomicU64],
    worker: AtomicU64,
    /// Whether there was no room the last time, and until when that is taken for granted.
    full: AtomicBool,
    lacks: AtomicBool,
    again: Mutex<Option<Instant>>,
    writer: Mutex<Writer>,
}

impl Own {
    /// Has this process count together with those that share the directory.
    ///
    /// # Errors
    ///
    /// If the directory cannot be used. Then the process counts alone.
    pub(crate) fn join(path: &Path) -> io::Result<&'static Self> {
        // Wherever the process goes to, it is this one.
        let path = std::path::absolute(path)?;
        let directory = Directory::make(&path)?;
        let life = Life::join(&directory)?;
        // For the life of the process, as its addresses are.
        let mapped: &Mapped = Box::leak(Box::new(Mapped::reserve(EARLY + LONGEST, EARLY)?));
        let early = mapped.words(0, EARLY_CELLS).ok_or(io::ErrorKind::OutOfMemory)?;
        let numbering = directory.number()?;
        let header = header(&directory, life.identity)?;
        let worker = AtomicU64::new(header.worker);
        let mut writer = Writer::new(directory, life, header, mapped);
        if let Err(error) = writer.create() {
            if error.kind() != io::ErrorKind::StorageFull {
                return Err(error);
            }
            report(Reason::Full, &format_args!("{}: {error}", path.display()));
        }
        drop(numbering);
        let own = Self {
            path,
            early,
            worker,
            full: AtomicBool::new(false),
            lacks: AtomicBool::new(false),
            again: Mutex::new(None),
            writer: Mutex::new(writer),
        };
        if OWN.set(own).is_err() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let own = OWN.get().ok_or(io::ErrorKind::NotFound)?;
        fork::follow();
        fault::survive(mapped);
        Ok(own)
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the file; nothing, if this thread is in the midst of that: an allocator that
    /// counts may come by here again.
    fn write<T>(&self, work: impl FnOnce(&mut Writer) -> T) -> Option<T> {
        if WRITING.try_with(|writing| writing.replace(true)).unwrap_or(true) {
            return None;
        }
        let done = work(&mut self.lock());
        Self::pause(false);
        Some(done)
    }

    /// The directory that it shares with others.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The number of this process among the living.
    pub(crate) fn worker(&self) -> u64 {
        self.worker.load(Ordering::Relaxed)
    }

    /// The first cells that all threads write, which have their addresses whether or not they are in the
    /// file.
    pub(crate) fn early(&self) -> &'static [AtomicU64] {
        self.early
    }

    /// Whether these cells are where others may see them.
    pub(crate) fn has(&self, cells: &[AtomicU64]) -> bool {
        let start = self.early.as_ptr().addr();
        (start..start + EARLY + LONGEST).contains(&cells.as_ptr().addr())
    }

    /// Has the early cells in the file up to that one; whether they are.
    pub(crate) fn keep_early(&self, end: usize) -> bool {
        let there = self.write(|writer| writer.has_early(end));
        there == Some(true) || self.unless_full(|writer| writer.early(end)).is_some()
    }

    /// Cells at zero for so many slots from one on, in the file, if there is room.
    pub(crate) fn cells(&self, first: u32, count: usize) -> Option<&'static [AtomicU64]> {
        self.unless_full(|writer| writer.cells(first, count))
    }

    pub(crate) fn metric(&self, metric: &Metric<'_>) -> Option<Place> {
        self.unless_full(|writer| writer.record(sort::METRIC, &metric.write()))
    }

    pub(crate) fn series(&self, series: &Series<'_>) -> Option<Place> {
        self.unless_full(|writer| writer.record(sort::SERIES, &series.write()))
    }

    /// Says how many series a metric may have that does not say it itself.
    pub(crate) fn limit_series(&self, series: u64) {
        self.write(|writer| writer.limit(series));
    }

    /// Whether something that this process counts is nowhere in the file.
    pub(crate) fn lacks_some(&self) -> bool {
        self.lacks.load(Ordering::Relaxed)
    }

    /// Has nobody read a record any more.
    pub(crate) fn remove(&self, place: Place) {
        self.write(|writer| writer.free(place));
    }

    /// Puts an exemplar of what was counted in a slot in place of the last one.
    pub(crate) fn exemplar(&self, slot: u32, exemplar: &Exemplar) {
        let words = record::write_exemplar(slot, exemplar);
        self.unless_full(|writer| writer.exemplar(slot, &words));
    }

    pub(crate) fn remove_exemplar(&self, slot: u32) {
        self.write(|writer| writer.remove_exemplar(slot));
    }

    /// Does what takes room in the file, if there is some.
    fn unless_full<T>(&self, work: impl FnOnce(&mut Writer) -> io::Result<T>) -> Option<T> {
        let done = self.try_to(work);
        if done.is_none() {
            self.lacks.store(true, Ordering::Relaxed);
        }
        done
    }

    fn try_to<T>(&self, work: impl FnOnce(&mut Writer) -> io::Result<T>) -> Option<T> {
        // Each try is a call of the system, and counting must not wait for one each time.
        if self.full.load(Ordering::Relaxed) {
            let again = self.again.try_lock().ok()?;
            if again.is_some_and(|again| Instant::now() < again) {
                return None;
            }
        }
        match self.write(work)? {
            Ok(done) => {
                self.full.store(false, Ordering::Relaxed);
                Some(done)
            }
            Err(error) => {
                let new = !self.full.swap(true, Ordering::Relaxed);
                *self.again.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some(Instant::now() + AGAIN);
                if new {
                    let path = self.path.display();
                    report(
                        Reason::Full,
                        &format_args!("no room for new series in {path}: {error}"),
                    );
                }
                None
            }
        }
    }

    /// Makes the file again, and the directory, if they are gone, or not as they were made. What others
    /// had counted is gone with the directory.
    pub(crate) fn mend(&self) {
        let lost = self.write(|writer| writer.is_lost());
        if lost != Some(true) {
            return;
        }
        let mended = self.unless_full(|writer| {
            if writer.is_among_others() {
                writer.retire();
                let _numbering = writer.directory.number()?;
                let taken = numbers(&writer.directory)?;
                // Of who has come since its file was gone.
                if taken.contains(&writer.header.worker) {
                    writer.header.worker = free(&taken);
                }
                writer.header.identity = Identity::random()?;
                writer.renew(true)?;
                return Ok(writer.header.worker);
            }
            let directory = Directory::make(&self.path)?;
            let life = Life::join(&directory)?;
            let _numbering = directory.number()?;
            let Header { used, changes, started_ns, limit, .. } = writer.header;
            let header = header(&directory, life.identity)?;
            // It may be the same directory, if it only seemed to be gone.
            writer.retire();
            writer.header = Header { used, changes, started_ns, limit, ..header };
            (writer.directory, writer.life) = (directory, life);
            writer.renew(true)?;
            Ok(writer.header.worker)
        });
        if let Some(worker) = mended {
            self.worker.store(worker, Ordering::Relaxed);
            let path = self.path.display();
            let problem = "what this process counts in was deleted or changed, and is made again";
            report(Reason::Directory, &format_args!("{path}: {problem}"));
        }
    }

    /// This process is the copy of another, whose file it must not write.
    pub(super) fn divide(&self, mut writer: MutexGuard<'_, Writer>) {
        // Before anything else, since what is counted from here on, by an allocator if by nobody else,
        // would be counted in the other one's file.
        writer.detach();
        super::errors::forget();
        let begun = Self::begin_anew(&mut writer);
        self.worker.store(writer.header.worker, Ordering::Relaxed);
        drop(writer);
        if let Err(error) = begun {
            report(Reason::Directory, &format_args!("{}: {error}", self.path.display()));
        }
    }

    /// Has this thread write nothing, or do so again: while it makes a copy of the process it has what
    /// is written locked.
    pub(super) fn pause(paused: bool) {
        // A thread that is ending has none of its locals any more, and writes nothing.
        let _ = WRITING.try_with(|writing| writing.set(paused));
    }

    fn begin_anew(writer: &mut Writer) -> io::Result<()> {
        let _numbering = writer.directory.number()?;
        let header = header(&writer.directory, writer.life.identity)?;
        let Header { used, changes, limit, .. } = writer.header;
        writer.header = Header { used, changes, limit, ..header };
        writer.renew(false)
    }
}

/// The header of a file for this process.
fn header(directory: &Directory, life: Identity) -> io::Result<Header> {
    let namespace = std::fs::metadata("/proc/self/ns/pid");
    Ok(Header {
        identity: Identity::random()?,
        started_ns: clock::unix_ns(),
        worker: free(&numbers(directory)?),
        pid: u64::from(std::process::id()),
        pid_namespace: namespace.map_or(0, |file| std::os::unix::fs::MetadataExt::ino(&file)),
        start_ticks: clock::start_ticks().unwrap_or(0),
        ..Header::new(Sort::Process, life, boot()?)
    })
}

/// The numbers of the living.
fn numbers(directory: &Directory) -> io::Result<BTreeSet<u64>> {
    let mut taken = BTreeSet::new();
    for found in directory.list()? {
        let Found::Process(name) = found else { continue };
        let Ok(file) = directory.read(&name) else { continue };
        if !is_alive(&file) {
            continue;
        }
        let mut bytes = [0; super::header::LENGTH];
        if rustix::io::pread(&file, &mut bytes, 0).is_ok()
            && let Ok(header) = Header::of(&bytes)
        {
            taken.insert(header.worker);
        }
    }
    Ok(taken)
}

/// The smallest number that is none of these.
fn free(taken: &BTreeSet<u64>) -> u64 {
    let gap = (0..).zip(taken).find(|(free, taken)| free != *taken);
    gap.map_or(taken.len() as u64, |(free, _)| free)
}
