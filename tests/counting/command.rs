use std::fmt::Write;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tallymark::{Exposition, ScrapeRequest};

use crate::calls::Calls;
use crate::metrics::Metrics;
use crate::threads::Threads;

/// What the process was told of so far.
#[derive(Debug, Default)]
pub(crate) struct State {
    metrics: Metrics,
    threads: Threads,
    calls: Calls,
}

impl State {
    /// Goes on as a copy of the process, which has none of its threads.
    pub(crate) fn divide(&mut self) {
        self.threads.forget();
        self.calls.forget();
    }

    /// Does what a line says; returns what there is to be said of it.
    pub(crate) fn obey(&mut self, words: &[&str]) -> Result<String, String> {
        let metrics = &mut self.metrics;
        match words {
            ["declare", metric @ ..] => metrics.declare(metric)?,
            ["record", name, number] => metrics.record(name, number, None, None)?,
            ["record", name, number, label] => metrics.record(name, number, Some(label), None)?,
            ["spread", name, prefix, number] => {
                let number: u32 = number.parse().map_err(|error| format!("{number}: {error}"))?;
                for label in 0..number {
                    metrics.record(name, "1", Some(&format!("{prefix}{label}")), None)?;
                }
            }
            ["exemplar", name, number, trace] => metrics.record(name, number, None, Some(trace))?,
            ["name", name] => {
                tallymark::name_counter(name, "Calls.").map_err(|error| error.to_string())?;
            }
            ["get", name] => return metrics.get(name),
            ["remove", name, label] => metrics.remove(name, label)?,
            ["join", directory] => {
                tallymark::multiprocess::join(directory).map_err(|error| error.to_string())?;
            }
            ["threads", name, number] => {
                let number = number.parse().map_err(|error| format!("{number}: {error}"))?;
                self.threads.start(metrics.counter(name)?, number);
            }
            ["stop"] => return Ok(self.threads.stop().to_string()),
            ["call"] => self.calls.begin(),
            ["return"] => self.calls.end()?,
            ["fork", socket] => return crate::copy::fork(socket, self),
            ["fork", socket, "thread"] => return crate::copy::fork_in_thread(socket, self),
            ["reap", pid] => crate::copy::reap(pid)?,
            ["collect", directory] => {
                return Ok(tallymark::multiprocess::of_directory(directory).gather_text());
            }
            ["load", name, threads] => metrics.load(name, threads)?,
            ["halt"] => metrics.halt()?,
            ["limit", series] => {
                let series = series.parse().map_err(|error| format!("{series}: {error}"))?;
                tallymark::limit_series(series);
            }
            ["go", directory] => {
                std::env::set_current_dir(directory).map_err(|error| error.to_string())?;
            }
            ["spin", milliseconds] => spin(milliseconds)?,
            ["scrape"] => return Ok(tallymark::gather_text()),
            ["scrape", "hexadecimal", accept] => return Ok(hexadecimal(&scrape(accept)?)),
            ["scrape", accept] => {
                return String::from_utf8(scrape(accept)?).map_err(|error| error.to_string());
            }
            _ => return Err(format!("what is {words:?}?")),
        }
        Ok(String::new())
    }
}

/// Has a processor for so long, or longer.
fn spin(milliseconds: &str) -> Result<(), String> {
    let milliseconds = milliseconds.parse().map_err(|error| format!("{milliseconds}: {error}"))?;
    let now = || {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        Duration::try_from(time).map_err(|error| error.to_string())
    };
    let end = now()? + Duration::from_millis(milliseconds);
    while now()? < end {}
    Ok(())
}

/// What the endpoint answers who accepts that.
fn scrape(accept: &str) -> Result<Vec<u8>, String> {
    let headers = [("accept", accept.as_bytes())];
    let answer = Exposition::new().answer(&ScrapeRequest::new("GET", None, headers));
    let status = answer.status();
    let body = answer.into_body().into_bytes().to_vec();
    if status == 200 {
        Ok(body)
    } else {
        Err(format!("{status} {}", String::from_utf8_lossy(&body)))
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a text takes all");
        text
    })
}
