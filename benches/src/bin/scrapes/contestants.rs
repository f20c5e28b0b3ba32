use std::hint::black_box;

use prometheus::Encoder;
use tallymark::{Counter, CounterChild, Exposition, Registry, ScrapeRequest};

/// Someone who has counted in so many series, and is scraped.
pub(crate) struct Contestant {
    pub(crate) name: &'static str,
    series: usize,
    /// Counts in a series by its number.
    pub(crate) change: Option<Box<dyn FnMut(usize)>>,
    /// Does so by such steps that numbers get longer and shorter, where that is known.
    pub(crate) lengthen: Option<Box<dyn FnMut(usize)>>,
    /// Scrapes; returns how long the answer is.
    pub(crate) scrape: Box<dyn FnMut() -> usize>,
}

impl Contestant {
    pub(crate) fn new(
        name: &'static str,
        series: usize,
        change: impl FnMut(usize) + 'static,
        scrape: impl FnMut() -> usize + 'static,
    ) -> Self {
        let (change, scrape) = (Some(Box::new(change) as _), Box::new(scrape));
        Self { name, series, change, lengthen: None, scrape }
    }

    /// Counts in every so-many-th series.
    pub(crate) fn count(&mut self, step: usize) {
        if let Some(change) = &mut self.change {
            (0..self.series).step_by(step).for_each(change);
        }
    }
}

pub(crate) fn value(series: usize) -> String {
    format!("app-{series:06}")
}

/// A registry of our own with so many series.
pub(crate) struct Ours {
    name: &'static str,
    pub(crate) registry: Registry,
    counter: Counter<1>,
    pub(crate) children: Vec<CounterChild>,
}

impl Ours {
    pub(crate) fn new(name: &'static str, series: usize) -> Self {
        let registry = Registry::new();
        let counter: Counter<1> = Counter::owned("bench_total", "B.", ["app"]).expect("valid");
        registry.register(&counter).expect("registered");
        let children: Vec<_> = (0..series).map(|at| counter.child([value(at)])).collect();
        for child in &children {
            child.inc_by(100_000);
        }
        Self { name, registry, counter, children }
    }

    /// The text as one string, as the others give it, and without a request.
    pub(crate) fn string(self) -> Contestant {
        let (registry, counter, children) = (self.registry, self.counter, self.children);
        let series = children.len();
        let scrape = move || {
            let _ = &counter;
            black_box(registry.gather_text()).len()
        };
        Contestant::new(
            "tallymark, `gather_text`",
            series,
            move |at| children[at].inc_by(7),
            scrape,
        )
    }

    /// The text, of which one series was not there at the scrape before.
    pub(crate) fn growing(self) -> Contestant {
        let (registry, counter, children) = (self.registry, self.counter, self.children);
        let series = children.len();
        let (counter, mut new) = (std::rc::Rc::new(counter), 0);
        let grown = std::rc::Rc::clone(&counter);
        let change = move |at: usize| {
            if at == 0 {
                new += 1;
                grown.with([format!("new-{new}")]).inc();
            }
            children[at].inc_by(7);
        };
        let scrape = move || {
            let _ = &counter;
            black_box(registry.gather_text()).len()
        };
        Contestant::new("tallymark, one series more each time", series, change, scrape)
    }

    pub(crate) fn text(self) -> Contestant {
        self.scraped("text/plain;version=0.0.4")
    }

    pub(crate) fn protobuf(self) -> Contestant {
        self.scraped(
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;\
             encoding=delimited",
        )
    }

    pub(crate) fn scraped(self, accept: &str) -> Contestant {
        let headers = [("Accept", accept.as_bytes())];
        let request = ScrapeRequest::new("GET", None, headers);
        let exposition = Exposition::new().registry(self.registry);
        let series = self.children.len();
        let kept = self.counter;
        let scrape = move || {
            let _ = &kept;
            let response = exposition.answer(&request);
            assert_eq!(response.status(), 200);
            black_box(response.into_body()).len()
        };
        let (children, longer) = (self.children.clone(), self.children);
        let mut contestant =
            Contestant::new(self.name, series, move |at| children[at].inc_by(7), scrape);
        // From six digits on by a factor of ten; back it never comes.
        let lengthen = move |at: usize| longer[at].inc_by(longer[at].get().min(1 << 60) * 9);
        contestant.lengthen = Some(Box::new(lengthen));
        contestant
    }
}

pub(crate) fn peers(series: usize) -> Vec<Contestant> {
    vec![prometheus_text(series), client(series), metrics(series), measured(series), fast(series)]
}

fn prometheus_series(series: usize) -> (prometheus::Registry, Vec<prometheus::IntCounter>) {
    let vec = prometheus::IntCounterVec::new(prometheus::Opts::new("bench_total", "B."), &["app"]);
    let vec = vec.expect("valid");
    let registry = prometheus::Registry::new();
    registry.register(Box::new(vec.clone())).expect("registered");
    let children = (0..series).map(|at| vec.with_label_values(&[&value(at)])).collect::<Vec<_>>();
    for child in &children {
        child.inc_by(100_000);
    }
    (registry, children)
}

pub(crate) fn prometheus_text(series: usize) -> Contestant {
    let (registry, children) = prometheus_series(series);
    let mut text = Vec::new();
    let scrape = move || {
        text.clear();
        prometheus::TextEncoder::new().encode(&registry.gather(), &mut text).expect("encodes");
        black_box(&text).len()
    };
    Contestant::new("prometheus", series, move |at| children[at].inc_by(7), scrape)
}

pub(crate) fn prometheus_protobuf(series: usize) -> Contestant {
    let (registry, children) = prometheus_series(series);
    let mut bytes = Vec::new();
    let scrape = move || {
        bytes.clear();
        prometheus::ProtobufEncoder::new().encode(&registry.gather(), &mut bytes).expect("encodes");
        black_box(&bytes).len()
    };
    Contestant::new("prometheus", series, move |at| children[at].inc_by(7), scrape)
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, prometheus_client::encoding::EncodeLabelSet)]
struct ClientApp {
    app: String,
}

pub(crate) fn client(series: usize) -> Contestant {
    use prometheus_client::metrics::counter::Counter;
    use prometheus_client::metrics::family::Family;

    let family = Family::<ClientApp, Counter>::default();
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register("bench", "B", family.clone());
    let children: Vec<Counter> =
        (0..series).map(|at| family.get_or_create_owned(&ClientApp { app: value(at) })).collect();
    for child in &children {
        child.inc_by(100_000);
    }
    let mut text = String::new();
    let scrape = move || {
        text.clear();
        prometheus_client::encoding::text::encode(&mut text, &registry).expect("encodes");
        black_box(&text).len()
    };
    let change = move |at: usize| {
        children[at].inc_by(7);
    };
    Contestant::new("prometheus-client", series, change, scrape)
}

pub(crate) fn metrics(series: usize) -> Contestant {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let children: Vec<metrics::Counter> = metrics::with_local_recorder(&recorder, || {
        (0..series).map(|at| metrics::counter!("bench_total", "app" => value(at))).collect()
    });
    for child in &children {
        child.increment(100_000);
    }
    let scrape = move || black_box(handle.render()).len();
    Contestant::new(
        "metrics with its exporter",
        series,
        move |at| children[at].increment(7),
        scrape,
    )
}

#[derive(measured::LabelGroup)]
#[label(set = MeasuredSet)]
struct MeasuredApp<'a> {
    #[label(dynamic_with = measured::lasso::ThreadedRodeo, default)]
    app: &'a str,
}

pub(crate) fn measured(series: usize) -> Contestant {
    use std::rc::Rc;

    use measured::metric::MetricFamilyEncoding;
    use measured::metric::name::MetricName;
    use measured::text::BufferedTextEncoder;

    let vec = Rc::new(measured::CounterVec::<MeasuredSet>::new());
    let apps: Vec<String> = (0..series).map(value).collect();
    for app in &apps {
        vec.inc_by(MeasuredApp { app }, 100_000);
    }
    let counted = Rc::clone(&vec);
    let mut encoder = BufferedTextEncoder::new();
    let scrape = move || {
        let Ok(()) = vec.collect_family_into(MetricName::from_str("bench_total"), &mut encoder);
        black_box(encoder.finish()).len()
    };
    let change = move |at: usize| counted.inc_by(MeasuredApp { app: &apps[at] }, 7);
    Contestant::new("measured", series, change, scrape)
}

#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    Hash,
    fastmetrics::derive::EncodeLabelSet,
    fastmetrics::derive::LabelSetSchema,
)]
struct FastApp {
    app: String,
}

pub(crate) fn fast(series: usize) -> Contestant {
    use fastmetrics::format::text::{TextProfile, encode};
    use fastmetrics::metrics::counter::Counter;
    use fastmetrics::metrics::family::Family;

    let family = Family::<FastApp, Counter<u64>>::default();
    let mut registry = fastmetrics::registry::Registry::default();
    registry.register("bench", "B", family.clone()).expect("registered");
    let apps: Vec<FastApp> = (0..series).map(|at| FastApp { app: value(at) }).collect();
    for app in &apps {
        family.with_or_new(app, |counter| counter.inc_by(100_000));
    }
    let mut text = String::new();
    let scrape = move || {
        text.clear();
        encode(&mut text, &registry, TextProfile::PrometheusV0_0_4).expect("encodes");
        black_box(&text).len()
    };
    let change = move |at: usize| {
        family.with_or_new(&apps[at], |counter| counter.inc_by(7));
    };
    Contestant::new("fastmetrics", series, change, scrape)
}
