//! What the processes take of the machine, as the kernel says it (proc(5)): each by itself, and all
//! together.

use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::sync::LazyLock;

use procfs::process::{LimitValue, Process};

use super::source::{Opened, Source};
use crate::clock;
use crate::combine::WORKER;
use crate::file::{Directory, Header, Identity};
use crate::kind::Kind;
use crate::listing::Given;
use crate::offered::{Head, Offered};
use crate::shape::Shape;

/// What all processes take.
#[derive(Debug)]
pub(crate) struct Usage {
    living: Vec<Living>,
    /// The processor time of those that are gone.
    ended_ns: u64,
}

#[derive(Debug)]
struct Living {
    worker: u64,
    started: Option<f64>,
    cpu_ns: u64,
    /// Not of those whose numbers mean others to this process: in another namespace.
    measured: Option<Measured>,
}

/// What the kernel says of one process.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measured {
    cpu_ns: u64,
    resident_bytes: u64,
    virtual_bytes: u64,
    threads: i64,
    open_fds: Option<usize>,
    max_fds: Option<u64>,
}

/// A family of all, and another one of each.
struct Quantity {
    name: &'static str,
    of_each: &'static str,
    help: &'static str,
    kind: Kind,
    of_all: OfAll,
    read: fn(&Living) -> Option<f64>,
}

/// What it is of all processes.
#[derive(Clone, Copy)]
enum OfAll {
    Sum,
    Earliest,
    /// Their processor time, and that of those that are gone, which must not fall by what is lost where
    /// floats are added up.
    Cpu,
}

/// The names are those that Prometheus asks client libraries for ("Writing client libraries", Process
/// metrics).
const QUANTITIES: [Quantity; 7] = [
    Quantity {
        name: "process_cpu_seconds_total",
        of_each: "tallymark_worker_cpu_seconds_total",
        help: "Total user and system CPU time spent in seconds.",
        kind: Kind::Counter,
        of_all: OfAll::Cpu,
        read: |living| Some(clock::seconds(living.cpu_ns)),
    },
    Quantity {
        name: "process_max_fds",
        of_each: "tallymark_worker_max_fds",
        help: "Maximum number of open file descriptors.",
        kind: Kind::Gauge,
        of_all: OfAll::Sum,
        read: |living| living.measured?.max_fds.map(float),
    },
    Quantity {
        name: "process_open_fds",
        of_each: "tallymark_worker_open_fds",
        help: "Number of open file descriptors.",
        kind: Kind::Gauge,
        of_all: OfAll::Sum,
        read: |living| living.measured?.open_fds.map(|count| float(count as u64)),
    },
    Quantity {
        name: "process_resident_memory_bytes",
        of_each: "tallymark_worker_resident_memory_bytes",
        help: "Resident memory size in bytes.",
        kind: Kind::Gauge,
        of_all: OfAll::Sum,
        read: |living| Some(float(living.measured?.resident_bytes)),
    },
    Quantity {
        name: "process_start_time_seconds",
        of_each: "tallymark_worker_start_time_seconds",
        help: "Start time of the process since unix epoch in seconds.",
        kind: Kind::Gauge,
        of_all: OfAll::Earliest,
        read: |living| living.started,
    },
    Quantity {
        name: "process_threads",
        of_each: "tallymark_worker_threads",
        help: "Number of OS threads in the process.",
        kind: Kind::Gauge,
        of_all: OfAll::Sum,
        read: |living| Some(float(u64::try_from(living.measured?.threads).ok()?)),
    },
    Quantity {
        name: "process_virtual_memory_bytes",
        of_each: "tallymark_worker_virtual_memory_bytes",
        help: "Virtual memory size in bytes.",
        kind: Kind::Gauge,
        of_all: OfAll::Sum,
        read: |living| Some(float(living.measured?.virtual_bytes)),
    },
];

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
fn float(number: u64) -> f64 {
    number as f64
}

/// Whether it is a family of what a process takes of the machine.
pub(crate) fn is_usage(family: &Offered) -> bool {
    QUANTITIES.iter().any(|quantity| quantity.name == family.head.name)
        && family.series.iter().all(|given| given.labels.is_empty())
}

/// Asks the kernel about the living, and keeps in their files for how long they have had a processor:
/// when they are gone, nobody can ask any more.
pub(super) fn measure(directory: &Directory, living: &[Opened]) -> HashMap<Identity, Measured> {
    let namespace = std::fs::metadata("/proc/self/ns/pid").map_or(0, |file| file.ino());
    if living.is_empty() {
        return HashMap::new();
    }
    // Of files that nobody folds meanwhile. Where somebody does, it is what it was at the last time.
    let lock = directory.try_fold().ok().flatten();
    let here = living.iter().filter(|opened| opened.header.pid_namespace == namespace);
    let measured = here.filter_map(|Opened { header, name, .. }| {
        let measured = Measured::of(header)?;
        if lock.is_some() && measured.cpu_ns > header.cpu_ns {
            directory.keep_cpu(name, measured.cpu_ns);
        }
        Some((header.identity, measured))
    });
    measured.collect()
}

impl Measured {
    /// Nothing, if the process is gone, or its number is another's by now.
    fn of(header: &Header) -> Option<Self> {
        let process = Process::new(i32::try_from(header.pid).ok()?).ok()?;
        let stat = process.stat().ok()?;
        // Nor is one that has ended a matter of this process any more, though it is still there.
        if stat.starttime != header.start_ticks || stat.state == 'Z' {
            return None;
        }
        let limit = process.limits().ok().map(|limits| limits.max_open_files.soft_limit);
        Some(Self {
            cpu_ns: nanoseconds(stat.utime.saturating_add(stat.stime)),
            resident_bytes: stat.rss.saturating_mul(procfs::page_size()),
            virtual_bytes: stat.vsize,
            threads: stat.num_threads,
            open_fds: process.fd_count().ok(),
            max_fds: match limit {
                Some(LimitValue::Value(max)) => Some(max),
                Some(LimitValue::Unlimited) | None => None,
            },
        })
    }
}

/// Clock ticks in nanoseconds.
fn nanoseconds(ticks: u64) -> u64 {
    const SECOND: u64 = 1_000_000_000;
    static PER_TICK: LazyLock<u64> = LazyLock::new(|| SECOND / procfs::ticks_per_second().max(1));
    ticks.saturating_mul(*PER_TICK)
}

/// When a process started, in seconds since the Unix epoch.
fn started(header: &Header) -> Option<f64> {
    static BOOT: LazyLock<Option<u64>> = LazyLock::new(|| procfs::boot_time_secs().ok());
    Some(float((*BOOT)?) + clock::seconds(nanoseconds(header.start_ticks)))
}

impl Usage {
    /// That of these processes, beside those whose processor time the archive has.
    pub(super) fn new(
        sources: &[Source],
        archived_ns: u64,
        measured: &HashMap<Identity, Measured>,
    ) -> Self {
        let mut usage = Self { living: Vec::new(), ended_ns: archived_ns };
        for source in sources {
            let header = &source.header;
            let cpu_ns = source.cpu_ns();
            if source.alive {
                let measured = measured.get(&header.identity).copied();
                let (worker, started) = (header.worker, started(header));
                usage.living.push(Living { worker, started, cpu_ns, measured });
            } else {
                usage.ended_ns = usage.ended_ns.saturating_add(cpu_ns);
            }
        }
        usage.living.sort_by_key(|living| living.worker);
        usage
    }

    /// The processor time of all, living or not.
    fn cpu_ns(&self) -> u64 {
        let living = self.living.iter().map(|living| living.cpu_ns);
        living.fold(self.ended_ns, u64::saturating_add)
    }

    /// The families of all processes together.
    pub(crate) fn of_all(&self) -> impl Iterator<Item = Offered> {
        QUANTITIES.iter().filter_map(|quantity| {
            let values = self.living.iter().filter_map(quantity.read);
            let value = match quantity.of_all {
                OfAll::Sum => values.reduce(|sum, one| sum + one),
                OfAll::Earliest => values.reduce(f64::min),
                OfAll::Cpu => Some(clock::seconds(self.cpu_ns())),
            };
            Some(quantity.family(quantity.name, vec![given(Vec::new(), value?)]))
        })
    }

    /// The families of each living process, by its number.
    pub(crate) fn of_each(&self) -> impl Iterator<Item = Offered> {
        QUANTITIES.iter().filter_map(|quantity| {
            let values = self.living.iter().filter_map(|living| {
                let labels = vec![(WORKER.into(), living.worker.to_string().into())];
                Some(given(labels, (quantity.read)(living)?))
            });
            let values: Vec<Given> = values.collect();
            (!values.is_empty()).then(|| quantity.family(quantity.of_each, values))
        })
    }
}

type Labels = Vec<(std::borrow::Cow<'static, str>, std::borrow::Cow<'static, str>)>;

fn given(labels: Labels, value: f64) -> Given {
    Given {
        labels,
        timestamp_ms: None,
        created_ms: None,
        shape: Shape::Number,
        samples: vec![value.to_bits()],
    }
}

impl Quantity {
    fn family(&self, name: &'static str, series: Vec<Given>) -> Offered {
        let head = Head { name: name.into(), help: self.help.into(), kind: self.kind };
        Offered { head, series }
    }
}
