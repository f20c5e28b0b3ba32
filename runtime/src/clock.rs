//! The clock that durations are measured with: the processor's own, where it can be relied on.

use std::sync::LazyLock;

/// Calibrated against the system's clock at its first use, which takes most of a millisecond.
static CLOCK: LazyLock<quanta::Clock> = LazyLock::new(quanta::Clock::new);

/// Gets the clock ready, so that no call has to wait for it.
pub(crate) fn calibrate() {
    LazyLock::force(&CLOCK);
}

/// A moment, to be measured from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(u64);

impl Moment {
    #[inline]
    pub(crate) fn now() -> Self {
        Self(CLOCK.raw())
    }

    /// The nanoseconds since then: none, if a processor whose clock is behind that of another says
    /// that it was later.
    #[inline]
    pub(crate) fn nanoseconds(self) -> u64 {
        let now = CLOCK.raw();
        if now <= self.0 { 0 } else { CLOCK.delta_as_nanos(self.0, now) }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn it_measures_what_the_systems_clock_does() {
        let (system, start) = (Instant::now(), Moment::now());
        std::thread::sleep(Duration::from_millis(20));
        let least = Duration::from_nanos(start.nanoseconds());
        let most = system.elapsed();
        assert!(least >= Duration::from_millis(20), "{least:?}");
        assert!(least <= most + most / 1_000, "{least:?} of {most:?}");
    }
}
