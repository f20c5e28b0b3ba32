use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, SystemTime};

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// The pause behind an attempt, from the first on: twice as long each time, and between half of it and
/// all, so that those who were refused together do not come back together.
pub(super) fn before(attempts: u32) -> Duration {
    let longest = FIRST.saturating_mul(1 << attempts.saturating_sub(1).min(6)).min(LONGEST);
    longest.mul_f64(0.5 + share() / 2.0)
}

/// A number from 0 to 1.
fn share() -> f64 {
    let random = RandomState::new().build_hasher().finish();
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

/// What `Retry-After` says: seconds, or when (RFC 9110, section 10.2.3).
pub(super) fn asked(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = httpdate::parse_http_date(header).ok()?;
    Some(at.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_seconds_and_differ() {
        for (attempts, most) in
            [(1, 100), (2, 200), (3, 400), (6, 3_200), (7, 5_000), (u32::MAX, 5_000)]
        {
            let most = Duration::from_millis(most);
            let pauses: Vec<_> = (0..50).map(|_| before(attempts)).collect();
            assert!(pauses.iter().all(|pause| (most / 2..=most).contains(pause)), "{pauses:?}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{pauses:?}");
        }
    }

    #[test]
    fn a_server_says_how_long_it_wants_to_be_left_alone() {
        let now = httpdate::parse_http_date("Thu, 26 Nov 2026 08:00:00 GMT").expect("a date");
        for (header, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Thu, 26 Nov 2026 08:00:30 GMT", Some(30)),
            ("Thu, 26 Nov 2026 07:00:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(asked(header, now), seconds.map(Duration::from_secs), "{header}");
        }
    }
}
