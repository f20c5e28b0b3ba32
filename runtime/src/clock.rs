//! The clock that durations are measured with: the processor's own, where it can be relied on.

use std::sync::LazyLock;
use std::time::SystemTime;

/// Calibrated against the system's clock at its first use, which takes most of a millisecond.
static CLOCK: LazyLock<quanta::Clock> = LazyLock::new(quanta::Clock::new);

/// Gets the clock ready, so that no call has to wait for it.
pub(crate) fn calibrate() {
    LazyLock::force(&CLOCK);
}

/// Milliseconds since the Unix epoch.
pub(crate) fn unix_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    // A clock before 1970 is one that nobody has set.
    since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Nanoseconds since the Unix epoch.
pub(crate) fn unix_ns() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

/// When the process started, in milliseconds since the Unix epoch: what it counts was at 0 then.
pub(crate) fn start_ms() -> u64 {
    static START: LazyLock<u64> = LazyLock::new(|| started().unwrap_or_else(unix_ms));
    *START
}

/// When the system says that the process started (proc(5), `/proc/self/stat` and `/proc/stat`).
fn started() -> Option<u64> {
    // In all that reaches user space a second has a hundred of them, on every architecture that Rust
    // runs on.
    const MS_PER_TICK: u64 = 10;
    let ticks = start_ticks()?;
    let system = std::fs::read_to_string("/proc/stat").ok()?;
    let boot = system.lines().find_map(|line| line.strip_prefix("btime "))?;
    let boot: u64 = boot.trim().parse().ok()?;
    Some(boot * 1_000 + ticks * MS_PER_TICK)
}

/// When the process started, in the clock ticks since the system did that proc(5) gives: Linux
/// alone has that.
pub(crate) fn start_ticks() -> Option<u64> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let own = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name is in parentheses, and may have spaces and parentheses in it.
    let (_, behind_name) = own.rsplit_once(')')?;
    behind_name.split_whitespace().nth(19)?.parse().ok()
}

/// Nanoseconds in seconds.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "nanoseconds are exact for 104 days")]
pub(crate) fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}

/// A moment, to be measured from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(u64);

impl Moment {
    #[inline]
    pub(crate) fn now() -> Self {
        Self(CLOCK.raw())
    }

    /// The seconds since then.
    #[inline]
    pub(crate) fn seconds(self) -> f64 {
        seconds(self.nanoseconds())
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
    fn the_process_started_a_moment_ago() {
        let (start, now) = (start_ms(), unix_ms());
        assert!(start <= now + 1_000 && now < start + 600_000, "{start} and {now}");
    }

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
