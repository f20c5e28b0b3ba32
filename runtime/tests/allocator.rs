//! A counter in the global allocator, which is used before there is memory, while there is being
//! made some, and when a thread has none any more; and how much memory that leaves behind.
#![allow(unsafe_code, reason = "an allocator is one")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use tallymark::{Counter, Registry, counted, default_registry, gather_text};

static ALLOCATIONS: Counter = Counter::new("allocations_total", "Allocations.", []);
/// The same, counted beside it.
static BESIDE: AtomicU64 = AtomicU64::new(0);
/// Whether allocations are counted: from the start of the program until a test compares.
static COUNTED: AtomicBool = AtomicBool::new(true);
/// Bytes that were allocated and not freed.
static LIVE: AtomicI64 = AtomicI64::new(0);

struct Counting;

fn bytes(layout: Layout) -> i64 {
    i64::try_from(layout.size()).unwrap_or(i64::MAX)
}

// SAFETY: it is the system's allocator, which it passes everything on to; what it counts with may
// allocate, and comes by here again with another layout.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(bytes(layout), Ordering::Relaxed);
        if COUNTED.load(Ordering::SeqCst) {
            BESIDE.fetch_add(1, Ordering::Relaxed);
            ALLOCATIONS.inc();
        }
        // SAFETY: the caller's layout is as it has to be.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        LIVE.fetch_sub(bytes(layout), Ordering::Relaxed);
        // SAFETY: the caller has it from above, of this layout.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// One test at a time: they look at what the process does as a whole.
static ALONE: Mutex<()> = Mutex::new(());

#[counted(interface = "/allocates")]
fn allocates(bytes: usize) -> Vec<u8> {
    Vec::with_capacity(bytes)
}

/// Frees and allocates when its thread ends.
struct Allocates(Vec<Box<[u8]>>);

impl Drop for Allocates {
    fn drop(&mut self) {
        self.0.push(vec![0; 100].into());
    }
}

thread_local! {
    static HELD: Allocates = const { Allocates(Vec::new()) };
}

static LABELLED: Counter<1> = Counter::new("labelled_total", "With memory of its own.", ["by"]);

static ROUNDS: Counter<1> = Counter::new("rounds_total", "Comes and goes.", ["round"]);

fn live(number: usize) {
    HELD.with(|held| drop(allocates(number + 1 + held.0.len())));
    LABELLED.with([["a", "b", "c"][number % 3]]).inc();
    drop(allocates(number + 1));
}

fn in_threads(threads: usize, body: impl Fn(usize) + Sync) {
    let body = &body;
    for first in (0..threads).step_by(20) {
        thread::scope(|scope| {
            let spawn = |number| scope.spawn(move || body(number));
            let threads: Vec<_> = (first..threads.min(first + 20)).map(spawn).collect();
            // Joined one by one: the end of the scope alone does not wait for their destructors.
            for thread in threads {
                thread.join().expect("no panic");
            }
        });
    }
}

#[test]
fn an_allocator_counts_exactly_while_it_is_read() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    thread::scope(|scope| {
        let threads = scope.spawn(|| in_threads(2_000, live));
        let mut before = 0;
        while !threads.is_finished() {
            assert!(gather_text().contains("allocations_total "));
            let now = ALLOCATIONS.get();
            assert!(now >= before, "{before}, then {now}");
            before = now;
        }
    });
    // An isolated scope has its own, where one is made in it.
    let registry = Registry::isolated();
    let (in_scope, beside) = registry.scope(|| {
        let before = (ALLOCATIONS.get(), BESIDE.load(Ordering::Relaxed));
        for number in 0..1_000 {
            drop(allocates(number + 1));
        }
        (ALLOCATIONS.get() - before.0, BESIDE.load(Ordering::Relaxed) - before.1)
    });
    // `get` allocates too, and other threads are not in the scope.
    assert!((1_000..=beside + 10).contains(&in_scope), "{in_scope} of {beside}");
    COUNTED.store(false, Ordering::SeqCst);
    // Who was in the midst of it has time to be done.
    thread::sleep(std::time::Duration::from_millis(50));
    let in_scope = registry.counter_value("allocations_total", &[]).unwrap_or(0);
    assert_eq!(ALLOCATIONS.get() + in_scope, BESIDE.load(Ordering::Relaxed));
    let text = gather_text();
    assert!(text.contains(&format!("\nallocations_total {}\n", ALLOCATIONS.get())), "{text}");
    let calls = default_registry()
        .counter_value("request_processing_total", &[("interface", "/allocates")]);
    assert_eq!(calls, Some(4_000));
    COUNTED.store(true, Ordering::SeqCst);
}

/// How many bytes more are live after it.
fn growth(body: impl FnOnce()) -> i64 {
    let before = LIVE.load(Ordering::Relaxed);
    body();
    LIVE.load(Ordering::Relaxed) - before
}

/// What threads, registries and series leave behind is for those that come after them, so the second
/// ten thousand threads take no memory. One that left its cells would take some 1,500 bytes.
#[test]
fn memory_is_taken_over_by_those_who_come_later() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    // What is counted for registries that go is in no sum.
    COUNTED.store(false, Ordering::SeqCst);
    let threads = |threads| {
        in_threads(threads, |number| {
            LABELLED.with([["a", "b", "c"][number % 3]]).inc();
        });
    };
    threads(200);
    let grown = growth(|| threads(10_000));
    assert!(grown < 100_000, "{grown} bytes by threads");

    let registries = |registries| {
        for _ in 0..registries {
            let registry = Registry::isolated();
            registry.scope(|| LABELLED.with(["a"]).inc());
            assert_eq!(registry.counter_value("labelled_total", &[("by", "a")]), Some(1));
        }
    };
    registries(10);
    let grown = growth(|| registries(1_000));
    assert!(grown < 100_000, "{grown} bytes by registries");

    let series = |series| {
        for round in 0..series {
            let round = format!("{round}");
            ROUNDS.with([&round]).inc();
            assert!(ROUNDS.remove([&round]));
            let owned = Counter::<0>::owned("owned_total", "Comes and goes.", []);
            owned.expect("a good name").inc();
        }
    };
    series(5_000);
    let grown = growth(|| series(20_000));
    assert!(grown < 100_000, "{grown} bytes by series");
    COUNTED.store(true, Ordering::SeqCst);
}
