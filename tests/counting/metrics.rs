use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use tallymark::{Combine, Counter, Gauge, Histogram, Summary};

/// The metrics that it was told of, with no label or one.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    by_name: BTreeMap<String, Metric>,
    /// Threads that count until they are told not to.
    load: Vec<JoinHandle<()>>,
    halted: Arc<AtomicBool>,
}

#[derive(Clone, Copy, Debug)]
enum Metric {
    Counter(&'static Counter<0>),
    Counters(&'static Counter<1>),
    FloatCounter(&'static Counter<0, f64>),
    Gauge(&'static Gauge<0>),
    Gauges(&'static Gauge<1>),
    Integer(&'static Gauge<0, i64>),
    Histogram(&'static Histogram<0>),
    Histograms(&'static Histogram<1>),
    Summary(&'static Summary<0>),
}

/// What a metric is, as words: `kind name key=value …`.
#[derive(Debug)]
struct Words<'a>(&'a [&'a str]);

impl<'a> Words<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        self.0.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }

    fn has(&self, flag: &str) -> bool {
        self.0.contains(&flag)
    }
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn text(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn combine(words: &Words<'_>) -> Result<Combine, String> {
    Ok(match words.get("combine") {
        None | Some("sum") => Combine::Sum,
        Some("max") => Combine::Max,
        Some("min") => Combine::Min,
        Some("most_recent") => Combine::MostRecent,
        Some("per_process") => Combine::PerProcess,
        Some(other) => return Err(format!("no way to combine is called {other}")),
    })
}

fn gauge<const N: usize, T: tallymark::GaugeNumber>(
    gauge: Gauge<N, T>,
    words: &Words<'_>,
) -> Result<&'static Gauge<N, T>, String> {
    let gauge = gauge.combine(combine(words)?);
    Ok(leak(if words.has("ended") { gauge.with_ended() } else { gauge }))
}

fn histogram<const N: usize>(
    histogram: Histogram<N>,
    words: &Words<'_>,
) -> Result<&'static Histogram<N>, String> {
    let histogram = if words.has("native") { histogram.native() } else { histogram };
    let Some(bounds) = words.get("buckets") else { return Ok(leak(histogram)) };
    let bounds: Result<Vec<f64>, _> = bounds.split(',').map(str::parse).collect();
    let bounds = bounds.map_err(|error| format!("{error}: {words:?}"))?;
    Ok(leak(histogram.buckets(bounds.leak())))
}

impl Metrics {
    /// Declares one: `counter requests_total label=code help=Requests max=20`.
    pub(crate) fn declare(&mut self, words: &[&str]) -> Result<(), String> {
        let [kind, name, rest @ ..] = words else { return Err("declare KIND NAME …".into()) };
        let words = Words(rest);
        let help = text(words.get("help").unwrap_or("Counted."));
        let label = words.get("label").map(text);
        let static_name = text(name);
        let metric = match (*kind, label) {
            ("counter", None) => Metric::Counter(leak(Counter::new(static_name, help, []))),
            ("counter", Some(label)) => {
                let counter = Counter::new(static_name, help, [label]);
                Metric::Counters(leak(match words.get("max").map(str::parse) {
                    Some(Ok(max)) => counter.max_series(max),
                    Some(Err(error)) => return Err(format!("max: {error}")),
                    None => counter,
                }))
            }
            ("float_counter", None) => {
                Metric::FloatCounter(leak(Counter::new(static_name, help, [])))
            }
            ("gauge", None) => Metric::Gauge(gauge(Gauge::new(static_name, help, []), &words)?),
            ("gauge", Some(label)) => {
                Metric::Gauges(gauge(Gauge::new(static_name, help, [label]), &words)?)
            }
            ("integer", None) => Metric::Integer(gauge(Gauge::new(static_name, help, []), &words)?),
            ("histogram", None) => {
                Metric::Histogram(histogram(Histogram::new(static_name, help, []), &words)?)
            }
            ("histogram", Some(label)) => {
                Metric::Histograms(histogram(Histogram::new(static_name, help, [label]), &words)?)
            }
            ("summary", None) => Metric::Summary(leak(Summary::new(static_name, help, []))),
            (kind, label) => return Err(format!("no {kind} with label {label:?} here")),
        };
        self.by_name.insert((*name).to_owned(), metric);
        Ok(())
    }

    /// Adds a number to a counter, sets a gauge, has a histogram or summary observe it; with an exemplar
    /// of that trace, if one is given.
    pub(crate) fn record(
        &self,
        name: &str,
        number: &str,
        label: Option<&str>,
        trace: Option<&str>,
    ) -> Result<(), String> {
        let float = || number.parse::<f64>().map_err(|error| format!("{number}: {error}"));
        let whole = || number.parse::<u64>().map_err(|error| format!("{number}: {error}"));
        let metric = self.by_name.get(name).ok_or_else(|| format!("{name} was not declared"))?;
        match (metric, label) {
            (Metric::Counter(counter), None) => match trace {
                Some(trace) => counter.with_exemplar([("trace_id", trace)]).inc_by(whole()?),
                None => counter.inc_by(whole()?),
            },
            (Metric::Counters(counter), Some(label)) => counter.with([label]).inc_by(whole()?),
            (Metric::FloatCounter(counter), None) => counter.inc_by(float()?),
            (Metric::Gauge(gauge), None) => gauge.set(float()?),
            (Metric::Gauges(gauge), Some(label)) => gauge.with([label]).set(float()?),
            (Metric::Integer(gauge), None) => {
                let number = number.parse().map_err(|error| format!("{number}: {error}"))?;
                gauge.set(number);
            }
            (Metric::Histogram(histogram), None) => match trace {
                Some(trace) => histogram.with_exemplar([("trace_id", trace)]).observe(float()?),
                None => histogram.observe(float()?),
            },
            (Metric::Histograms(histogram), Some(label)) => {
                histogram.with([label]).observe(float()?);
            }
            (Metric::Summary(summary), None) => summary.observe(float()?),
            (_, label) => return Err(format!("{name} with the label value {label:?}")),
        }
        Ok(())
    }

    /// What a counter of this process stands at.
    pub(crate) fn get(&self, name: &str) -> Result<String, String> {
        Ok(self.counter(name)?.get().to_string())
    }

    pub(crate) fn counter(&self, name: &str) -> Result<&'static Counter<0>, String> {
        match self.by_name.get(name) {
            Some(Metric::Counter(counter)) => Ok(counter),
            other => Err(format!("{name} is {other:?}")),
        }
    }

    /// Has threads count in a counter or histogram as fast as they can.
    pub(crate) fn load(&mut self, name: &str, threads: &str) -> Result<(), String> {
        let threads = threads.parse().map_err(|error| format!("{threads}: {error}"))?;
        let metric = *self.by_name.get(name).ok_or_else(|| format!("{name} was not declared"))?;
        for _ in 0..threads {
            let halted = Arc::clone(&self.halted);
            self.load.push(thread::spawn(move || {
                while !halted.load(Ordering::Relaxed) {
                    match metric {
                        Metric::Counter(counter) => counter.inc(),
                        Metric::Counters(counter) => counter.with(["load"]).inc(),
                        Metric::Histogram(histogram) => histogram.observe(0.2),
                        _ => break,
                    }
                }
            }));
        }
        Ok(())
    }

    /// Has them end.
    pub(crate) fn halt(&mut self) -> Result<(), String> {
        self.halted.store(true, Ordering::Relaxed);
        for thread in self.load.drain(..) {
            thread.join().map_err(|_| "a thread panicked".to_owned())?;
        }
        Ok(())
    }

    /// Removes a series.
    pub(crate) fn remove(&self, name: &str, label: &str) -> Result<(), String> {
        let removed = match self.by_name.get(name) {
            Some(Metric::Counters(counter)) => counter.remove([label]),
            Some(Metric::Gauges(gauge)) => gauge.remove([label]),
            Some(Metric::Histograms(histogram)) => histogram.remove([label]),
            other => return Err(format!("{name} is {other:?}")),
        };
        if removed { Ok(()) } else { Err(format!("{name} has no series {label}")) }
    }
}
