use tallymark::{Counter, Exposition, Gauge, Histogram, Registry, ScrapeRequest, ScrapeResponse};

/// How many series an instance has at least: 196 that it exposes, and those that the engine adds of its
/// own.
pub(crate) const SERIES: u32 = 200;

/// How many interfaces an instance has.
const INTERFACES: usize = 10;

const OUTCOMES: [&str; 3] = ["success", "client_error", "server_error"];

/// With `+Inf`, the sum and the count they are fourteen series.
const BOUNDS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// A service as others see it: its registry, and what is counted there.
#[derive(Debug)]
pub(crate) struct Instance {
    requests: Counter<2>,
    in_flight: Gauge<1>,
    seconds: Histogram<1>,
    exposition: Exposition,
}

impl Instance {
    pub(crate) fn new() -> Self {
        let requests = Counter::owned("requests_total", "Requests.", ["interface", "outcome"]);
        let requests = requests.expect("valid");
        let in_flight = Gauge::owned("in_flight", "Under way.", ["interface"]).expect("valid");
        let seconds = Histogram::owned("seconds", "Durations.", ["interface"], Some(&BOUNDS));
        let seconds = seconds.expect("valid");
        let registry = Registry::new();
        registry.register(&requests).expect("registered");
        registry.register(&in_flight).expect("registered");
        registry.register(&seconds).expect("registered");
        Self { requests, in_flight, seconds, exposition: Exposition::new().registry(registry) }
    }

    /// Changes every series, as if all of it had been busy, and answers.
    pub(crate) fn scrape(&self, request: &ScrapeRequest) -> ScrapeResponse {
        for interface in 0..INTERFACES {
            let name = format!("/interface/{interface}");
            for outcome in OUTCOMES {
                self.requests.with([&*name, outcome]).inc();
            }
            self.in_flight.with([&*name]).inc();
            for bound in BOUNDS {
                self.seconds.with([&*name]).observe(bound);
            }
            self.seconds.with([&*name]).observe(60.0);
        }
        self.exposition.answer(request)
    }
}
