/// What a file holds, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Counter,
    Summary,
    Histogram,
    Gauge { mode: Mode, pid: String },
}

/// How the numbers of several processes become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Not at all: each has the label `pid`.
    All,
    Min,
    Max,
    Sum,
    MostRecent,
}

impl Sort {
    /// That of a file of this name, if it is one of theirs.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let mut parts = name.strip_suffix(".db")?.split('_');
        match (parts.next()?, parts.next()?) {
            ("counter", _) => Some(Self::Counter),
            ("summary", _) => Some(Self::Summary),
            ("histogram", _) => Some(Self::Histogram),
            ("gauge", mode) => {
                // Those of processes that are gone are removed by who sees to it there: what is left of
                // the living modes is of the living.
                let mode = match mode.strip_prefix("live").unwrap_or(mode) {
                    "all" => Mode::All,
                    "min" => Mode::Min,
                    "max" => Mode::Max,
                    "sum" => Mode::Sum,
                    "mostrecent" => Mode::MostRecent,
                    _ => return None,
                };
                Some(Self::Gauge { mode, pid: parts.next()?.to_owned() })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_is_in_it() {
        assert_eq!(Sort::of("counter_12.db"), Some(Sort::Counter));
        assert_eq!(Sort::of("summary_12.db"), Some(Sort::Summary));
        assert_eq!(Sort::of("histogram_worker_1.db"), Some(Sort::Histogram));
        for (name, mode) in [
            ("all", Mode::All),
            ("liveall", Mode::All),
            ("min", Mode::Min),
            ("livemin", Mode::Min),
            ("max", Mode::Max),
            ("livemax", Mode::Max),
            ("sum", Mode::Sum),
            ("livesum", Mode::Sum),
            ("mostrecent", Mode::MostRecent),
            ("livemostrecent", Mode::MostRecent),
        ] {
            let pid = "12".to_owned();
            assert_eq!(Sort::of(&format!("gauge_{name}_12.db")), Some(Sort::Gauge { mode, pid }));
        }
        for other in ["counter.db", "gauge_12.db", "gauge_mean_12.db", "counter_1", "x_1.db", ".db"]
        {
            assert_eq!(Sort::of(other), None, "{other}");
        }
    }
}
