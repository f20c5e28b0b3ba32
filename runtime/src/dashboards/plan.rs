use std::time::Duration;

use super::burn_rate::BurnRate;
use super::duration::{in_one_unit, written};
use super::error::DashboardError;
use super::promql::quoted;
use super::{Dashboards, runbook};

/// What was asked for, checked: of this, everything can be written.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    /// The job of the service, and the name of all that is its.
    pub(super) service: String,
    /// The same of its hosts.
    pub(super) base: String,
    pub(super) prometheus: &'a str,
    pub(super) base_prometheus: &'a str,
    pub(super) folder: &'a str,
    pub(super) metrics_path: &'a str,
    pub(super) kubernetes_port: &'a str,
    pub(super) targets: &'a [String],
    pub(super) base_targets: &'a [String],
    pub(super) runbook: &'a str,
    pub(super) credentials_file: Option<&'a str>,
    scrape_interval: Duration,
    rate_window: Duration,
    pending: Duration,
    time_scale: f64,
    burn_rates: &'a [BurnRate],
}

const MINUTE: Duration = Duration::from_secs(60);

impl<'a> Plan<'a> {
    pub(super) fn of(asked: &'a Dashboards) -> Result<Self, DashboardError> {
        let service = asked.service.clone();
        if !is_name(&service) {
            return Err(DashboardError::Service(service));
        }
        let interval = asked.scrape_interval;
        if !(Duration::from_millis(100)..=5 * MINUTE).contains(&interval) {
            return Err(DashboardError::Interval(interval));
        }
        let scale = asked.time_scale;
        if !(scale > 0.0 && scale <= 1000.0) {
            return Err(DashboardError::TimeScale(scale));
        }
        let longest = Duration::from_secs(366 * 24 * 3600);
        if let Some(longer) =
            [asked.rate_window, asked.pending].into_iter().find(|time| *time > longest)
        {
            return Err(DashboardError::Window(longer));
        }
        let is_one = |burn: &&BurnRate| {
            burn.factor.is_finite()
                && burn.factor > 0.0
                && burn.short < burn.long
                && burn.long < longest
        };
        if let Some(other) = asked.burn_rates.iter().find(|burn| !is_one(burn)) {
            return Err(DashboardError::BurnRate(other.clone()));
        }
        let base = format!("{service}-base");
        Ok(Self {
            service,
            base,
            prometheus: &asked.prometheus,
            base_prometheus: asked.base_prometheus.as_deref().unwrap_or(&asked.prometheus),
            folder: &asked.folder,
            metrics_path: &asked.metrics_path,
            kubernetes_port: &asked.kubernetes_port,
            targets: &asked.targets,
            base_targets: &asked.base_targets,
            runbook: asked.runbook.as_deref().unwrap_or(runbook::URL),
            credentials_file: asked.credentials_file.as_deref(),
            scrape_interval: interval,
            rate_window: asked.rate_window,
            pending: asked.pending,
            time_scale: scale,
            burn_rates: &asked.burn_rates,
        })
    }

    /// The scrape interval.
    pub(super) fn interval(&self) -> String {
        written(self.scrape_interval)
    }

    /// It, for Grafana.
    pub(super) fn graphed_interval(&self) -> String {
        in_one_unit(self.scrape_interval)
    }

    /// How often a dashboard asks anew: there is nothing new sooner, and browsers do not want it.
    pub(super) fn refresh(&self) -> String {
        in_one_unit(self.scrape_interval.max(Duration::from_secs(5)))
    }

    /// The matcher of the service's series.
    pub(super) fn job(&self) -> String {
        format!("job={}", quoted(&self.service))
    }

    /// The window of the rates that are recorded.
    pub(super) fn recorded_window(&self) -> Duration {
        self.window(self.rate_window)
    }

    /// The window in which something that should never happen did.
    pub(super) fn watched(&self) -> Duration {
        self.window(15 * MINUTE)
    }

    /// How long it must be seen that something is down.
    pub(super) fn pending(&self) -> Duration {
        self.pending.mul_f64(self.time_scale)
    }

    pub(super) fn burn_rates(&self) -> impl Iterator<Item = BurnRate> {
        self.burn_rates.iter().map(|burn| BurnRate {
            long: self.window(burn.long),
            short: self.window(burn.short),
            ..burn.clone()
        })
    }

    /// All that burn rates look at.
    pub(super) fn windows(&self) -> impl Iterator<Item = Duration> {
        self.burn_rates().flat_map(|burn| [burn.long, burn.short])
    }

    /// The long ones that are shown: the first, where somebody is called, and the last, which shows
    /// whether an objective is kept.
    pub(super) fn shown_windows(&self) -> Vec<Duration> {
        let mut windows: Vec<_> = self.burn_rates().map(|burn| burn.long).collect();
        windows.sort_unstable();
        windows.dedup();
        match windows[..] {
            [first, .., last] => vec![first, last],
            _ => windows,
        }
    }

    /// A window, with room for four scrapes at least: with fewer, one that fails leaves nothing.
    fn window(&self, usual: Duration) -> Duration {
        usual.mul_f64(self.time_scale).max(4 * self.scrape_interval)
    }
}

/// Whether Kubernetes takes it for a name (RFC 1123, 2.1), and Grafana for a uid with `-base` behind it,
/// which may have 40 characters.
fn is_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty()
        && name.len() <= 35
        && name.bytes().all(inner)
        && !name.starts_with('-')
        && !name.ends_with('-')
}
