use crate::names::Names;
use crate::process::{self, Process};
use crate::reader::{self, Reader};
use crate::rules::Rules;

pub(crate) const PROCESSES: usize = 3;
pub(crate) const READERS: usize = 2;

/// What each process counted.
pub(crate) type Counts = [u8; PROCESSES];

/// The directory, and all who do something with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct World {
    /// What stands in `living.lock`: 0, if nothing does.
    pub(crate) life: u8,
    pub(crate) archive: Archive,
    /// Whether somebody has `folding.lock`.
    pub(crate) folding: bool,
    pub(crate) processes: [Process; PROCESSES],
    pub(crate) readers: [Reader; READERS],
    pub(crate) left: Left,
}

/// How much may still happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Left {
    pub(crate) deaths: u8,
    pub(crate) crashes: u8,
    pub(crate) scrapes: u8,
}

/// `archive.tally`; that of life 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Archive {
    pub(crate) life: u8,
    pub(crate) generation: u8,
    pub(crate) absorbed: Names,
    pub(crate) counts: Counts,
}

/// Who does the next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    Process(usize),
    Dies(usize),
    Reader(usize),
    Crashes(usize),
}

impl World {
    /// So many processes are alive and have counted nothing, and so many others may come.
    pub(crate) fn of(living: usize, coming: usize, left: Left) -> Self {
        let mut processes = [Process { at: process::At::Dead, ..Process::default() }; PROCESSES];
        processes[..living].fill(Process::living(1));
        processes[living..living + coming].fill(Process::default());
        Self {
            life: u8::from(living > 0),
            archive: Archive::default(),
            folding: false,
            processes,
            readers: [Reader::default(); READERS],
            left,
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        self.processes.map(|process| process.count)
    }

    /// `Directory::list`: those that have their names, then the unfinished ones of processes, then those
    /// of readers.
    pub(crate) fn names(&self) -> Names {
        let mut names = Names::NONE;
        for (number, process) in self.processes.iter().enumerate() {
            match process.file {
                process::File::Named => names = names.with(number),
                process::File::Unfinished => names = names.with(PROCESSES + number),
                process::File::None => {}
            }
        }
        for (number, reader) in self.readers.iter().enumerate() {
            if reader.unfinished {
                names = names.with(2 * PROCESSES + number);
            }
        }
        names
    }

    /// Whether a file of that name is locked by its owner.
    pub(crate) fn is_alive(&self, name: usize) -> bool {
        match name.checked_sub(2 * PROCESSES) {
            Some(reader) => self.readers[reader].at != reader::At::Killed,
            None => self.processes[name % PROCESSES].has_lock(),
        }
    }

    /// `Directory::remove`.
    pub(crate) fn remove(&mut self, name: usize) {
        if !self.names().has(name) {
            return;
        }
        match name.checked_sub(2 * PROCESSES) {
            Some(reader) => self.readers[reader].unfinished = false,
            None => self.processes[name % PROCESSES].file = process::File::None,
        }
    }

    /// `Archive::read`, and what is known of it in a life.
    pub(crate) fn archive_of(&self, life: u8) -> Archive {
        if self.archive.life == life { self.archive } else { Archive::default() }
    }

    /// What can happen next.
    pub(crate) fn moves(&self) -> Vec<Move> {
        let mut moves = Vec::new();
        for (number, process) in self.processes.iter().enumerate() {
            if process.can_go_on(self) {
                moves.push(Move::Process(number));
            }
            if process.is_there() && self.left.deaths > 0 {
                moves.push(Move::Dies(number));
            }
        }
        for (number, reader) in self.readers.iter().enumerate() {
            match reader.at {
                reader::At::Killed => continue,
                reader::At::Idle if self.left.scrapes == 0 => continue,
                reader::At::Idle => {}
                _ if self.left.crashes > 0 => moves.push(Move::Crashes(number)),
                _ => {}
            }
            moves.push(Move::Reader(number));
        }
        moves
    }

    /// What is when it has happened.
    ///
    /// # Errors
    ///
    /// What is wrong then.
    pub(crate) fn after(mut self, next: Move, rules: Rules) -> Result<Self, String> {
        match next {
            Move::Process(number) => process::step(&mut self, number, rules),
            Move::Dies(number) => {
                self.left.deaths -= 1;
                self.processes[number].at = process::At::Dead;
            }
            Move::Reader(number) => {
                if self.readers[number].at == reader::At::Idle {
                    self.left.scrapes -= 1;
                }
                reader::step(&mut self, number, rules)?;
            }
            Move::Crashes(number) => {
                self.left.crashes -= 1;
                reader::crash(&mut self, number);
            }
        }
        Ok(self)
    }

    /// Whether all is as it has to be when somebody reads in peace what has been left.
    ///
    /// # Errors
    ///
    /// What is not.
    pub(crate) fn settles(mut self, rules: Rules) -> Result<(), String> {
        let busy = |at| !matches!(at, reader::At::Idle | reader::At::Killed);
        let idle = self.readers.iter().position(|reader| reader.at == reader::At::Idle);
        let (false, Some(reader)) = (self.readers.iter().any(|reader| busy(reader.at)), idle)
        else {
            return Ok(());
        };
        // Twice, since what the first one exposes is checked against all that was counted by then.
        for _ in 0..2 {
            reader::step(&mut self, reader, rules)?;
            while self.readers[reader].at != reader::At::Idle {
                reader::step(&mut self, reader, rules)?;
            }
        }
        let left = self.names().iter().find(|name| !self.is_alive(*name));
        if let Some(name) = left {
            return Err(format!("file {name} is left for ever: {self:?}"));
        }
        let archive = self.archive_of(self.life);
        for (process, counts) in self.processes.iter().zip(archive.counts) {
            let gone = process.at == process::At::Dead && process.life == self.life;
            if counts != if gone { process.count } else { 0 } {
                return Err(format!("not absorbed exactly once: {self:?}"));
            }
        }
        Ok(())
    }
}

impl World {
    /// Where somebody is who does something.
    pub(crate) fn place(&self, step: Move) -> String {
        match step {
            Move::Process(number) | Move::Dies(number) => {
                format!("{:?}", self.processes[number].at)
            }
            Move::Reader(number) | Move::Crashes(number) => {
                format!("{:?}", self.readers[number].at)
            }
        }
    }
}
