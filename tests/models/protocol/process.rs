//! What a process does: `Life::join` and `begin` of `life.rs`, then `Writer::make` of `writer.rs`.

use crate::names::Names;
use crate::rules::{Rules, Safeguard};
use crate::world::{Archive, World};

/// How far each counts.
const MOST: u8 = 1;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Process {
    pub(crate) at: At,
    /// The one that it joined.
    pub(crate) life: u8,
    pub(crate) file: File,
    /// What stands in its file, which whoever has it open can read when it has no name any more.
    pub(crate) count: u8,
    /// Those that it is about to remove.
    pub(crate) old: Names,
}

/// What is the next step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum At {
    /// `Life::join`: the lock of the living is tried, exclusive.
    #[default]
    Join,
    /// `begin`: a new identity of the life is written.
    WriteLife,
    /// `begin`: the directory is listed.
    ListOld,
    /// `begin`: the files are removed, one in each step.
    RemoveOld,
    /// `begin`: the archive is removed.
    RemoveArchive,
    /// `Life::join`: the lock is given back, as far as it was had, and is taken shared.
    Unlock,
    Lock,
    /// `Life::join`: the identity is read.
    ReadLife,
    /// Without a safeguard: it is written, where there is none.
    WriteMissing,
    /// `Directory::begin`: the file is made.
    Make,
    /// `Directory::begin`: it is locked.
    LockFile,
    /// `Directory::finish_process`.
    Name,
    /// A count is stored.
    Count,
    Dead,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum File {
    #[default]
    None,
    Unfinished,
    Named,
}

impl Process {
    /// One that has its file, and counts.
    pub(crate) fn living(life: u8) -> Self {
        Self { at: At::Count, life, file: File::Named, ..Self::default() }
    }

    pub(crate) fn is_there(self) -> bool {
        !matches!(self.at, At::Join | At::Dead)
    }

    /// Whether it has the lock of its file.
    pub(crate) fn has_lock(self) -> bool {
        matches!(self.at, At::Name | At::Count)
    }

    fn remove_next(self) -> At {
        if self.old.is_empty() { At::RemoveArchive } else { At::RemoveOld }
    }

    /// Whether it has the lock of the living, exclusive.
    fn is_alone(self) -> bool {
        use At::{ListOld, RemoveArchive, RemoveOld, Unlock, WriteLife};
        matches!(self.at, WriteLife | ListOld | RemoveOld | RemoveArchive | Unlock)
    }

    /// Whether it has the lock of the living, shared.
    fn is_living(self) -> bool {
        use At::{Count, LockFile, Make, Name, ReadLife, WriteMissing};
        matches!(self.at, ReadLife | WriteMissing | Make | LockFile | Name | Count)
    }

    /// Whether it has something to do, and does not wait.
    pub(crate) fn can_go_on(self, world: &World) -> bool {
        match self.at {
            At::Dead => false,
            At::Count => self.count < MOST,
            At::Lock => !world.processes.iter().any(|process| process.is_alone()),
            _ => true,
        }
    }
}

pub(crate) fn step(world: &mut World, number: usize, rules: Rules) {
    let mut me = world.processes[number];
    me.at = match me.at {
        At::Join => {
            let taken = |process: &Process| process.is_alone() || process.is_living();
            if world.processes.iter().any(taken) { At::Lock } else { At::WriteLife }
        }
        At::WriteLife => {
            // Lives begin one after the other, and none has the identity of another.
            world.life += 1;
            At::ListOld
        }
        At::ListOld => {
            me.old = world.names();
            me.remove_next()
        }
        At::RemoveOld => {
            me.old.pop().into_iter().for_each(|name| world.remove(name));
            me.remove_next()
        }
        At::RemoveArchive => {
            world.archive = Archive::default();
            At::Unlock
        }
        // The kernel gives one lock back before it takes the other.
        At::Unlock => At::Lock,
        At::Lock => At::ReadLife,
        At::ReadLife if world.life == 0 && rules.have(Safeguard::JoinAnew) => At::Join,
        At::ReadLife if world.life == 0 => At::WriteMissing,
        At::ReadLife => {
            me.life = world.life;
            At::Make
        }
        At::WriteMissing => {
            world.life += 1;
            me.life = world.life;
            At::Make
        }
        At::Make => {
            me.file = File::Unfinished;
            At::LockFile
        }
        At::LockFile => At::Name,
        At::Name if me.file == File::Unfinished => {
            me.file = File::Named;
            At::Count
        }
        At::Name if rules.have(Safeguard::MakeAnew) => At::Make,
        At::Name => At::Count,
        At::Count => {
            me.count += 1;
            At::Count
        }
        At::Dead => At::Dead,
    };
    // But for what it removed of itself, which is nothing.
    world.processes[number] = me;
}
