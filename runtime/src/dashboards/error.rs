/// Why there are no dashboards.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DashboardError {
    /// The name is none that all of Grafana, Prometheus and Kubernetes take.
    #[error(
        "{0:?} cannot name the service: write 1 to 35 of a-z, 0-9 and `-`, with a letter or a digit at \
         either end"
    )]
    Service(String),
    /// Prometheus could not scrape so often, or so seldom.
    #[error("a scrape interval of {0:?} is none: give one from 100 milliseconds to 5 minutes")]
    Interval(std::time::Duration),
    /// Nobody keeps samples for so long.
    #[error("a window of {0:?} is too long: give one of at most a year")]
    Window(std::time::Duration),
    /// A burn rate whose windows are not a long one and a shorter one, or whose factor is not above 0.
    #[error("{0:?} is no burn rate: the long window is the longer one, and the factor is above 0")]
    BurnRate(super::BurnRate),
    /// What all windows and waits are multiplied by.
    #[error("{0} cannot scale time: give a number above 0 and up to 1000")]
    TimeScale(f64),
}
