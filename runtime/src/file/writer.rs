//! Writing a file that others read meanwhile. What there is to read is complete at any moment, and
//! after any store that was the last one of its process.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{self, FallocateFlags};
use rustix::io::{Errno, pwrite};
use rustix::param::page_size;

use super::bytes::Writing;
use super::directory::{Directory, LONGEST};
use super::header::{self, Header, at};
use super::life::Life;
use super::mapped::Mapped;
use super::record::{Cells, Head, sort};
use super::told::Place;

/// How many bytes the file grows by, at least.
const STEP: usize = 16 << 10;

/// How many bytes of records are together, at least.
const CHUNK: usize = 4 << 10;

/// The words of a record that says where the next ones are.
const LINK: usize = 2;

/// Cells begin where no other processor's writes are in the way.
const LINE: usize = 128;

/// Freed records are used again for others of their length, which is rounded for that.
const ROUND: usize = 4;

/// How often it is tried again to make a file.
const TRIES: usize = 16;

/// The first addresses are those of cells that have theirs before they are in the file.
pub(super) const EARLY: usize = super::own::EARLY_CELLS * 8;

#[derive(Debug)]
pub(super) struct Writer {
    pub(super) directory: Directory,
    pub(super) life: Life,
    pub(super) header: Header,
    /// None where there is no file, and so no room in it.
    pub(super) file: Option<(OwnedFd, CString)>,
    pub(super) mapped: &'static Mapped,
    /// How long the file is.
    pub(super) length: usize,
    /// Up to where it is given out.
    end: usize,
    /// Where the next records go.
    chunk: Range<usize>,
    /// What was written, but for cells, by where it begins: whatever others do to the file.
    pub(super) written: BTreeMap<usize, Vec<u64>>,
    /// Records that are free, by their length in words.
    free: BTreeMap<usize, Vec<Place>>,
    /// Which of the early cells are in the file, and where: by steps.
    pub(super) early: Vec<usize>,
    /// By the slots that they are of.
    exemplars: BTreeMap<u32, Place>,
    /// Where the cells are, of which a copy of the process has its own, at zero.
    pub(super) cells: Vec<Cells>,
}

impl Writer {
    pub(super) fn new(
        directory: Directory,
        life: Life,
        header: Header,
        mapped: &'static Mapped,
    ) -> Self {
        Self {
            directory,
            life,
            header,
            file: None,
            mapped,
            length: 0,
            end: 0,
            chunk: 0..0,
            written: BTreeMap::new(),
            free: BTreeMap::new(),
            early: Vec::new(),
            exemplars: BTreeMap::new(),
            cells: Vec::new(),
        }
    }

    /// Makes the file and gives it its name.
    pub(super) fn create(&mut self) -> io::Result<()> {
        self.make(Self::fill)
    }

    pub(super) fn make(
        &mut self,
        write: impl Fn(&mut Self, &OwnedFd) -> io::Result<()>,
    ) -> io::Result<()> {
        let identity = self.header.identity;
        for _ in 0..TRIES {
            let (file, unfinished) = self.directory.begin(identity)?;
            let made = write(self, &file)
                .and_then(|()| self.directory.finish_process(&unfinished, identity));
            match made {
                Ok(name) => {
                    self.file = Some((file, name));
                    return Ok(());
                }
                // In the moment before it was locked somebody took it for one that was left, and has
                // removed it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    self.directory.remove(&unfinished);
                    return Err(error);
                }
            }
        }
        Err(io::ErrorKind::NotFound.into())
    }

    fn fill(&mut self, file: &OwnedFd) -> io::Result<()> {
        reserve(file, 0, STEP)?;
        self.mapped.share(EARLY, file.as_fd(), 0, STEP)?;
        self.length = STEP;
        self.written.insert(0, vec![0; CHUNK / 8]);
        self.end = CHUNK;
        self.chunk = header::LENGTH..CHUNK;
        self.header.used = self.end;
        // Its magic last, when all else is there.
        for (at, word) in self.header.words().into_iter().enumerate().rev() {
            self.store(at * 8, word);
        }
        Ok(())
    }

    pub(super) fn word(&self, offset: usize) -> Option<&'static AtomicU64> {
        self.mapped.words(EARLY + offset, 1)?.first()
    }

    fn store(&mut self, offset: usize, word: u64) {
        self.note(offset, word);
        if let Some(place) = self.word(offset) {
            place.store(word, Ordering::Release);
        }
    }

    /// Has a word be what was written, though it is in no file yet.
    pub(super) fn note(&mut self, offset: usize, word: u64) {
        if let Some((start, words)) = self.written.range_mut(..=offset).next_back()
            && let Some(place) = words.get_mut((offset - start) / 8)
        {
            *place = word;
        }
    }

    /// What was written there.
    pub(super) fn written(&self, offset: usize) -> Option<u64> {
        let (start, words) = self.written.range(..=offset).next_back()?;
        words.get((offset - start) / 8).copied()
    }

    /// Says how many series a metric may have that does not say it itself.
    pub(super) fn limit(&mut self, series: u64) {
        self.header.limit = series;
        self.store(at::LIMIT * 8, series);
    }

    /// Gives out so many bytes, at a multiple of their alignment.
    fn allocate(&mut self, bytes: usize, align: usize) -> io::Result<usize> {
        let Some((file, _)) = &self.file else { return Err(io::ErrorKind::NotFound.into()) };
        let start = self.end.next_multiple_of(align);
        let end = start + bytes;
        if end > self.length {
            if end > LONGEST {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            // More each time, so that there are few steps, or as much as there is room for.
            let step = STEP.max(self.length / 4).next_multiple_of(page_size());
            let wanted = (self.length + step).max(end.next_multiple_of(page_size())).min(LONGEST);
            let least = end.next_multiple_of(page_size());
            let length = match reserve(file, self.length, wanted - self.length) {
                Ok(()) => wanted,
                Err(_) if least < wanted => {
                    reserve(file, self.length, least - self.length)?;
                    least
                }
                Err(error) => return Err(error),
            };
            let more = length - self.length;
            self.mapped.share(EARLY + self.length, file.as_fd(), self.length, more)?;
            self.length = length;
        }
        self.end = end;
        self.header.used = end;
        self.store(at::USED * 8, end as u64);
        Ok(start)
    }

    /// Writes a record.
    pub(super) fn record(&mut self, sort: u8, content: &Writing) -> io::Result<Place> {
        let words: Vec<u64> = content.words().collect();
        self.words(sort, &words)
    }

    pub(super) fn words(&mut self, sort: u8, content: &[u64]) -> io::Result<Place> {
        if self.file.is_none() {
            return Err(io::ErrorKind::NotFound.into());
        }
        let words = (content.len() + 1).next_multiple_of(ROUND);
        let free = self.free.get_mut(&words).and_then(Vec::pop);
        let place = match free {
            Some(place) => place,
            None => self.room(words)?,
        };
        for (at, word) in content.iter().enumerate() {
            self.store(place.0 + (at + 1) * 8, *word);
        }
        let words = u32::try_from(words).map_err(|_| io::ErrorKind::FileTooLarge)?;
        // Last, and so it is whole for whoever sees it.
        self.store(place.0, Head { sort, there: true, words }.word());
        self.changed();
        Ok(place)
    }

    /// Room for so many words.
    fn room(&mut self, words: usize) -> io::Result<Place> {
        let bytes = words * 8;
        if self.chunk.start + bytes + LINK * 8 > self.chunk.end {
            let length = CHUNK.max(bytes + LINK * 8);
            let next = self.allocate(length, 8)?;
            self.written.insert(next, vec![0; length / 8]);
            self.store(self.chunk.start + 8, next as u64);
            let link = Head { sort: sort::LINK, there: true, words: 2 };
            self.store(self.chunk.start, link.word());
            self.chunk = next..next + length;
        }
        let place = Place(self.chunk.start);
        self.chunk.start += bytes;
        Ok(place)
    }

    /// Has a record be none, until another one takes its place.
    pub(super) fn free(&mut self, place: Place) {
        let Some(word) = self.written(place.0) else { return };
        let head = Head::of(word);
        self.store(place.0, Head { there: false, ..head }.word());
        self.changed();
        self.free.entry(head.words as usize).or_default().push(place);
    }

    /// Writes an exemplar over the last one of its slot, or where there is room for it.
    pub(super) fn exemplar(&mut self, slot: u32, words: &[u64]) -> io::Result<()> {
        if let Some(place) = self.exemplars.get(&slot).copied() {
            if self.overwrite(place, words) {
                return Ok(());
            }
            self.remove_exemplar(slot);
        }
        let place = self.words(sort::EXEMPLAR, words)?;
        self.exemplars.insert(slot, place);
        Ok(())
    }

    pub(super) fn remove_exemplar(&mut self, slot: u32) {
        if let Some(place) = self.exemplars.remove(&slot) {
            self.free(place);
        }
    }

    /// Writes over a record, with what has no more words.
    fn overwrite(&mut self, place: Place, content: &[u64]) -> bool {
        let Some(word) = self.written(place.0) else { return false };
        let head = Head::of(word);
        if content.len() >= head.words as usize {
            return false;
        }
        for (at, word) in content.iter().enumerate() {
            self.store(place.0 + (at + 1) * 8, *word);
        }
        true
    }

    fn changed(&mut self) {
        self.header.changes += 1;
        self.store(at::CHANGES * 8, self.header.changes);
    }

    /// Cells at zero, of so many slots from one on.
    pub(super) fn cells(&mut self, first: u32, count: usize) -> io::Result<&'static [AtomicU64]> {
        let offset = self.allocate(count * 8, LINE)?;
        // Behind them other things begin on a line of their own.
        self.end = self.end.next_multiple_of(LINE).min(self.length);
        self.told(first, count, offset)?;
        self.mapped.words(EARLY + offset, count).ok_or_else(|| io::ErrorKind::OutOfMemory.into())
    }

    fn told(&mut self, first: u32, count: usize, offset: usize) -> io::Result<()> {
        let count = u32::try_from(count).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let cells = Cells { first, count, offset: offset as u64 };
        self.record(sort::CELLS, &cells.write())?;
        self.cells.push(cells);
        Ok(())
    }

    /// Has the early cells in the file, up to that one.
    pub(super) fn early(&mut self, end: usize) -> io::Result<()> {
        let step = page_size();
        while self.early.len() * step < end * 8 {
            let number = self.early.len();
            let offset = self.allocate(step, step)?;
            let Some((file, _)) = &self.file else { return Err(io::ErrorKind::NotFound.into()) };
            let first =
                u32::try_from(number * step / 8).map_err(|_| io::ErrorKind::FileTooLarge)?;
            // Somebody counts there already where there was no room before, or if the allocator counts.
            let cells = self.mapped.words(number * step, step / 8).unwrap_or_default();
            let cells = cells.iter().flat_map(|cell| cell.load(Ordering::Relaxed).to_ne_bytes());
            write_at(file, &cells.collect::<Vec<_>>(), offset)?;
            self.mapped.share(number * step, file.as_fd(), offset, step)?;
            self.told(first, step / 8, offset)?;
            self.early.push(offset);
        }
        Ok(())
    }

    pub(super) fn has_early(&self, end: usize) -> bool {
        self.early.len() * page_size() >= end * 8
    }
}

pub(super) fn write_at(file: &OwnedFd, bytes: &[u8], offset: usize) -> io::Result<()> {
    let mut written = 0;
    while written < bytes.len() {
        match pwrite(file, &bytes[written..], (offset + written) as u64)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            more => written += more,
        }
    }
    Ok(())
}

/// Has the file system keep room, so that writing to memory that is mapped there cannot fail.
pub(super) fn reserve(file: &OwnedFd, from: usize, bytes: usize) -> io::Result<()> {
    match fs::fallocate(file, FallocateFlags::empty(), from as u64, bytes as u64) {
        // One that does not know how: what was written to has its room.
        Err(Errno::OPNOTSUPP | Errno::NOSYS) => {
            let zeros = [0; 4096];
            let mut at = from;
            while at < from + bytes {
                let length = zeros.len().min(from + bytes - at);
                match pwrite(file, &zeros[..length], at as u64)? {
                    0 => return Err(io::ErrorKind::WriteZero.into()),
                    more => at += more,
                }
            }
            Ok(())
        }
        Err(Errno::INTR) => reserve(file, from, bytes),
        reserved => Ok(reserved?),
    }
}
