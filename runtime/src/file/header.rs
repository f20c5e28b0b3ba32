//! The first bytes of a file: what it is, whose, and how far it is written.

use super::bytes::word;

/// `TALLYMRK`, as the eight bytes stand in the file.
pub(super) const MAGIC: u64 = u64::from_ne_bytes(*b"TALLYMRK");

/// The version of the format. Readers skip those that they do not know.
pub(super) const VERSION: u32 = 1;

/// How long a header is; the first records are behind it.
pub(super) const LENGTH: usize = 256;

/// What is at which word of the header.
pub(super) mod at {
    pub(in super::super) const MAGIC: usize = 0;
    pub(in super::super) const VERSION_AND_SORT: usize = 1;
    /// How many bytes there are to read. Behind it may be room that nothing is written to yet.
    pub(in super::super) const USED: usize = 2;
    /// How often records came, changed or went.
    pub(in super::super) const CHANGES: usize = 3;
    pub(in super::super) const IDENTITY: usize = 4;
    pub(in super::super) const LIFE: usize = 6;
    pub(in super::super) const BOOT: usize = 8;
    pub(in super::super) const STARTED_NS: usize = 10;
    pub(in super::super) const WORKER: usize = 11;
    pub(in super::super) const PID: usize = 12;
    pub(in super::super) const PID_NAMESPACE: usize = 13;
    pub(in super::super) const START_TICKS: usize = 14;
    pub(in super::super) const GENERATION: usize = 15;
    /// For how long the process has had a processor, in nanoseconds, as far as that was exposed; in an
    /// archive, those that it absorbed.
    pub(in super::super) const CPU_NS: usize = 16;
    /// How many series a metric may have that does not say it itself.
    pub(in super::super) const LIMIT: usize = 17;
}

/// A random number that nothing else has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Identity(pub(super) [u64; 2]);

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self([first, second]) = self;
        write!(f, "{first:016x}{second:016x}")
    }
}

/// Whose counts a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Process,
    /// Those of processes that are gone.
    Archive,
}

impl Sort {
    pub(super) const fn number(self) -> u32 {
        match self {
            Self::Process => 1,
            Self::Archive => 2,
        }
    }
}

/// A header, as it was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Header {
    pub(crate) sort: Sort,
    pub(super) used: usize,
    pub(crate) changes: u64,
    pub(crate) identity: Identity,
    /// Since when processes have been counting together without a moment when there was none.
    pub(crate) life: Identity,
    pub(crate) boot: Identity,
    /// When the process began to count, in nanoseconds since the Unix epoch.
    pub(crate) started_ns: u64,
    /// A small number that no other living process has.
    pub(crate) worker: u64,
    pub(crate) pid: u64,
    pub(crate) pid_namespace: u64,
    /// When the process started, in the unit of proc(5).
    pub(crate) start_ticks: u64,
    /// How often an archive was written anew.
    pub(crate) generation: u64,
    pub(crate) cpu_ns: u64,
    /// How many series a metric may have that does not say it itself.
    pub(crate) limit: u64,
}

/// Why a header cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    Short,
    Foreign,
    Newer,
}

impl Header {
    /// How many bytes it has.
    pub(crate) const LENGTH: usize = LENGTH;

    /// That of a file of this life that is not written by a process as it counts.
    pub(crate) fn new(sort: Sort, life: Identity, boot: Identity) -> Self {
        Self {
            sort,
            used: 0,
            changes: 0,
            identity: Identity::default(),
            life,
            boot,
            started_ns: 0,
            worker: 0,
            pid: 0,
            pid_namespace: 0,
            start_ticks: 0,
            generation: 0,
            cpu_ns: 0,
            limit: 0,
        }
    }

    /// How many bytes of the file there are to read.
    pub(crate) fn length(&self) -> usize {
        self.used
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let word = |at: usize| word(bytes, at * 8).ok_or(Unreadable::Short);
        let two = |at: usize| Ok(Identity([word(at)?, word(at + 1)?]));
        if word(at::MAGIC)? != MAGIC {
            return Err(Unreadable::Foreign);
        }
        if bytes.len() < LENGTH {
            return Err(Unreadable::Short);
        }
        let version_and_sort = word(at::VERSION_AND_SORT)?;
        if version_and_sort >> 32 > u64::from(VERSION) {
            return Err(Unreadable::Newer);
        }
        let sort = [Sort::Process, Sort::Archive]
            .into_iter()
            .find(|sort| version_and_sort == u64::from(VERSION) << 32 | u64::from(sort.number()));
        Ok(Self {
            sort: sort.ok_or(Unreadable::Foreign)?,
            used: usize::try_from(word(at::USED)?).unwrap_or(usize::MAX),
            changes: word(at::CHANGES)?,
            identity: two(at::IDENTITY)?,
            life: two(at::LIFE)?,
            boot: two(at::BOOT)?,
            started_ns: word(at::STARTED_NS)?,
            worker: word(at::WORKER)?,
            pid: word(at::PID)?,
            pid_namespace: word(at::PID_NAMESPACE)?,
            start_ticks: word(at::START_TICKS)?,
            generation: word(at::GENERATION)?,
            cpu_ns: word(at::CPU_NS)?,
            limit: word(at::LIMIT)?,
        })
    }

    /// The words as they stand in the file; what they leave out is 0.
    pub(super) fn words(&self) -> [u64; LENGTH / 8] {
        let mut words = [0; LENGTH / 8];
        words[at::MAGIC] = MAGIC;
        words[at::VERSION_AND_SORT] = u64::from(VERSION) << 32 | u64::from(self.sort.number());
        words[at::USED] = self.used as u64;
        words[at::CHANGES] = self.changes;
        for (at, identity) in
            [(at::IDENTITY, self.identity), (at::LIFE, self.life), (at::BOOT, self.boot)]
        {
            words[at..at + 2].copy_from_slice(&identity.0);
        }
        words[at::STARTED_NS] = self.started_ns;
        words[at::WORKER] = self.worker;
        words[at::PID] = self.pid;
        words[at::PID_NAMESPACE] = self.pid_namespace;
        words[at::START_TICKS] = self.start_ticks;
        words[at::GENERATION] = self.generation;
        words[at::CPU_NS] = self.cpu_ns;
        words[at::LIMIT] = self.limit;
        words
    }
}
