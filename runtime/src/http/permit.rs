//! How many scrapes of one registry may be under way, and which of them make room for others.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::request::ScrapeRequest;
use super::unsent::Unsent;

/// The scrapes of a registry, by whichever endpoints, that are under way.
#[derive(Debug, Default)]
pub(crate) struct Permits(Mutex<UnderWay>);

#[derive(Debug, Default)]
struct UnderWay {
    count: usize,
    /// The answers of those that have one, in the order in which they were ready.
    ready: Vec<Ready>,
    /// Whether one of them has been cut short.
    cut: bool,
}

/// An answer that is there to be taken.
#[derive(Debug)]
struct Ready {
    unsent: Arc<Unsent>,
    until: Option<Instant>,
}

/// A scrape that is under way, unless it had to make room.
#[derive(Debug)]
pub(crate) struct Permit {
    permits: Arc<Permits>,
    patience: Patience,
    /// Its answer, once that is ready.
    unsent: Option<Arc<Unsent>>,
}

/// For how long a scrape is not to make room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// Until when the scraper waits, if it says so.
    pub(super) scraper: Option<Instant>,
    /// The longest from when its answer is ready.
    longest: Duration,
}

impl Patience {
    /// With who sent a request that came now.
    pub(super) fn new(request: &ScrapeRequest, longest: Duration, now: Instant) -> Self {
        let scraper = request.timeout().and_then(|timeout| now.checked_add(timeout));
        Self { scraper, longest }
    }

    fn until(self, ready: Instant) -> Option<Instant> {
        // Longer than an instant can tell is for ever.
        let longest = ready.checked_add(self.longest);
        [self.scraper, longest].into_iter().flatten().min()
    }
}

impl Permits {
    /// Begins a scrape, if no more than so many are under way then. Those whose answers have not been
    /// read in time make room if there is none, the first one first.
    pub(crate) fn permit(
        self: &Arc<Self>,
        most: usize,
        patience: Patience,
        now: Instant,
    ) -> Option<Permit> {
        let mut under_way = self.lock();
        let excess = (under_way.count + 1).saturating_sub(most);
        // One that is refused has nobody else make room either.
        if under_way.ready.iter().filter(|ready| ready.is_late(now)).count() < excess {
            return None;
        }
        let late = under_way.ready.extract_if(.., |ready| ready.is_late(now));
        let cut: Vec<_> = late.take(excess).collect();
        under_way.count = under_way.count + 1 - cut.len();
        let first = !cut.is_empty() && !std::mem::replace(&mut under_way.cut, true);
        drop(under_way);
        for ready in cut {
            ready.unsent.cut();
        }
        if first {
            tracing::warn!(
                "a client did not read its metrics in time, and its answer was cut short for another \
                 one; of those that follow nothing is logged here"
            );
        }
        Some(Permit { permits: Arc::clone(self), patience, unsent: None })
    }

    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ready {
    fn is_late(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

impl Permit {
    /// Its answer is ready now, and it makes room if that is not taken in time.
    pub(super) fn ready(mut self, unsent: &Arc<Unsent>, now: Instant) -> Self {
        let ready = Ready { unsent: Arc::clone(unsent), until: self.patience.until(now) };
        self.permits.lock().ready.push(ready);
        self.unsent = Some(Arc::clone(unsent));
        self
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut under_way = self.permits.lock();
        if let Some(unsent) = &self.unsent {
            let is_it = |ready: &Ready| Arc::ptr_eq(&ready.unsent, unsent);
            let Some(at) = under_way.ready.iter().position(is_it) else {
                // It has made room.
                return;
            };
            under_way.ready.remove(at);
        }
        under_way.count -= 1;
    }
}

#[cfg(test)]
mod tests;
