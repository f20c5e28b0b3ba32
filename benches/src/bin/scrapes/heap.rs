//! How often, and how much, a scrape allocates.

#![allow(unsafe_code, reason = "an allocator")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::fmt::Write;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::contestants::{Contestant, Ours, client, prometheus_text};

pub(crate) struct Counting;

static CALLS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

// SAFETY: it hands everything on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: as it came.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as it came.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(size, Ordering::Relaxed);
        // SAFETY: as it came.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

const ACCEPTED: [(&str, &str); 3] = [
    ("tallymark, text", "text/plain"),
    ("tallymark, OpenMetrics", "application/openmetrics-text"),
    (
        "tallymark, protobuf",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
    ),
];

pub(crate) fn table() -> String {
    let mut table =
        String::from("| | 100 series | 10,000 series | 100,000 series |\n|---|---|---|---|\n");
    for (name, accept) in ACCEPTED {
        row(&mut table, name, |series| Ours::new(name, series).scraped(accept));
    }
    row(&mut table, "tallymark, `gather_text`", |series| Ours::new("", series).string());
    row(&mut table, "prometheus", prometheus_text);
    row(&mut table, "prometheus-client", client);
    table
}

/// Allocations of a scrape, and the KiB that it asks for, once it has been scraped before.
fn row(table: &mut String, name: &str, make: impl Fn(usize) -> Contestant) {
    let _ = write!(table, "| {name} |");
    for series in [100, 10_000, 100_000] {
        let mut contestant = make(series);
        for _ in 0..3 {
            contestant.count(1);
            (contestant.scrape)();
        }
        contestant.count(1);
        let before = (CALLS.load(Ordering::Relaxed), BYTES.load(Ordering::Relaxed));
        (contestant.scrape)();
        let calls = CALLS.load(Ordering::Relaxed) - before.0;
        let kib = (BYTES.load(Ordering::Relaxed) - before.1).div_ceil(1024);
        let _ = write!(table, " {calls} ({kib} KiB) |");
    }
    table.push('\n');
}
