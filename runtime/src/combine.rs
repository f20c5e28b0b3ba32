/// The label by which the series of processes are told apart.
pub(crate) const WORKER: &str = "worker";

/// How the numbers that several processes have of one series of a [`Gauge`](crate::Gauge) become one,
/// where they [count together](crate::multiprocess).
///
/// Of a process by itself all are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Combine {
    /// Their sum, as of what is under way in each.
    #[default]
    Sum,
    /// The largest one.
    Max,
    /// The smallest one.
    Min,
    /// The one that was set last, by the system's clock.
    MostRecent,
    /// None: each process has a series of its own, with the label `worker`, a small number that no
    /// other living process has.
    PerProcess,
}

impl Combine {
    const ALL: [Self; 5] = [Self::Sum, Self::Max, Self::Min, Self::MostRecent, Self::PerProcess];

    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "no others to be read"))]
    pub(crate) fn of(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// How many cells behind that of the number there are: one for when it was set.
    pub(crate) const fn stamps(self) -> u32 {
        match self {
            Self::MostRecent => 1,
            _ => 0,
        }
    }
}
