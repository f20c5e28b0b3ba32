use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tallymark_tests::{Process, Profile, Service, Workers, metrics};

use crate::attacker::attack;
use crate::clients::{Sent, order};
use crate::disk::Disk;
use crate::memory::{Memory, status};
use crate::totals::{ATTACKS, REQUESTS, Totals, series};

/// How many processes of the example there are. The first one lives for as long as the test.
const WORKERS: usize = 3;
const CLIENTS: usize = 3;

/// How many series an attacker can make of a metric: what the one alive has at most, what those that are
/// gone have at most, and the one of all the others.
const SERIES: usize = 2 * LIMIT + 1;
const LIMIT: usize = 2_000;

/// How many of all requests to the one that is attacked: those that are counted, and those of a method
/// and a path that nobody knows.
const METHODS: usize = 4;

/// From one kill to the next.
const BETWEEN: Duration = Duration::from_millis(500);

/// From one scrape to the next: as many in a second as elsewhere in minutes.
const PAUSE: Duration = Duration::from_millis(100);

/// What happens beside the load and the scrapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Nothing,
    /// Processes are killed, and others take their places.
    Restarts,
    Attack,
    /// There is an attack too, and a process dies that cannot be folded.
    FullDisk,
}

impl Turn {
    pub(crate) const ALL: [Self; 4] = [Self::Nothing, Self::Restarts, Self::Attack, Self::FullDisk];

    fn attacks(self) -> bool {
        matches!(self, Self::Attack | Self::FullDisk)
    }
}

/// The example in several processes, and one that is attacked, which count together.
#[derive(Debug)]
pub(crate) struct Setting {
    workers: Workers,
    attacked: Attacked,
    orders: Sent,
    attacks: Sent,
    totals: Totals,
    scrapes: u64,
    kills: u64,
    /// The last one to go.
    disk: Disk,
}

impl Setting {
    pub(crate) fn new() -> Self {
        let disk = Disk::new();
        let directory = disk.directory();
        Self {
            workers: Workers::start_in(directory.clone(), Profile::Release, WORKERS, &[]),
            attacked: Attacked::start(&directory),
            orders: Sent::default(),
            attacks: Sent::default(),
            totals: Totals::default(),
            scrapes: 0,
            kills: 0,
            disk,
        }
    }

    /// Lets a turn last so long, and then counts.
    pub(crate) fn take(&mut self, turn: Turn, time: Duration) {
        let until = Instant::now() + time;
        let broken = self.orders.broken();
        if turn == Turn::FullDisk {
            self.disk.fill();
        }
        let (address, target) = (self.workers.address(), self.attacked.address);
        let (workers, totals) = (&mut self.workers, &mut self.totals);
        let (orders, attacks) = (&self.orders, &self.attacks);
        let (scrapes, kills) = thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(move || order(address, orders, until));
            }
            if turn.attacks() {
                // Before the disk is full all room for series is taken, and no more is asked for.
                let least = if turn == Turn::Attack { LIMIT + LIMIT / 4 } else { 0 };
                scope.spawn(move || attack(target, attacks, least, until));
            }
            let scraping = scope.spawn(move || scrape(address, [orders, attacks], totals, until));
            let kills = disturb(workers, turn, until);
            (scraping.join().expect("no scrape is wrong"), kills)
        });
        assert!(scrapes > 0, "{turn:?}");
        assert!(kills > 0 || self.orders.broken() == broken, "{turn:?}");
        self.scrapes += scrapes;
        self.kills += kills;
        self.settle(turn);
        self.count();
    }

    /// Has everybody be there again who was killed, and the disk have room.
    fn settle(&mut self, turn: Turn) {
        match turn {
            Turn::Nothing | Turn::Attack => {}
            Turn::Restarts => {
                self.attacked = Attacked::start(&self.disk.directory());
                self.kills += 1;
            }
            Turn::FullDisk => {
                self.disk.make_room();
                self.workers.replace(WORKERS - 1);
            }
        }
    }

    /// Sees to it that whoever is asked says what was answered.
    fn count(&mut self) {
        for address in [self.workers.address(), self.attacked.address] {
            let text = metrics(address).expect("nobody is killed now");
            let totals = Totals::of(&text);
            self.orders.assert_counted(totals.orders);
            self.attacks.assert_counted(totals.attacks);
            self.totals.rise_to(totals);
            assert!(series(&text, ATTACKS) <= SERIES, "{}", series(&text, ATTACKS));
            assert!(series(&text, REQUESTS) <= METHODS, "{}", series(&text, REQUESTS));
        }
    }

    /// What there is of memory now.
    pub(crate) fn memory(&self) -> Memory {
        let scrape = metrics(self.workers.address()).expect("nobody is killed now").len();
        let oldest = self.workers.id(0);
        let (files, bytes) = self.disk.used();
        Memory {
            resident: status(oldest, "VmRSS"),
            anonymous: status(oldest, "RssAnon"),
            attacked: status(self.attacked.process.id(), "VmRSS"),
            files,
            bytes,
            scrape,
        }
    }

    /// What was counted so far.
    pub(crate) fn counts(&self) -> String {
        format!(
            "{} orders answered, {} broken, {} counted; {} attacks answered, {} counted; {} scrapes, \
             {} kills",
            self.orders.answered(),
            self.orders.broken(),
            self.totals.orders,
            self.attacks.answered(),
            self.totals.attacks,
            self.scrapes,
            self.kills,
        )
    }
}

/// The server of this package that is attacked.
#[derive(Debug)]
struct Attacked {
    process: Process,
    address: SocketAddr,
}

impl Attacked {
    fn start(directory: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attacked"));
        let process = Process::start(command.env("PROMETHEUS_MULTIPROC_DIR", directory));
        let address = Service::address(&process.line());
        Self { process, address }
    }
}

/// Kills processes until then, if it is the turn for that; says how many.
fn disturb(workers: &mut Workers, turn: Turn, until: Instant) -> u64 {
    let mut kills = 0;
    match turn {
        Turn::Nothing | Turn::Attack => {}
        Turn::Restarts => {
            for worker in (1..WORKERS).cycle() {
                thread::sleep(BETWEEN);
                if Instant::now() + BETWEEN > until {
                    break;
                }
                workers.replace(worker);
                kills += 1;
            }
        }
        Turn::FullDisk => {
            thread::sleep(BETWEEN);
            workers.kill(WORKERS - 1);
            kills += 1;
        }
    }
    kills
}

/// Asks the example until then, and sees to it that no total falls or lacks what was answered.
fn scrape(address: SocketAddr, sent: [&Sent; 2], totals: &mut Totals, until: Instant) -> u64 {
    let mut scrapes = 0;
    while Instant::now() < until {
        let before = sent.map(Sent::answered);
        // One whose own process is killed has no answer.
        let Ok(text) = metrics(address) else { continue };
        let now = Totals::of(&text);
        assert!(now.orders >= before[0] && now.attacks >= before[1], "{now:?} after {before:?}");
        totals.rise_to(now);
        scrapes += 1;
        thread::sleep(PAUSE);
    }
    scrapes
}
