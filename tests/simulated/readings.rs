use std::fs;
use std::net::SocketAddr;

use tallymark_tests::endpoint::get;

/// What an engine says of itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Readings {
    /// What it has of the memory, in bytes.
    pub(crate) resident: f64,
    /// What it had of the processors, in seconds.
    pub(crate) processor: f64,
    /// How many samples it has taken.
    pub(crate) samples: f64,
    /// What `VictoriaMetrics` has on the disk, in bytes.
    pub(crate) disk: f64,
}

impl Readings {
    pub(crate) fn of(address: SocketAddr) -> Self {
        let text = get(address, "/metrics", &[]).text;
        let sum = |names: &[&str]| {
            let lines = text.lines().filter(|line| names.iter().any(|name| line.starts_with(name)));
            let values = lines.map(|line| line.rsplit_once(' ').expect(line).1);
            values.map(|value| value.parse::<f64>().expect(value)).sum()
        };
        Self {
            resident: sum(&["process_resident_memory_bytes "]),
            processor: sum(&["process_cpu_seconds_total "]),
            samples: sum(&[
                "prometheus_tsdb_head_samples_appended_total",
                "vm_rows_inserted_total{type=\"promscrape\"}",
            ]),
            disk: sum(&["vm_data_size_bytes{type=\"storage/"]),
        }
    }
}

/// What this program, and so all instances, has of the memory, in bytes.
pub(crate) fn own_resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    1024.0 * number.and_then(|number| number.parse::<f64>().ok()).expect("a number of KiB")
}
