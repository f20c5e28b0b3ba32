use std::time::Duration;

/// A duration as Prometheus reads and writes it ("Querying", section "Time durations").
pub(super) fn written(duration: Duration) -> String {
    const UNITS: [(u128, &str); 5] =
        [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
    // Shorter than the shortest would be none at all.
    let mut left = duration.as_millis().max(1);
    let mut text = String::new();
    for (unit, name) in UNITS {
        let many = left / unit;
        left %= unit;
        if many > 0 {
            text.push_str(&many.to_string());
            text.push_str(name);
        }
    }
    text
}

/// The same in one unit, since Grafana reads no more than one.
pub(super) fn in_one_unit(duration: Duration) -> String {
    match duration.as_millis() {
        whole if whole % 1_000 == 0 => format!("{}s", whole / 1_000),
        part => format!("{part}ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_unit_is_there_once() {
        for (seconds, text) in [
            (0.0, "1ms"),
            (0.25, "250ms"),
            (30.0, "30s"),
            (90.0, "1m30s"),
            (300.0, "5m"),
            (3600.0, "1h"),
            (259_200.0, "3d"),
            (2592.0, "43m12s"),
            (694_861.001, "8d1h1m1s1ms"),
        ] {
            assert_eq!(written(Duration::from_secs_f64(seconds)), text);
        }
    }

    #[test]
    fn one_unit_is_enough_for_grafana() {
        for (milliseconds, text) in [(30_000, "30s"), (90_000, "90s"), (1_500, "1500ms")] {
            assert_eq!(in_one_unit(Duration::from_millis(milliseconds)), text);
        }
    }
}
