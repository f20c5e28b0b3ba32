//! Dashboards, rules and alerts for what a program measures, written by the program itself.
//!
//! The program knows each annotated interface, each metric with its labels and buckets, and what is
//! promised of the calls; so it can write what Grafana, Prometheus and Kubernetes need to show and watch
//! them, and it is never out of date:
//!
//! ```
//! use std::time::Duration;
//! use tallymark::dashboards::Dashboards;
//!
//! # let folder = std::env::temp_dir().join("tallymark-dashboards-example");
//! let files = Dashboards::new("mp-sre-deploy")
//!     .scrape_interval(Duration::from_secs(30))
//!     .targets(["10.0.0.1:8080", "10.0.0.2:8080"])
//!     .base_targets(["10.0.0.1:9100", "10.0.0.2:9100"])
//!     .generate()?;
//! files.write_to(&folder)?;
//! # std::fs::remove_dir_all(folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | file | what it is |
//! |---|---|
//! | `grafana/provisioning/datasources/NAME.yaml` | the data sources `NAME`, of the service, and `NAME-base`, of its hosts |
//! | `grafana/provisioning/dashboards/NAME.yaml` | where Grafana finds the dashboards |
//! | `grafana/dashboards/NAME.json` | the dashboard of the service |
//! | `grafana/dashboards/NAME-base.json` | the dashboard of its hosts and processes |
//! | `prometheus/prometheus.yml` | the jobs `NAME` and `NAME-base` |
//! | `prometheus/rules/NAME.yml` | recording rules, and the alerts that the [runbook] explains |
//! | `kubernetes/podmonitor.yaml`, `kubernetes/servicemonitor.yaml` | how the Prometheus operator finds the service, by its pods or by its services: one of the two is enough |
//! | `kubernetes/prometheusrule.yaml` | the same rules for the operator, without those about hosts |
//!
//! The same program makes the same bytes, so the files can be kept beside the source, and a test can tell
//! when they are out of date. What is written is what the registry exposes at that moment: annotated
//! functions and statics with [`metric`](macro@crate::metric) are there from the start of the program,
//! other metrics once they have been used or registered. [`name_counter`](crate::name_counter()) comes
//! before.
//!
//! # The window of rates
//!
//! The panels ask for `rate(…[$__rate_interval])`, which Grafana makes four scrape intervals long or
//! longer. It learns of the scrape interval from the data source (`timeInterval`), so the one of these
//! files must be the one with which Prometheus scrapes. A rate needs two scrapes within its window:
//! `[1m]` with a scrape interval of 30 seconds is the least that works, and one scrape that fails leaves
//! a gap.
//!
//! # Objectives
//!
//! With [`#[observed(objective(success = 99.9, latency_ms = 250))]`](crate::observed) there are alerts
//! when the error budget of an interface is used up too fast ([`BurnRate`]), and panels that show it. Errors
//! are the outcomes `server_error`, `error` and `panicked`.

mod alerts;
mod base;
mod burn_rate;
mod dashboard;
mod duration;
mod error;
mod files;
mod grafana;
mod inventory;
mod itself;
mod kubernetes;
mod of_own;
mod panel;
mod plan;
mod prometheus;
mod promise;
mod promql;
mod recording;
mod row;
mod rule;
pub mod runbook;
mod selector;
mod service;
mod variable;
mod yaml;

use std::time::Duration;

pub use self::burn_rate::BurnRate;
pub use self::error::DashboardError;
pub use self::files::Files;
use self::inventory::Inventory;
use self::plan::Plan;
use crate::registry::{Registry, default_registry};

/// What is to be written, and for whom.
///
/// All but the name of the service has a value that fits one instance beside one Prometheus on one
/// machine.
#[derive(Clone, Debug)]
pub struct Dashboards {
    service: String,
    registry: Registry,
    scrape_interval: Duration,
    targets: Vec<String>,
    base_targets: Vec<String>,
    metrics_path: String,
    prometheus: String,
    base_prometheus: Option<String>,
    /// Of the dashboards' files, where Grafana is.
    folder: String,
    kubernetes_port: String,
    runbook: Option<String>,
    credentials_file: Option<String>,
    rate_window: Duration,
    pending: Duration,
    burn_rates: Vec<BurnRate>,
    time_scale: f64,
}

impl Dashboards {
    /// Of the [default registry](default_registry()), for a service of that name.
    ///
    /// It is the name of the job in Prometheus, of the data sources and dashboards in Grafana (also
    /// their uids), and of the objects in Kubernetes: 1 to 35 of `a-z`, `0-9` and `-`, with a letter or
    /// a digit at either end. What is about the hosts has `-base` behind it.
    #[must_use]
    pub fn new(service: &str) -> Self {
        Self {
            service: service.to_owned(),
            registry: default_registry().clone(),
            scrape_interval: Duration::from_secs(30),
            targets: vec!["127.0.0.1:8080".to_owned()],
            base_targets: vec!["127.0.0.1:9100".to_owned()],
            metrics_path: "/metrics".to_owned(),
            prometheus: "http://127.0.0.1:9090".to_owned(),
            base_prometheus: None,
            folder: "/var/lib/grafana/dashboards".to_owned(),
            kubernetes_port: "http".to_owned(),
            runbook: None,
            credentials_file: None,
            rate_window: Duration::from_secs(5 * 60),
            pending: Duration::from_secs(2 * 60),
            burn_rates: BurnRate::usual(),
            time_scale: 1.0,
        }
    }

    /// Of another registry than the default one.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self
    }

    /// How often Prometheus scrapes: every 30 seconds unless set.
    #[must_use]
    pub fn scrape_interval(mut self, interval: Duration) -> Self {
        self.scrape_interval = interval;
        self
    }

    /// Where the instances of the service listen, as `host:port`: `127.0.0.1:8080` unless set.
    #[must_use]
    pub fn targets<T: Into<String>>(mut self, targets: impl IntoIterator<Item = T>) -> Self {
        self.targets = targets.into_iter().map(Into::into).collect();
        self
    }

    /// Where the node exporters of their hosts listen: `127.0.0.1:9100` unless set.
    #[must_use]
    pub fn base_targets<T: Into<String>>(mut self, targets: impl IntoIterator<Item = T>) -> Self {
        self.base_targets = targets.into_iter().map(Into::into).collect();
        self
    }

    /// The path of the service's endpoint: `/metrics` unless set.
    #[must_use]
    pub fn metrics_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.metrics_path);
        self
    }

    /// The file in which Prometheus finds the token for the endpoint, where that has
    /// [credentials](crate::Credentials). For the Prometheus operator a secret has to be named in the
    /// monitor.
    #[must_use]
    pub fn credentials_file(mut self, path: &str) -> Self {
        self.credentials_file = Some(path.to_owned());
        self
    }

    /// Where Grafana reaches the Prometheus that scrapes the service: `http://127.0.0.1:9090` unless set.
    #[must_use]
    pub fn prometheus(mut self, url: &str) -> Self {
        url.clone_into(&mut self.prometheus);
        self
    }

    /// Where it reaches the one that scrapes the hosts, if that is another.
    #[must_use]
    pub fn base_prometheus(mut self, url: &str) -> Self {
        self.base_prometheus = Some(url.to_owned());
        self
    }

    /// The folder in which Grafana finds the dashboards: `/var/lib/grafana/dashboards` unless set.
    #[must_use]
    pub fn dashboards_path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.folder);
        self
    }

    /// The name of the port in pods and services of Kubernetes: `http` unless set.
    #[must_use]
    pub fn kubernetes_port(mut self, name: &str) -> Self {
        name.clone_into(&mut self.kubernetes_port);
        self
    }

    /// The page that explains the alerts, where it is another than the [runbook]; `#instance-down` and
    /// the like are put behind it.
    #[must_use]
    pub fn runbook(mut self, url: &str) -> Self {
        self.runbook = Some(url.to_owned());
        self
    }

    /// Over which window rates and response times are recorded: 5 minutes unless set.
    #[must_use]
    pub fn rate_window(mut self, window: Duration) -> Self {
        self.rate_window = window;
        self
    }

    /// How long an instance must have been seen to be down, or its metrics missing, before there is an
    /// alert (`for` in its rule): 2 minutes unless set.
    #[must_use]
    pub fn pending(mut self, time: Duration) -> Self {
        self.pending = time;
        self
    }

    /// When alerts on error budgets fire: as [`BurnRate::usual`] says unless set.
    #[must_use]
    pub fn burn_rates(mut self, rates: impl IntoIterator<Item = BurnRate>) -> Self {
        self.burn_rates = rates.into_iter().collect();
        self
    }

    /// Multiplies all windows of the rules, and how long alerts wait until they fire: with 0.01 they can
    /// be tried in seconds. No window is shorter than four scrapes, whatever is asked for.
    #[must_use]
    pub fn time_scale(mut self, factor: f64) -> Self {
        self.time_scale = factor;
        self
    }

    /// Whether it can be written, without a look at the registry.
    #[cfg(feature = "actix")]
    pub(crate) fn check(&self) -> Result<(), DashboardError> {
        Plan::of(self).map(drop)
    }

    /// Writes the dashboard of the service alone, as JSON in Grafana's classic model: for Grafana to import.
    ///
    /// # Errors
    ///
    /// Those of [`generate`](Self::generate).
    pub fn service_dashboard(&self) -> Result<String, DashboardError> {
        let plan = Plan::of(self)?;
        Ok(service::dashboard(&plan, &Inventory::of(&self.registry)).json())
    }

    /// Writes all of them, into memory.
    ///
    /// # Errors
    ///
    /// A [`DashboardError`] for a name that cannot be one, and for times that make no sense.
    pub fn generate(&self) -> Result<Files, DashboardError> {
        let plan = Plan::of(self)?;
        let inventory = Inventory::of(&self.registry);
        let mut groups = recording::groups(&plan, &inventory);
        groups.push(alerts::of_service(&plan, &inventory));
        let name = &plan.service;
        let mut files = Files::default();
        let origin = format!("Written by the program itself (tallymark::dashboards) for {name}.");
        let mut write = |path: String, more: &str, value: &serde_json::Value| {
            files.insert(path, yaml::document(&format!("{origin}{more}"), value));
        };
        let sources = grafana::data_sources(&plan);
        write(format!("grafana/provisioning/datasources/{name}.yaml"), "", &sources);
        let providers = grafana::dashboards(&plan);
        write(format!("grafana/provisioning/dashboards/{name}.yaml"), "", &providers);
        let labels = "\nPrometheus adds the labels `job` and `instance` to every series: the name of the \
                      job, and the target that it was scraped from.";
        let configuration = prometheus::configuration(&plan);
        write("prometheus/prometheus.yml".to_owned(), labels, &configuration);
        // The operator finds the hosts by monitors of its own, under a job of another name.
        let for_operator = kubernetes::rules(&plan, &groups);
        write("kubernetes/prometheusrule.yaml".to_owned(), "", &for_operator);
        groups.push(alerts::of_hosts(&plan));
        write(format!("prometheus/rules/{name}.yml"), "", &prometheus::rules(&groups));
        let one = |other: &str| format!("\nOne of this and {other} is enough.");
        let (pods, services) = (kubernetes::pod_monitor(&plan), kubernetes::service_monitor(&plan));
        write("kubernetes/podmonitor.yaml".to_owned(), &one("servicemonitor.yaml"), &pods);
        write("kubernetes/servicemonitor.yaml".to_owned(), &one("podmonitor.yaml"), &services);
        let dashboards = [
            (&plan.service, service::dashboard(&plan, &inventory)),
            (&plan.base, base::dashboard(&plan)),
        ];
        for (name, dashboard) in dashboards {
            files.insert(format!("grafana/dashboards/{name}.json"), dashboard.json());
        }
        Ok(files)
    }
}
