//! What is pushed over OTLP, to a receiver that decodes it with the types of OpenTelemetry.

use std::collections::BTreeMap;
use std::io::Read;
use std::time::Duration;

use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, ExponentialHistogramDataPoint, HistogramDataPoint, Metric,
    NumberDataPoint,
};
use prost::Message;
use tallymark::otlp::Otlp;
use tallymark::{Counter, Credentials, Gauge, Histogram, PushError, Registry};
use tallymark_tests::exposition::{Series, Syntax, read_text, values};
use tallymark_tests::{Received, Receiver, Reply, count_hostile, free_address, wait_for};

fn otlp(receiver: &Receiver) -> Otlp {
    let otlp = Otlp::from_env().expect("a usual environment");
    otlp.endpoint(&format!("{}/v1/metrics", receiver.url())).expect("a URL")
}

fn decoded(received: &Received) -> ExportMetricsServiceRequest {
    assert_eq!((&*received.method, &*received.path), ("POST", "/v1/metrics"));
    assert_eq!(received.header("content-type"), Some("application/x-protobuf"));
    ExportMetricsServiceRequest::decode(&*received.body).expect("a request of OTLP")
}

fn metrics(request: &ExportMetricsServiceRequest) -> &[Metric] {
    let [resource] = &request.resource_metrics[..] else { panic!("{request:?}") };
    let [scope] = &resource.scope_metrics[..] else { panic!("{resource:?}") };
    assert_eq!(scope.scope.as_ref().expect("a scope").name, "tallymark");
    &scope.metrics
}

fn texts(attributes: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |pair: &KeyValue| match pair.value.as_ref().and_then(|value| value.value.clone()) {
        Some(Value::StringValue(text)) => (pair.key.clone(), text),
        other => panic!("{other:?} is no text"),
    };
    attributes.iter().map(text).collect()
}

/// Samples as a scraper would have them.
#[derive(Default)]
struct Samples(BTreeMap<Series, f64>);

impl Samples {
    fn put(&mut self, name: &str, attributes: &[KeyValue], more: Option<(&str, f64)>, value: f64) {
        let mut labels = texts(attributes);
        labels.extend(more.map(|(name, bound)| (name.to_owned(), bound.to_string())));
        let twice = self.0.insert(Series { name: name.to_owned(), labels }, value);
        assert_eq!(twice, None, "{name} {attributes:?}");
    }

    #[expect(clippy::cast_precision_loss, reason = "a scraper has floats alone")]
    fn put_metric(&mut self, metric: &Metric) {
        let name = &*metric.name;
        let number = |point: &NumberDataPoint| match point.value.expect("a value") {
            Number::AsInt(number) => number as f64,
            Number::AsDouble(number) => number,
        };
        match metric.data.as_ref().expect("data") {
            Data::Gauge(gauge) => {
                for point in &gauge.data_points {
                    self.put(name, &point.attributes, None, number(point));
                }
            }
            Data::Sum(sum) => {
                assert!(sum.is_monotonic, "{name}");
                assert_cumulative(sum.aggregation_temporality);
                for point in &sum.data_points {
                    self.put(name, &point.attributes, None, number(point));
                }
            }
            Data::Histogram(histogram) => {
                assert_cumulative(histogram.aggregation_temporality);
                histogram.data_points.iter().for_each(|point| self.put_explicit(name, point));
            }
            Data::ExponentialHistogram(histogram) => {
                assert_cumulative(histogram.aggregation_temporality);
                histogram.data_points.iter().for_each(|point| self.put_exponential(name, point));
            }
            Data::Summary(summary) => {
                for point in &summary.data_points {
                    self.put_sum(name, &point.attributes, point.count as f64, point.sum);
                    for quantile in &point.quantile_values {
                        let rank = Some(("quantile", quantile.quantile));
                        self.put(name, &point.attributes, rank, quantile.value);
                    }
                }
            }
        }
    }

    fn put_sum(&mut self, name: &str, attributes: &[KeyValue], count: f64, sum: f64) {
        self.put(&format!("{name}_count"), attributes, None, count);
        self.put(&format!("{name}_sum"), attributes, None, sum);
    }

    #[expect(clippy::cast_precision_loss, reason = "a scraper has floats alone")]
    fn put_explicit(&mut self, name: &str, point: &HistogramDataPoint) {
        let bounds = point.explicit_bounds.iter().chain(&[f64::INFINITY]);
        assert_eq!(point.bucket_counts.len(), point.explicit_bounds.len() + 1);
        let mut cumulative = 0;
        for (bound, count) in bounds.zip(&point.bucket_counts) {
            cumulative += count;
            let bound = Some(("le", *bound));
            self.put(&format!("{name}_bucket"), &point.attributes, bound, cumulative as f64);
        }
        assert_eq!(cumulative, point.count);
        self.put_sum(name, &point.attributes, point.count as f64, point.sum.expect("a sum"));
    }

    #[expect(clippy::cast_precision_loss, reason = "a scraper has floats alone")]
    fn put_exponential(&mut self, name: &str, point: &ExponentialHistogramDataPoint) {
        let of_sign = [&point.positive, &point.negative].into_iter().flatten();
        let in_buckets: u64 = of_sign.flat_map(|buckets| &buckets.bucket_counts).sum();
        assert_eq!(in_buckets + point.zero_count, point.count, "{name}");
        self.put_sum(name, &point.attributes, point.count as f64, point.sum.expect("a sum"));
    }
}

fn assert_cumulative(temporality: i32) {
    assert_eq!(temporality, AggregationTemporality::Cumulative as i32);
}

/// Without what is another each time, and without the classic buckets of what is exponential in OTLP.
fn is_compared(series: &Series) -> bool {
    let name = &*series.name;
    let native = ["hostile_native_seconds_bucket", "hostile_bare_seconds_bucket"].contains(&name);
    !name.starts_with("process_") && !native
}

#[test]
fn all_that_is_exposed_arrives_as_it_is() {
    count_hostile();
    let receiver = Receiver::start(vec![Reply::status(200)]);
    otlp(&receiver).push().expect("taken");
    let request = decoded(&receiver.received()[0]);
    let mut found = Samples::default();
    for metric in metrics(&request) {
        found.put_metric(metric);
    }
    found.0.retain(|series, _| is_compared(series));

    let text = read_text(&tallymark::gather_text(), Syntax::Text);
    let mut wanted = BTreeMap::new();
    for (series, value) in values(&text) {
        let mut series = series.stored();
        for name in ["le", "quantile"] {
            if let Some(bound) = series.labels.get_mut(name) {
                *bound = bound.parse::<f64>().expect("a bound").to_string();
            }
        }
        if is_compared(&series) {
            wanted.insert(series, value);
        }
    }
    let short = |series: &Series| format!("{series:?}").chars().take(200).collect::<String>();
    let bits = |all: &BTreeMap<Series, f64>| -> BTreeMap<String, u64> {
        all.iter().map(|(series, value)| (short(series), value.to_bits())).collect()
    };
    assert!(wanted.len() > 150, "{}", wanted.len());
    assert_eq!(bits(&found.0), bits(&wanted));

    let helps: BTreeMap<_, _> = text.iter().map(|family| (&*family.name, &*family.help)).collect();
    for metric in metrics(&request) {
        assert_eq!(helps.get(&*metric.name), Some(&&*metric.description), "{}", metric.name);
    }
}

fn number(metrics: &[Metric], name: &str) -> NumberDataPoint {
    let metric = metrics.iter().find(|metric| metric.name == name).expect(name);
    let points = match metric.data.as_ref().expect("data") {
        Data::Sum(sum) => &sum.data_points,
        Data::Gauge(gauge) => &gauge.data_points,
        other => panic!("{other:?}"),
    };
    points[0].clone()
}

fn registry() -> (Registry, Counter<1>) {
    let registry = Registry::new();
    let rows: Counter<1> = Counter::owned("rows_total", "Rows.", ["table"]).expect("valid");
    registry.register(&rows).expect("registered");
    (registry, rows)
}

fn now() -> u64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970");
    u64::try_from(since.as_nanos()).expect("before 2500")
}

#[test]
fn times_whole_numbers_and_exemplars_are_sent_along() {
    let begin = now();
    let (registry, rows) = registry();
    let debt: Gauge<0, i64> = Gauge::owned("debt", "Debt.", []).expect("valid");
    registry.register(&debt).expect("registered");
    debt.set(-7);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    rows.with(["orders"])
        .with_exemplar([("trace_id", trace), ("span_id", "00f067aa0ba902b7"), ("row", "9")])
        .inc_by((1 << 53) + 1);
    let receiver = Receiver::start(vec![Reply::status(200)]);
    otlp(&receiver).registry(registry).push().expect("taken");
    let end = now();
    let request = decoded(&receiver.received()[0]);
    let debt = number(metrics(&request), "debt");
    assert_eq!((debt.value, debt.start_time_unix_nano), (Some(Number::AsInt(-7)), 0));
    let rows = number(metrics(&request), "rows_total");
    assert_eq!(rows.value, Some(Number::AsInt((1 << 53) + 1)));
    assert!((begin..=end).contains(&rows.time_unix_nano), "{rows:?}");
    // To the millisecond.
    let start = begin - begin % 1_000_000..=rows.time_unix_nano;
    assert!(start.contains(&rows.start_time_unix_nano), "{rows:?}");
    let [exemplar] = &rows.exemplars[..] else { panic!("{rows:?}") };
    assert_eq!(exemplar.trace_id, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736_u128.to_be_bytes());
    assert_eq!(exemplar.span_id, 0x00f0_67aa_0ba9_02b7_u64.to_be_bytes());
    assert_eq!(texts(&exemplar.filtered_attributes), BTreeMap::from([("row".into(), "9".into())]));
}

#[test]
fn exponential_buckets_have_what_was_observed_between_their_bounds() {
    static TIMES: Histogram = Histogram::new("native_seconds", "Times.", []).buckets(&[]).native();
    let registry = Registry::new();
    registry.register(&TIMES).expect("registered");
    for value in [0.3, 0.3, 1.0, 5.0, -2.0, 0.0, 1e300, f64::INFINITY] {
        TIMES.observe(value);
    }
    let receiver = Receiver::start(vec![Reply::status(200)]);
    otlp(&receiver).registry(registry).push().expect("taken");
    let request = decoded(&receiver.received()[0]);
    let metric = metrics(&request).iter().find(|metric| metric.name == "native_seconds");
    let Some(Data::ExponentialHistogram(histogram)) = metric.and_then(|one| one.data.clone())
    else {
        panic!("{metric:?}")
    };
    let point = &histogram.data_points[0];
    assert_eq!((point.count, point.zero_count), (8, 1));
    let base = 2_f64.powf(2_f64.powi(-point.scale));
    let counted = |low: f64, high: f64, negative: bool| -> u64 {
        let buckets = if negative { &point.negative } else { &point.positive };
        let buckets = buckets.as_ref().expect("buckets");
        let places = (buckets.offset..).zip(&buckets.bucket_counts);
        let within = places.filter(|(index, _)| {
            let lower = base.powi(*index);
            lower * 1.000_001 > low && lower * base < high * 1.000_001
        });
        within.map(|(_, count)| count).sum()
    };
    for (value, count, negative) in
        [(0.3, 2, false), (1.0, 1, false), (5.0, 1, false), (2.0, 1, true)]
    {
        let found = counted(value / base, value * base, negative);
        assert_eq!(found, count, "{value} in {point:?}");
    }
    // What is beyond all buckets is in the one behind them.
    let positive = point.positive.as_ref().expect("buckets");
    assert_eq!(
        (
            positive.offset + i32::try_from(positive.bucket_counts.len()).expect("few"),
            positive.bucket_counts.last()
        ),
        (513, Some(&2))
    );
}

#[test]
fn the_resource_and_the_headers_are_what_was_said() {
    let receiver = Receiver::start(vec![Reply::status(200)]);
    let (registry, rows) = registry();
    rows.with(["orders"]).inc();
    let otlp = otlp(&receiver)
        .registry(registry)
        .header("X-Scope-OrgID", "first")
        .header("x-scope-orgid", "team")
        .credentials(Credentials::bearer("s3cret"))
        .attribute("service.name", "deploy")
        .attribute("service.version", "1.4.2")
        .gzip(true);
    assert!(!format!("{otlp:?}").contains("team"));
    otlp.push().expect("taken");
    otlp.push().expect("taken");
    let requests = receiver.received();
    let mut instances = Vec::new();
    for mut one in requests {
        assert_eq!(one.header("x-scope-orgid"), Some("team"));
        assert_eq!(one.header("authorization"), Some("Bearer s3cret"));
        assert_eq!(one.header("content-encoding"), Some("gzip"));
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(&*one.body).read_to_end(&mut plain).expect("gzip");
        one.body = plain;
        let request = decoded(&one);
        let resource = request.resource_metrics[0].resource.clone().expect("a resource");
        let attributes = texts(&resource.attributes);
        assert_eq!(attributes["service.name"], "deploy");
        assert_eq!(attributes["service.version"], "1.4.2");
        assert_eq!(attributes["telemetry.sdk.language"], "rust");
        instances.push(attributes["service.instance.id"].clone());
    }
    assert_eq!(instances[0].len(), 36);
    assert_eq!(instances[0], instances[1]);
}

#[test]
fn it_is_sent_again_as_otlp_has_it() {
    let (registry, rows) = registry();
    rows.with(["orders"]).inc();
    let wait = Reply::Status(429, vec!["Retry-After: 1".to_owned()], Vec::new());
    let again = [wait, Reply::status(502), Reply::status(503), Reply::status(504), Reply::Close];
    let receiver = Receiver::start([&again[..], &[Reply::status(200)]].concat());
    otlp(&receiver).registry(registry.clone()).push().expect("taken at last");
    let requests = receiver.received();
    assert_eq!(requests.len(), 6);
    assert!(requests[1].at - requests[0].at >= Duration::from_secs(1));
    for status in [301, 400, 401, 404, 500, 501] {
        let receiver = Receiver::start(vec![Reply::status(status)]);
        let error = otlp(&receiver).registry(registry.clone()).push().expect_err("refused");
        assert!(matches!(error, PushError::Refused { status: found, .. } if found == status));
        assert_eq!(receiver.received().len(), 1);
    }
    let partial_success =
        ExportMetricsPartialSuccess { rejected_data_points: 1, error_message: "no".into() };
    let answer = ExportMetricsServiceResponse { partial_success: Some(partial_success) };
    for body in [answer.encode_to_vec(), b"nonsense".to_vec()] {
        let receiver = Receiver::start(vec![Reply::Status(200, Vec::new(), body)]);
        otlp(&receiver).registry(registry.clone()).push().expect("taken, if not all");
        assert_eq!(receiver.received().len(), 1);
    }
    let nobody = otlp(&receiver).endpoint(&format!("http://{}", free_address())).expect("a URL");
    let nobody = nobody.registry(registry).timeout(Duration::from_millis(400));
    assert!(matches!(nobody.push(), Err(PushError::TimeOver { .. })));
}

#[test]
fn it_is_pushed_at_each_interval_and_at_the_end() {
    let (registry, rows) = registry();
    rows.with(["orders"]).inc();
    let receiver = Receiver::start(vec![Reply::status(200)]);
    let exporter = otlp(&receiver).registry(registry).interval(Duration::from_millis(50));
    let exporter = exporter.start().expect("a thread");
    wait_for("three pushes", Duration::from_secs(20), || match receiver.received().len() {
        3.. => Ok(()),
        pushes => Err(pushes.to_string()),
    });
    rows.with(["orders"]).inc_by(41);
    exporter.stop();
    let requests = receiver.received();
    let value = |at: usize| number(metrics(&decoded(&requests[at])), "rows_total").value;
    assert_eq!(value(0), Some(Number::AsInt(1)));
    assert_eq!(value(requests.len() - 1), Some(Number::AsInt(42)));
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(receiver.received().len(), requests.len(), "it has stopped");

    // With nothing to push.
    let receiver = Receiver::start(vec![Reply::status(200)]);
    otlp(&receiver).registry(Registry::new()).start().expect("a thread").stop();
    assert_eq!(receiver.received().len(), 0);
}
