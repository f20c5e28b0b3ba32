//! A process whose allocator counts, from before it counts together with others on. It says how much it
//! counted, and then nothing more until its standard input ends.
#![allow(unsafe_code, reason = "an allocator is one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{self, Read, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use tallymark::Counter;

#[tallymark::metric]
static ALLOCATIONS: Counter = Counter::new("allocations_total", "Allocations.", []);
#[tallymark::metric]
static ROUNDS: Counter<1> = Counter::new("rounds_total", "With memory of its own.", ["round"]);
/// The same as the first, counted beside it.
static BESIDE: AtomicU64 = AtomicU64::new(0);
static COUNTED: AtomicBool = AtomicBool::new(true);

struct Counting;

// SAFETY: it is the system's allocator, which it passes everything on to; what it counts with may
// allocate, and comes by here again with another layout.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if COUNTED.load(Ordering::SeqCst) {
            BESIDE.fetch_add(1, Ordering::Relaxed);
            ALLOCATIONS.inc();
        }
        // SAFETY: the caller's layout is as it has to be.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller has it from above, of this layout.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn main() -> io::Result<()> {
    for round in 0..20 {
        let threads = (0..4).map(|thread| {
            thread::spawn(move || {
                ROUNDS.with([format!("{round}.{thread}")]).inc();
            })
        });
        for thread in threads.collect::<Vec<_>>() {
            thread.join().map_err(|_| io::ErrorKind::Other)?;
        }
        drop(tallymark::gather_text());
    }
    COUNTED.store(false, Ordering::SeqCst);
    let mut out = io::stdout();
    writeln!(out, "{}", BESIDE.load(Ordering::Relaxed))?;
    out.flush()?;
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
