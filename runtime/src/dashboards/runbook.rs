//! What each alert means, and what to do.
//!
//! The alerts that [`generate`](super::Dashboards::generate) writes lead here by their `runbook_url`. All
//! queries that are named below stand in the file of the rules, and can be put into Prometheus as they
//! are.
//!
//! # Service absent
//!
//! Prometheus reaches no instance of the service. Either none runs, or its configuration has no target
//! any more: look at *Status → Targets* in Prometheus. If targets are there and down, the error beside
//! them says why (connection refused: nothing listens; 401: the credentials are wrong; deadline exceeded:
//! the instance is too busy to answer).
//!
//! # Instance down
//!
//! One instance does not answer scrapes, others may. Ask it as Prometheus does,
//! `curl http://INSTANCE/metrics`, from where Prometheus runs, and look at the log of the process. An
//! instance that was taken away for good goes from the targets, and the alert with it.
//!
//! # Host down
//!
//! The node exporter on a host does not answer. If the instances of the service on that host are up, it
//! is the exporter that is down: `systemctl status prometheus-node-exporter`.
//!
//! # Instance restarting
//!
//! The process was started more than three times in a quarter of an hour. Its log has why it ends; a
//! service that is killed for its memory (`dmesg`, or `OOMKilled` in Kubernetes) shows it on the
//! dashboard of the hosts, under *Resident memory*.
//!
//! # Metrics missing
//!
//! An instance answers scrapes, but the counter of the annotated functions is not there, though it is
//! there at 0 from the start of each program that has them. Something else may answer at that address;
//! the program may be an older one; or the functions are in a library crate of which the program uses
//! nothing, and which the linker has left out.
//!
//! # Series overflow
//!
//! A metric got more label values than it may have, and counts the rest in one series named `_overflow`;
//! the sum over all series is still right. A label whose values nobody can count (an id, a path, an
//! e-mail address) does not belong on a metric. If the values are fewer than the service needs,
//! [`limit_series`](crate::limit_series) or the metric's own `max_series` raises the limit.
//!
//! # Scrape errors
//!
//! A collector of the `prometheus` crate that the registry includes panicked, or gave a family that makes
//! no sense. The family in the label is missing from scrapes meanwhile, all others are there. The log has
//! the panic.
//!
//! # Scrapes refused
//!
//! The endpoint answered 503: there were more scrapes at once than
//! [`max_scrapes`](crate::Exposition::max_scrapes) allows, or one took longer than the scraper waits.
//! *Duration of scrapes* on the dashboard shows whether they are slow. Other statuses are on the dashboard
//! and no alert: 401 is how a browser learns that it has to ask for a password, and where Prometheus itself
//! has the wrong credentials, the instance is down to it.
//!
//! # Counting alone
//!
//! A process could not use the directory in which the processes of a service count together, or a file
//! in it. The reason is in the label, and the rest in the log; [`multiprocess`](crate::multiprocess)
//! explains each. A full file system is the usual one.
//!
//! # Values refused
//!
//! The service gave a metric a value that it cannot take: NaN, or an increment of a counter that is
//! negative or infinite. It is left out. The log names the metric and the first such value: it is a
//! fault in the service.
//!
//! # Annotations contradict
//!
//! Two annotated places describe one metric in two ways; one of them is not exposed. The log has both
//! source lines. [`check`](crate::check()) at the start of the program finds it before it is deployed.
//!
//! # Error budget burn
//!
//! More calls of an interface end in an error of the service than its objective allows, for long enough
//! to matter: see [`BurnRate`](super::BurnRate). *Errors per second by interface and outcome* shows which
//! sort of error it is (`server_error`: a response from 500 on; `error`: an `Err` without a status;
//! `panicked`), *Error ratio by interface* since when, and the annotations on it whether an instance was
//! started at that time. If one instance alone has them, take it out of service.
//!
//! With few requests one error is a large share: an interface that is called ten times in an hour does
//! not keep 99.9 %, and such an objective is not for it.
//!
//! # Latency budget burn
//!
//! More calls of an interface take longer than its objective allows. *Response time p99 by interface*
//! shows since when; *In flight by instance* whether the calls pile up, and the dashboard of the hosts
//! whether a processor or a disk is busy.
//!
//! After an objective got another latency, which is a bucket that was not there before, each window is
//! without an alert until it has passed: what was counted without the bucket tells nothing of it. So it is
//! while one of the instances is of an older version.

/// Where it is read.
pub(super) const URL: &str =
    "https://docs.rs/tallymark/latest/tallymark/dashboards/runbook/index.html";
