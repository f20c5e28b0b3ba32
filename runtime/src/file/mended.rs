//! A file that is gone, or not as it was made, and another one in its place.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::Ordering;

use rustix::fs;
use rustix::io::pwrite;
use rustix::param::page_size;

use super::header::{Identity, at};
use super::life::life;
use super::record::Cells;
use super::writer::{EARLY, Writer, reserve, write_at};

impl Writer {
    /// Whether there was a file that is there no more, or not as it was made.
    pub(super) fn is_lost(&self) -> bool {
        self.length > 0
            && (self.mapped.is_replaced() || !self.is_whole() || !self.is_among_others())
    }

    /// Whether the directory is there, and in it the life that this process has joined.
    pub(super) fn is_among_others(&self) -> bool {
        let is_another = |life: Option<Identity>| life != Some(self.life.identity);
        self.directory.is_there() && !life(&self.directory).is_ok_and(is_another)
    }

    fn is_whole(&self) -> bool {
        let Some((file, _)) = &self.file else { return false };
        let Ok(stat) = fs::fstat(file) else { return false };
        let length = usize::try_from(stat.st_size).unwrap_or(0);
        stat.st_nlink > 0 && length >= self.length && self.is_as_written()
    }

    /// Whether what was written is there, but for cells, and for the word that is others' to write.
    fn is_as_written(&self) -> bool {
        self.written.iter().all(|(start, words)| {
            let there = self.mapped.words(EARLY + start, words.len()).unwrap_or_default();
            let mut pairs = (*start..).step_by(8).zip(there.iter().zip(words));
            there.len() == words.len()
                && pairs.all(|(at, (there, written))| {
                    there.load(Ordering::Relaxed) == *written || at == at::CPU_NS * 8
                })
        })
    }

    /// Has nobody take the file, when another one is in its place, for that of a process that is gone:
    /// who finds it unlocked finds nothing in it.
    pub(super) fn retire(&self) {
        if let Some((file, name)) = &self.file {
            // Where that fails there is no file to be found either.
            let _ = pwrite(file, &[0; 8], at::MAGIC as u64 * 8);
            self.directory.remove(name);
        }
    }

    /// Makes a file anew and maps it in the place of the one before: with what is counted there, or, in
    /// a copy of the process, with cells at zero.
    pub(super) fn renew(&mut self, with_counts: bool) -> io::Result<()> {
        self.make(|writer, file| writer.copy(file, with_counts))
    }

    fn copy(&mut self, file: &OwnedFd, with_counts: bool) -> io::Result<()> {
        reserve(file, 0, self.length)?;
        for (at, word) in self.header.words().into_iter().enumerate() {
            // Not to where the file is mapped that was before, which may be another process's.
            self.note(at * 8, word);
        }
        let bytes = self.bytes(with_counts);
        write_at(file, &bytes, 0)?;
        self.mapped.begin_anew();
        self.mapped.share(EARLY, file.as_fd(), 0, self.length)?;
        for (number, offset) in self.early.iter().enumerate() {
            self.mapped.share(number * page_size(), file.as_fd(), *offset, page_size())?;
        }
        Ok(())
    }

    /// What the file is to hold.
    fn bytes(&self, with_counts: bool) -> Vec<u8> {
        let mut bytes = vec![0; self.length];
        let mut put = |at: usize, word: u64| {
            if let Some(place) = bytes.get_mut(at..at + 8) {
                place.copy_from_slice(&word.to_ne_bytes());
            }
        };
        for (start, words) in &self.written {
            for (at, word) in (*start..).step_by(8).zip(words) {
                put(at, *word);
            }
        }
        if with_counts {
            for Cells { count, offset, .. } in &self.cells {
                // What this process wrote itself, and so it fits.
                let start = usize::try_from(*offset).unwrap_or(usize::MAX);
                // Early cells are mapped twice, and are counted in where they were first.
                let early = self.early.iter().position(|early| *early == start);
                let place = early.map_or(EARLY + start, |number| number * page_size());
                let cells = self.mapped.words(place, *count as usize).unwrap_or_default();
                for (at, cell) in (start..).step_by(8).zip(cells) {
                    put(at, cell.load(Ordering::Relaxed));
                }
            }
        }
        bytes
    }

    /// Goes on without a file, with cells at zero in memory of this process's own.
    pub(super) fn detach(&mut self) {
        self.file = None;
        // Where even that fails, there is no memory left for anything.
        let _ = self.mapped.detach(0, self.mapped.accessible());
    }
}
