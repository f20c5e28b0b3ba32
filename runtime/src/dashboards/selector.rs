//! What chooses among series: the variables of the dashboards.

/// Those of an instance of a job.
pub(super) const SERIES: &str = r#"job=~"$job", instance=~"$instance""#;

/// Those of an interface on an instance.
pub(super) const CALLS: &str = r#"job=~"$job", instance=~"$instance", interface=~"$api""#;

/// What is recorded of an interface on all instances.
pub(super) const RECORDED: &str = r#"job=~"$job", interface=~"$api""#;

/// Those of a process of the service, on the dashboard of its hosts.
pub(super) const PROCESSES: &str = r#"job=~"$service_job", instance=~"$service_instance""#;
