use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tallymark::Counter;

/// Threads that count until they are stopped.
#[derive(Debug, Default)]
pub(crate) struct Threads {
    stopped: Arc<AtomicBool>,
    threads: Vec<JoinHandle<u64>>,
}

impl Threads {
    pub(crate) fn start(&mut self, counter: &'static Counter<0>, number: usize) {
        let start = || {
            let stopped = Arc::clone(&self.stopped);
            thread::spawn(move || count(counter, &stopped))
        };
        self.threads.extend((0..number).map(|_| start()));
    }

    /// They are those of the process that this one is a copy of.
    pub(crate) fn forget(&mut self) {
        std::mem::forget(std::mem::take(self));
    }

    /// Stops them; returns how much they counted together.
    pub(crate) fn stop(&mut self) -> u64 {
        self.stopped.store(true, Ordering::Relaxed);
        let counts = self.threads.drain(..).map(|thread| thread.join().expect("no panic"));
        let count = counts.sum();
        self.stopped = Arc::default();
        count
    }
}

fn count(counter: &Counter<0>, stopped: &AtomicBool) -> u64 {
    let mut sum = 0;
    while !stopped.load(Ordering::Relaxed) {
        for _ in 0..100 {
            counter.inc();
            sum += 1;
        }
        // Others have to get on too, on however few processors.
        thread::sleep(Duration::from_micros(100));
    }
    sum
}
