//! What so many series take while nothing happens.

use std::fmt::Write;
use std::process::Command;

use crate::MANY;
use crate::contestants::{Contestant, Ours, client, fast, measured, metrics, prometheus_text};
use crate::resident::resident;
use crate::rounds::as_float;

const WHO: [&str; 7] = [
    "nobody",
    "tallymark",
    "prometheus",
    "prometheus-client",
    "metrics with its exporter",
    "measured",
    "fastmetrics",
];

/// KiB that are resident before a scrape and after one.
pub(crate) fn measure(who: &str) -> String {
    let mut contestant = match who {
        "tallymark" => Some(Ours::new("tallymark", MANY).text()),
        "prometheus" => Some(prometheus_text(MANY)),
        "prometheus-client" => Some(client(MANY)),
        "metrics with its exporter" => Some(metrics(MANY)),
        "measured" => Some(measured(MANY)),
        "fastmetrics" => Some(fast(MANY)),
        _ => None,
    };
    let before = resident();
    if let Some(Contestant { scrape, .. }) = &mut contestant {
        scrape();
    }
    format!("{before} {}", resident())
}

pub(crate) fn table() -> String {
    let mut table =
        String::from("| | bytes a series before a scrape | after one |\n|---|---|---|\n");
    let mut nobody = [0, 0];
    for who in WHO {
        let program = std::env::current_exe().expect("it has a name");
        let output = Command::new(program).args(["memory", who]).output().expect("it runs");
        let text = String::from_utf8(output.stdout).expect("text");
        let numbers: Vec<usize> =
            text.split_whitespace().map(|number| number.parse().expect("KiB")).collect();
        let numbers = [numbers[0], numbers[1]];
        if who == "nobody" {
            nobody = numbers;
            continue;
        }
        let each = |at: usize| as_float((numbers[at] - nobody[at]) * 1024) / as_float(MANY);
        let _ = writeln!(table, "| {who} | {:.0} | {:.0} |", each(0), each(1));
    }
    table
}
