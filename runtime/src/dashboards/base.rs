//! The dashboard of the hosts, and of what the service's processes use there.

use serde_json::Value;

use super::Plan;
use super::dashboard::Dashboard;
use super::panel::{Asked, Panel};
use super::promql::{GRAPHED, quoted, rate, ratio, sum_by};
use super::row::Row;
use super::selector::{PROCESSES, SERIES};
use super::variable;

/// File systems that are no disk.
const DISKS: &str = r#"fstype!~"autofs|cgroup2?|devpts|devtmpfs|fuse.*|mqueue|nsfs|overlay|proc|ramfs|squashfs|sysfs|tmpfs|tracefs""#;

pub(super) fn dashboard(plan: &Plan<'_>) -> Dashboard {
    Dashboard {
        uid: plan.base.clone(),
        title: plan.base.clone(),
        description: format!(
            "The hosts of {}, as the node exporter measures them, and what its processes use.",
            plan.service
        ),
        beside: (plan.service.clone(), plan.service.clone()),
        refresh: plan.refresh(),
        variables: variables(plan),
        annotations: Vec::new(),
        rows: vec![
            Row::open("At a glance", at_a_glance()),
            Row::open("Processor and memory", processor_and_memory()),
            Row::open("Disks", disks()),
            Row::open("Network", network()),
            Row::open("Processes of the service", processes()),
        ],
    }
}

fn variables(plan: &Plan<'_>) -> Vec<Value> {
    let (own, service) = (Asked::Own, Asked::Service);
    let hosts = r#"node_uname_info{job=~"$job"}"#;
    let processes = r#"up{job=~"$service_job"}"#;
    let jobs = format!("up{{job={}}}", quoted(&plan.service));
    vec![
        variable::data_source("datasource", "Hosts from", &plan.base),
        variable::label_values("job", "Job", own, "node_uname_info", "job", Some(&plan.base)),
        variable::label_values("instance", "Host", own, hosts, "instance", None),
        variable::data_source("service_datasource", "Service from", &plan.service),
        variable::label_values(
            "service_job",
            "Service",
            service,
            &jobs,
            "job",
            Some(&plan.service),
        ),
        variable::label_values(
            "service_instance",
            "Instance",
            service,
            processes,
            "instance",
            None,
        ),
    ]
}

fn at_a_glance() -> Vec<Panel> {
    let stat = |title: &str, about: &str, unit, query: String| {
        Panel::stat(title, about, unit).query(query, "{{instance}}")
    };
    let boot = series("node_boot_time_seconds");
    vec![
        Panel::stat("Hosts up", "Hosts that Prometheus reaches.", "short")
            .query(format!("sum(up{{{SERIES}}})"), "")
            .least(1.0),
        Panel::stat("Hosts down", "Hosts that it does not reach.", "short")
            .query(format!("count(up{{{SERIES}}} == 0) or vector(0)"), "")
            .limit(1.0),
        stat("Running for", "Since the host was started.", "s", format!("time() - {boot}")),
        stat("Cores", "Processor cores.", "short", cores()),
        stat("Memory", "Memory of the host.", "bytes", series("node_memory_MemTotal_bytes")),
        stat("Busy", "How busy its cores are.", "percentunit", busy()).limit(0.9),
        stat("Memory used", "How much of it is in use.", "percentunit", memory_used()).limit(0.9),
    ]
}

fn processor_and_memory() -> Vec<Panel> {
    let mut load = Panel::lines(
        "Load",
        "Processes that run or wait for a core or a disk, over 1, 5 and 15 minutes, beside the number of \
         cores.",
        "short",
    );
    for minutes in ["1", "5", "15"] {
        load = load.query(
            series(&format!("node_load{minutes}")),
            &format!("{{{{instance}}}} {minutes} min"),
        );
    }
    let modes = rate("node_cpu_seconds_total", &format!("{SERIES}, mode!=\"idle\""), GRAPHED);
    vec![
        Panel::lines(
            "Processor busy",
            "The share of the time that cores are not idle.",
            "percentunit",
        )
        .query(busy(), "{{instance}}")
        .share(),
        Panel::lines("Processor by mode", "Cores busy with what; 1 is one core.", "short")
            .query(sum_by("instance, mode", &modes), "{{instance}} {{mode}}")
            .stacked(),
        load.query(cores(), "{{instance}} cores"),
        Panel::lines("Memory used", "What is not available to programs, of all.", "percentunit")
            .query(memory_used(), "{{instance}}")
            .share(),
    ]
}

fn disks() -> Vec<Panel> {
    let disk = |suffix: &str| format!("node_filesystem_{suffix}_bytes{{{SERIES}, {DISKS}}}");
    let by = |metric: &str| sum_by("instance, device", &rate(metric, SERIES, GRAPHED));
    vec![
        Panel::lines("Disk used", "How full each file system is.", "percentunit")
            .query(
                format!("1 - {}", ratio(&disk("avail"), &disk("size"))),
                "{{instance}} {{mountpoint}}",
            )
            .share(),
        Panel::lines("Disk busy", "The share of the time with requests under way.", "percentunit")
            .query(by("node_disk_io_time_seconds_total"), "{{instance}} {{device}}"),
        Panel::lines("Read from disks", "Bytes per second.", "Bps")
            .query(by("node_disk_read_bytes_total"), "{{instance}} {{device}}"),
        Panel::lines("Written to disks", "Bytes per second.", "Bps")
            .query(by("node_disk_written_bytes_total"), "{{instance}} {{device}}"),
    ]
}

fn network() -> Vec<Panel> {
    let by = |metric: &str| sum_by("instance, device", &rate(metric, SERIES, GRAPHED));
    let lost = |what: &str| {
        let of = |direction: &str| by(&format!("node_network_{direction}_{what}_total"));
        format!("{} + {}", of("receive"), of("transmit"))
    };
    vec![
        Panel::lines("Received", "Bytes per second.", "Bps")
            .query(by("node_network_receive_bytes_total"), "{{instance}} {{device}}"),
        Panel::lines("Sent", "Bytes per second.", "Bps")
            .query(by("node_network_transmit_bytes_total"), "{{instance}} {{device}}"),
        Panel::lines("Packets lost", "Packets per second that were dropped or had errors.", "pps")
            .query(lost("drop"), "{{instance}} {{device}} dropped")
            .query(lost("errs"), "{{instance}} {{device}} errors"),
        Panel::lines("TCP connections", "Connections that are established.", "short")
            .query(series("node_netstat_Tcp_CurrEstab"), "{{instance}}"),
    ]
}

/// The metrics that a process has by the `prometheus` crate, which are there on Linux.
fn processes() -> Vec<Panel> {
    let of = |metric: &str| format!("{metric}{{{PROCESSES}}}");
    let each = |title: &str, about: &str, unit, query: String| {
        Panel::lines(title, about, unit).of_service().query(query, "{{instance}}")
    };
    let cpu = rate("process_cpu_seconds_total", PROCESSES, GRAPHED);
    let age = format!("time() - {}", of("process_start_time_seconds"));
    vec![
        each("Processor time", "1 is one core, busy all the time.", "short", cpu),
        each("Resident memory", "Memory in RAM.", "bytes", of("process_resident_memory_bytes")),
        each(
            "Virtual memory",
            "Memory that is mapped.",
            "bytes",
            of("process_virtual_memory_bytes"),
        ),
        each("Open files", "Open files and sockets.", "short", of("process_open_fds")),
        each(
            "Open files of those allowed",
            "At 1 the process can open no file and take no connection any more.",
            "percentunit",
            ratio(&of("process_open_fds"), &of("process_max_fds")),
        )
        .limit(0.9),
        each("Threads", "Threads of all its processes.", "short", of("process_threads")),
        each("Process running for", "Since the process was started.", "s", age),
    ]
}

/// Whether a family has its panel here.
pub(super) fn shows(family: &str) -> bool {
    const SHOWN: [&str; 7] = [
        "process_cpu_seconds_total",
        "process_max_fds",
        "process_open_fds",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
        "process_threads",
        "process_virtual_memory_bytes",
    ];
    SHOWN.contains(&family)
}

fn series(metric: &str) -> String {
    format!("{metric}{{{SERIES}}}")
}

fn cores() -> String {
    let idle = format!("node_cpu_seconds_total{{{SERIES}, mode=\"idle\"}}");
    format!("count by (instance) ({idle})")
}

fn busy() -> String {
    let idle = rate("node_cpu_seconds_total", &format!("{SERIES}, mode=\"idle\""), GRAPHED);
    format!("1 - avg by (instance) ({idle})")
}

fn memory_used() -> String {
    let [available, all] =
        ["MemAvailable", "MemTotal"].map(|what| series(&format!("node_memory_{what}_bytes")));
    format!("1 - {}", ratio(&available, &all))
}
