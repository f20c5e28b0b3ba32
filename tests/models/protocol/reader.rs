//! What a reader does: `Known::read` of `processes.rs`, and within it `Archive::fold` of `archive.rs`.

use crate::names::Names;
use crate::rules::{Rules, Safeguard};
use crate::world::{Archive, Counts, PROCESSES, World};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Reader {
    pub(crate) at: At,
    /// What each process had counted when it began.
    floor: Counts,
    life: u8,
    generation: u8,
    /// Those that it is about to open, or to remove.
    found: Names,
    opened: u8,
    living: Names,
    dead: Names,
    stale: Names,
    archive: Archive,
    /// Whether there is an archive that it is about to name.
    pub(crate) unfinished: bool,
    total: Counts,
}

/// What is the next step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum At {
    #[default]
    Idle,
    /// `life`.
    Life,
    /// `archive::generation`.
    Generation,
    /// `Directory::list`.
    List,
    /// `Directory::read` of the next one, in `Opened::new` or `is_left`.
    Open,
    /// `is_alive`, and the header, which does not change as far as it is of concern here.
    Probe,
    /// `Archive::read`.
    Archive,
    /// `archive::goes_on`.
    LifeAfter,
    /// `Directory::try_fold`.
    Lock,
    /// `archive::generation`, in `Archive::fold`.
    GenerationUnderLock,
    /// `archive::goes_on`, in `Archive::fold`.
    LifeUnderLock,
    /// `Directory::list`, in `Archive::fold`.
    ListUnderLock,
    /// `Directory::remove` of what is of no use, one in each step.
    RemoveStale,
    /// `Archive::absorb`, of the next one alone: it is read, and `Directory::begin`. The new archive is
    /// locked at once: who else would remove it meanwhile would need the right to fold.
    Begin,
    /// Without a safeguard: the file of the one that is absorbed is removed.
    RemoveEarly,
    /// `Directory::finish_archive`.
    Name,
    /// `Directory::remove` of who was absorbed, one in each step.
    RemoveAbsorbed,
    /// The right to fold is given back.
    Unlock,
    /// `Opened::read` of the next one that is alive; the dead do not change.
    Read,
    /// It was killed, and comes back no more.
    Killed,
}

pub(crate) fn crash(world: &mut World, number: usize) {
    let reader = &mut world.readers[number];
    if reader.has_lock() {
        world.folding = false;
    }
    *reader = Reader { at: At::Killed, unfinished: reader.unfinished, ..Reader::default() };
}

pub(crate) fn step(world: &mut World, number: usize, rules: Rules) -> Result<(), String> {
    let mut me = world.readers[number];
    me.at = match me.at {
        At::Idle => {
            me.floor = world.counts();
            me.begin()
        }
        At::Life => {
            me.life = world.life;
            At::Generation
        }
        At::Generation => {
            let archive = if rules.have(Safeguard::GenerationOfLife) {
                world.archive_of(me.life)
            } else {
                world.archive
            };
            me.generation = archive.generation;
            At::List
        }
        At::List => {
            me.found = world.names();
            me.open_next()
        }
        At::Open => me.open(world),
        At::Probe => me.probe(world),
        At::Archive => {
            me.archive = world.archive_of(me.life);
            if me.is_late(rules) { me.begin() } else { At::LifeAfter }
        }
        At::LifeAfter if rules.have(Safeguard::LifeAfterListing) && world.life != me.life => {
            me.begin()
        }
        At::LifeAfter => {
            let left = !me.dead.is_empty() || !me.stale.is_empty();
            me.skip_absorbed(rules);
            if left { At::Lock } else { me.add_up(world) }
        }
        At::Lock if world.folding && rules.have(Safeguard::Lock) => me.add_up(world),
        At::Lock => {
            world.folding = true;
            At::GenerationUnderLock
        }
        _ if me.has_lock() => me.fold(world, rules),
        At::Read => {
            me.read(world);
            At::Read
        }
        at => at,
    };
    if me.at == At::Read && me.living.is_empty() {
        me.expose(world)?;
        me = Reader::default();
    }
    // Of what it removed none is its own.
    world.readers[number] = me;
    Ok(())
}

impl Reader {
    fn has_lock(&self) -> bool {
        !matches!(
            self.at,
            At::Idle
                | At::Life
                | At::Generation
                | At::List
                | At::Open
                | At::Probe
                | At::Archive
                | At::LifeAfter
                | At::Lock
                | At::Read
                | At::Killed
        )
    }

    /// What `Archive::fold` does with the right to fold.
    fn fold(&mut self, world: &mut World, rules: Rules) -> At {
        match self.at {
            At::GenerationUnderLock => {
                let is_same = world.archive_of(self.life).generation == self.archive.generation;
                if rules.have(Safeguard::GenerationUnderLock) && !is_same {
                    world.folding = false;
                    self.begin()
                } else {
                    // Without the safeguard it is read once more, or nobody could fold after another.
                    self.archive = world.archive_of(self.life);
                    self.skip_absorbed(rules);
                    At::LifeUnderLock
                }
            }
            At::LifeUnderLock
                if rules.have(Safeguard::LifeUnderLock) && world.life != self.life =>
            {
                world.folding = false;
                self.begin()
            }
            At::LifeUnderLock => At::ListUnderLock,
            At::ListUnderLock => {
                self.generation = 0;
                self.found = world.names();
                let known = self.archive.absorbed.both(self.found);
                self.archive.absorbed =
                    if rules.have(Safeguard::Remember) { known } else { Names::NONE };
                self.remove_next()
            }
            At::RemoveStale => {
                self.stale.pop().into_iter().for_each(|name| world.remove(name));
                self.remove_next()
            }
            At::Begin => {
                self.unfinished = true;
                if rules.have(Safeguard::RenameFirst) { At::Name } else { At::RemoveEarly }
            }
            At::RemoveEarly => {
                self.dead.iter().take(1).for_each(|process| world.remove(process));
                At::Name
            }
            At::Name if self.unfinished => {
                self.unfinished = false;
                self.absorb(world);
                world.archive = self.archive;
                self.remove_next()
            }
            // Somebody began a life, and has removed it: `Unwritten`.
            At::Name => At::Unlock,
            At::RemoveAbsorbed => {
                self.found.pop().into_iter().for_each(|name| world.remove(name));
                if self.found.is_empty() { At::Unlock } else { At::RemoveAbsorbed }
            }
            At::Unlock => {
                world.folding = false;
                self.add_up(world)
            }
            at => at,
        }
    }

    /// Begins, maybe again: what it has read so far is forgotten.
    fn begin(&mut self) -> At {
        *self = Self { floor: self.floor, ..Self::default() };
        At::Life
    }

    /// Whether somebody has folded since it began.
    fn is_late(&self, rules: Rules) -> bool {
        let tolerated = u8::from(!rules.have(Safeguard::EachFold));
        self.archive.generation > self.generation + tolerated
    }

    fn skip_absorbed(&mut self, rules: Rules) {
        if rules.have(Safeguard::SkipAbsorbed) {
            self.dead = self.dead.without(self.archive.absorbed);
        }
    }

    fn open_next(&self) -> At {
        if self.found.is_empty() { At::Archive } else { At::Open }
    }

    fn open(&mut self, world: &World) -> At {
        match self.found.pop() {
            Some(name) if world.names().has(name) => {
                self.opened = u8::try_from(name).expect("one of eight");
                At::Probe
            }
            // Removed in this moment.
            _ => self.open_next(),
        }
    }

    fn probe(&mut self, world: &World) -> At {
        let name = usize::from(self.opened);
        let alive = world.is_alive(name);
        self.opened = 0;
        match world.processes.get(name) {
            Some(_) if alive => self.living = self.living.with(name),
            Some(process) if process.life == self.life => self.dead = self.dead.with(name),
            None if alive => {}
            _ => self.stale = self.stale.with(name),
        }
        self.open_next()
    }

    /// First what is of no use is removed, then the dead are absorbed, then their files are removed.
    fn remove_next(&mut self) -> At {
        if !self.stale.is_empty() {
            return At::RemoveStale;
        }
        if !self.dead.is_empty() {
            return At::Begin;
        }
        self.found = self.found.both(self.archive.absorbed);
        if self.found.is_empty() { At::Unlock } else { At::RemoveAbsorbed }
    }

    fn absorb(&mut self, world: &World) {
        self.archive.life = self.life;
        self.archive.generation += 1;
        if let Some(process) = self.dead.pop() {
            self.archive.absorbed = self.archive.absorbed.with(process);
            self.archive.counts[process] += world.processes[process].count;
        }
    }

    /// Begins to add up: what the archive has, and the dead that it has not.
    fn add_up(&mut self, world: &World) -> At {
        self.total = self.archive.counts;
        for process in self.dead.iter() {
            self.total[process] += world.processes[process].count;
        }
        // No more is known of them from here on, so that states are alike that go on alike.
        *self = Self {
            floor: self.floor,
            life: self.life,
            living: self.living,
            total: self.total,
            ..Self::default()
        };
        At::Read
    }

    fn read(&mut self, world: &World) {
        if let Some(process) = self.living.pop() {
            self.total[process] += world.processes[process].count;
        }
    }

    /// No less than was counted when it began, and no more than was counted by now.
    fn expose(&self, world: &World) -> Result<(), String> {
        for number in 0..PROCESSES {
            let process = &world.processes[number];
            let is_of_life = process.life == self.life;
            let least = if is_of_life { self.floor[number] } else { 0 };
            let most = if is_of_life { process.count } else { 0 };
            let total = self.total[number];
            if total < least {
                return Err(format!("{total} of process {number}, and not {least}: {self:?}"));
            }
            if total > most {
                return Err(format!(
                    "{total} of process {number}, and no more than {most} were counted: {self:?}"
                ));
            }
        }
        Ok(())
    }
}
