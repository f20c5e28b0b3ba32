//! All processes that share a directory, added up.
//!
//! A scrape lists the directory, asks of each file whether its process is alive, has the dead folded
//! into the archive ([`archive`]), reads the rest as it stands ([`source`]) and adds up ([`plan`]). What
//! the series are and where each is counted is found out anew only where that changed.

mod archive;
mod building;
mod cost;
mod family;
mod folding;
#[cfg(fuzzing)]
mod fuzzed;
mod kept;
#[cfg(test)]
mod made;
mod plan;
mod python;
mod source;
mod step;
mod sum;
mod table;
mod together;
mod total;
mod usage;

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use self::archive::{Archive, Unwritten};
use self::building::Purpose;
#[cfg(fuzzing)]
pub(crate) use self::fuzzed::add_up;
use self::plan::{Plan, Planned};
use self::source::{Gone, Opened, Source, is_shortage};
pub(crate) use self::usage::{Usage, is_usage};
use crate::cells::Beside;
use crate::file::{Directory, Found, Header, Identity, Reason, boot, life, own, report};

/// The processes that share a directory.
#[derive(Debug)]
pub(crate) struct Processes {
    path: PathBuf,
    known: Mutex<Known>,
}

/// Those that this process counts together with, if it does.
pub(crate) fn of_own() -> Option<&'static Processes> {
    static OF_OWN: OnceLock<Processes> = OnceLock::new();
    let own = own()?;
    Some(OF_OWN.get_or_init(|| Processes::new(own.path())))
}

/// What the last reading left to the next.
#[derive(Debug, Default)]
struct Known {
    /// The bytes of files, for their memory.
    buffers: HashMap<Identity, Vec<u8>>,
    archive: Option<Archive>,
    plan: Option<Plan>,
}

/// All that the processes counted, at one moment.
#[derive(Debug)]
pub(crate) struct Union {
    families: Arc<Vec<Planned>>,
    values: Beside,
    /// What they take of the machine, if that was asked for.
    usage: Option<Usage>,
}

/// What there is to be said of all processes.
#[derive(Debug)]
pub(crate) enum Reading {
    All(Union),
    /// They cannot be read just now. What this process counted alone would be less than all that was
    /// said before.
    NotNow,
    /// There is no directory that they could be read in.
    Alone,
}

/// How often it is begun again because somebody folded meanwhile. Then it is read under their lock.
const TRIES: usize = 8;

impl Processes {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), known: Mutex::default() }
    }

    /// Reads all of them.
    pub(crate) fn read(&self, with_usage: bool) -> Reading {
        if let Some(own) = own().filter(|own| own.path() == self.path) {
            own.mend();
        }
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..TRIES {
            match known.read(&self.path, with_usage) {
                Ok(Some(union)) => return Reading::All(union),
                Ok(None) => {}
                Err(error) => {
                    let path = self.path.display();
                    report(Reason::Directory, &format_args!("{path}: {error}"));
                    let passes = is_shortage(&error) || error.kind() == io::ErrorKind::Other;
                    return if passes { Reading::NotNow } else { Reading::Alone };
                }
            }
        }
        // Nobody folds while this is held.
        let _folding = Directory::open(&self.path).and_then(|directory| directory.fold());
        let union = known.read(&self.path, with_usage).ok().flatten();
        union.map_or(Reading::NotNow, Reading::All)
    }
}

impl Known {
    /// Reads all of them, unless somebody folds meanwhile, so that something may be there twice.
    fn read(&mut self, path: &Path, with_usage: bool) -> io::Result<Option<Union>> {
        let directory = Directory::open(path)?;
        let life = life(&directory)?.unwrap_or_default();
        let boot = boot()?;
        let before = archive::generation(&directory, (life, boot));
        let (mut living, mut dead) = (Vec::new(), Vec::new());
        let (mut stale, mut python) = (Vec::new(), Vec::new());
        for found in directory.list()? {
            let opened = |name, others| Opened::new(&directory, name, others);
            match found {
                Found::Process(name) => match opened(name, living.len() + dead.len())? {
                    Some(opened) if opened.alive => living.push(opened),
                    Some(opened) if opened.header.is_of(life, boot) => dead.push(opened),
                    Some(opened) => stale.push(opened.name),
                    None => {}
                },
                Found::Unfinished(name) => stale.extend(source::is_left(&directory, name)),
                Found::Python(name) => python.push(name),
                Found::Archive => {}
            }
        }
        let mut archive = Archive::read(&directory, self.archive.take(), (life, boot))?;
        if archive.generation() != before || !archive::goes_on(&directory, life) {
            // Somebody folded in between: it may have who was alive when that was asked, and have
            // forgotten whom it named before. Or all of it is of another life.
            self.archive = Some(archive);
            return Ok(None);
        }
        // There are some to be folded, or to be removed since they are.
        let left = !dead.is_empty() || !stale.is_empty();
        dead.retain(|opened| !archive.has(opened.header.identity));
        if left {
            match archive.fold(&directory, &living, &dead, &stale) {
                Ok(Some(folded)) => archive = folded,
                Ok(None) => return Ok(None),
                Err(Unwritten { archive: before, error }) => {
                    archive = *before;
                    let path = path.display();
                    report(Reason::Archive, &format_args!("the archive in {path}: {error}"));
                }
            }
            dead.retain(|opened| !archive.has(opened.header.identity));
        }
        let archived_ns = archive.cpu_ns();
        self.archive = Some(archive);
        let measured = with_usage.then(|| usage::measure(&directory, &living));
        let mut sources = Vec::new();
        let mut seen = HashSet::new();
        for opened in living.into_iter().chain(dead) {
            let identity = opened.header.identity;
            seen.insert(identity);
            let buffer = self.buffers.remove(&identity).unwrap_or_default();
            match opened.read(&directory, buffer) {
                Ok(source) => sources.extend(source),
                Err(Gone) => return Ok(None),
            }
        }
        self.buffers.clear();
        let usage = measured.map(|measured| Usage::new(&sources, archived_ns, &measured));
        let (families, values) = self.add_up(sources, python::read(&directory, &python)?);
        Ok(Some(Union { families, values, usage }))
    }

    fn add_up(
        &mut self,
        mut sources: Vec<Source>,
        python: Option<Source>,
    ) -> (Arc<Vec<Planned>>, Beside) {
        sources.extend(python);
        // In one order, whatever the directory's is: sums of floats depend on it.
        sources.sort_by_key(|source| (source.header.started_ns, source.header.identity));
        let archived = self.archive.as_mut().map(Archive::source);
        sources.splice(0..0, archived.and_then(Option::take));
        let plan = match self.plan.take() {
            Some(plan) if plan.is_of(&sources) => plan,
            _ => Plan::new(&sources, Purpose::Exposition),
        };
        let plan = self.plan.insert(plan);
        let values = plan.values(&sources);
        let families = Arc::clone(&plan.families);
        for source in sources {
            if let Some(archive) = self.archive.as_mut().filter(|_| source.is_archive()) {
                *archive.source() = Some(source);
            } else {
                self.buffers.insert(source.header.identity, source.bytes);
            }
        }
        (families, values)
    }
}

impl Header {
    /// Whether the process counted in this life, since the machine was started.
    fn is_of(&self, life: Identity, boot: Identity) -> bool {
        (self.life, self.boot) == (life, boot)
    }
}
