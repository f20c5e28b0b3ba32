use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tallymark::{Exposition, ScrapeRequest};

use crate::metrics::Metrics;

/// Does what a line says; returns what there is to be said of it.
pub(crate) fn obey(words: &[&str], metrics: &mut Metrics) -> Result<String, String> {
    match words {
        ["declare", metric @ ..] => metrics.declare(metric)?,
        ["record", name, number] => metrics.record(name, number, None, None)?,
        ["record", name, number, label] => metrics.record(name, number, Some(label), None)?,
        ["exemplar", name, number, trace] => metrics.record(name, number, None, Some(trace))?,
        ["remove", name, label] => metrics.remove(name, label)?,
        ["join", directory] => {
            tallymark::multiprocess::join(directory).map_err(|error| error.to_string())?;
        }
        ["load", name, threads] => metrics.load(name, threads)?,
        ["halt"] => metrics.halt()?,
        ["spin", milliseconds] => spin(milliseconds)?,
        ["scrape"] => return Ok(tallymark::gather_text()),
        ["scrape", accept] => return scrape(accept),
        _ => return Err(format!("what is {words:?}?")),
    }
    Ok(String::new())
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

/// What the endpoint answers who accepts that, as text.
fn scrape(accept: &str) -> Result<String, String> {
    let headers = [("accept", accept.as_bytes())];
    let answer = Exposition::new().answer(&ScrapeRequest::new("GET", None, headers));
    let status = answer.status();
    let body = answer.into_body().into_bytes();
    let text = String::from_utf8(body.to_vec()).map_err(|error| error.to_string())?;
    if status == 200 { Ok(text) } else { Err(format!("{status} {text}")) }
}
