//! Memory that is a file: addresses that are reserved once, into which the file is mapped as it grows.
//! Whatever is mapped there in place of what was, an address once given out stays one.

#![allow(unsafe_code, reason = "mapping a file, and what is mapped, as cells")]

use std::io;
use std::os::fd::BorrowedFd;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use rustix::mm::{self, MapFlags, ProtFlags};

/// Reserved addresses, for the life of the process.
#[derive(Debug)]
pub(super) struct Mapped {
    start: NonNull<AtomicU64>,
    length: usize,
    /// Up to where they can be read and written.
    accessible: AtomicUsize,
    /// Whether a page was replaced since somebody asked.
    replaced: AtomicBool,
}

// SAFETY: the pointer is an address that stays mapped for the life of the process, and all that is
// reached by it are atomics.
unsafe impl Send for Mapped {}
// SAFETY: as above; the methods take no more than a shared reference, and what they do to the mapping
// is the kernel's to order.
unsafe impl Sync for Mapped {}

impl Mapped {
    /// Reserves so many addresses, a multiple of the page's size. The first ones are memory of this
    /// process's own, at zero.
    pub(super) fn reserve(length: usize, own: usize) -> io::Result<Self> {
        let flags = MapFlags::PRIVATE | MapFlags::NORESERVE;
        // SAFETY: without an address that it must have, it replaces no mapping that is there.
        let start =
            unsafe { mm::mmap_anonymous(std::ptr::null_mut(), length, ProtFlags::empty(), flags)? };
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        let mapped = Self {
            start,
            length,
            accessible: AtomicUsize::new(0),
            replaced: AtomicBool::new(false),
        };
        mapped.detach(0, own)?;
        mapped.accessible.store(own, Ordering::Release);
        Ok(mapped)
    }

    /// Maps a part of a file at a place, in place of what was there. Behind what can be accessed so far
    /// there must be no gap.
    pub(super) fn share(
        &self,
        at: usize,
        file: BorrowedFd<'_>,
        offset: usize,
        length: usize,
    ) -> io::Result<()> {
        let accessible = self.accessible.load(Ordering::Acquire);
        let end = at.checked_add(length).filter(|end| *end <= self.length);
        let Some(end) = end.filter(|_| at <= accessible) else {
            return Err(io::ErrorKind::OutOfMemory.into());
        };
        let access = ProtFlags::READ | ProtFlags::WRITE;
        let flags = MapFlags::SHARED | MapFlags::FIXED;
        // SAFETY: the addresses are within those that were reserved, which nothing else is ever mapped
        // to or allocated at. References that were given out to them are to atomics, and stay valid: the
        // memory is there before and after, in one step. That its content is another is as if somebody
        // had stored it, which atomics allow.
        let mapped = unsafe {
            let address = self.start.cast::<u8>().add(at).as_ptr().cast();
            mm::mmap(address, length, access, flags, file, offset as u64)
        };
        if let Err(error) = mapped {
            // What was there may be gone by then (mmap(2)), and was given out.
            let given_out = accessible.saturating_sub(at).min(length);
            self.detach(at, given_out)?;
            return Err(error.into());
        }
        self.accessible.fetch_max(end, Ordering::Release);
        Ok(())
    }

    /// Puts memory of this process's own, at zero, in the place of what was there.
    pub(super) fn detach(&self, at: usize, length: usize) -> io::Result<()> {
        if length == 0 {
            return Ok(());
        }
        if at.checked_add(length).is_none_or(|end| end > self.length) {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let access = ProtFlags::READ | ProtFlags::WRITE;
        let flags = MapFlags::PRIVATE | MapFlags::FIXED;
        // SAFETY: as in `share`.
        unsafe {
            let address = self.start.cast::<u8>().add(at).as_ptr().cast();
            mm::mmap_anonymous(address, length, access, flags)?;
        }
        Ok(())
    }

    /// Puts memory of this process's own in the place of a page that is none any more; whether the address
    /// is one of these. A handler of signals may call this.
    pub(super) fn replace(&self, address: usize) -> bool {
        let page = rustix::param::page_size();
        let Some(at) = address.checked_sub(self.start.addr().get()) else { return false };
        let done = at < self.accessible.load(Ordering::Acquire)
            && self.detach(at - at % page, page).is_ok();
        if done {
            self.replaced.store(true, Ordering::Release);
        }
        done
    }

    /// Whether a page was replaced, and what is counted there is in no file.
    pub(super) fn is_replaced(&self) -> bool {
        self.replaced.load(Ordering::Acquire)
    }

    /// From here on another file's pages are those that may be.
    pub(super) fn begin_anew(&self) {
        self.replaced.store(false, Ordering::Release);
    }

    /// The words from a place on, in bytes, both multiples of eight; none, if they are not all there.
    pub(super) fn words(&self, at: usize, count: usize) -> Option<&'static [AtomicU64]> {
        let end = count.checked_mul(8).and_then(|length| at.checked_add(length))?;
        if !at.is_multiple_of(8) || end > self.accessible.load(Ordering::Acquire) {
            return None;
        }
        // SAFETY: the range is within what can be accessed, which stays so for the life of the process:
        // nothing is ever unmapped, only replaced by what can be accessed too. It is aligned, since the
        // start is that of a page. Every bit pattern is an `AtomicU64`, and nobody in this process
        // reaches the memory otherwise than by such; what other processes store to the file is to this
        // one like the store of another thread.
        let words = unsafe { std::slice::from_raw_parts(self.start.add(at / 8).as_ptr(), count) };
        Some(words)
    }

    /// Up to where it can be accessed, in bytes.
    pub(super) fn accessible(&self) -> usize {
        self.accessible.load(Ordering::Acquire)
    }
}
