//! Exemplars that come by themselves, from the trace that is current.

use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use tallymark::{Counter, Exposition, Histogram, Registry, ScrapeRequest, counted, timed};
use tracing_subscriber::layer::SubscriberExt;

static JOBS: Counter = Counter::new("jobs_total", "Jobs.", []);
static TIMES: Histogram<1> = Histogram::new("t_seconds", "Time.", ["of"]);

#[counted(interface = "/traced")]
#[timed(interface = "/traced")]
fn handle() -> String {
    JOBS.inc();
    TIMES.with(["a"]).observe(0.3);
    use opentelemetry::trace::TraceContextExt;
    use tracing_opentelemetry::OpenTelemetrySpanExt;
    let context = tracing::Span::current().context();
    context.span().span_context().trace_id().to_string()
}

/// What is exposed of a call within a span, and the trace that it was in.
fn within_a_span(sampler: Sampler) -> (String, String) {
    let provider = SdkTracerProvider::builder().with_sampler(sampler).build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let subscriber = tracing_subscriber::registry().with(layer);
    let registry = Registry::isolated();
    let trace = tracing::subscriber::with_default(subscriber, || {
        tracing::info_span!("request").in_scope(|| registry.scope(handle))
    });
    let headers = [("Accept", &b"application/openmetrics-text"[..])];
    let response =
        Exposition::new().registry(registry).answer(&ScrapeRequest::new("GET", None, headers));
    let text = response.into_body().into_bytes().to_vec();
    (String::from_utf8(text).expect("text"), trace)
}

#[test]
fn what_is_counted_in_a_trace_leads_to_it() {
    let (text, trace) = within_a_span(Sampler::AlwaysOn);
    for sample in [
        "jobs_total 1 # {trace_id=",
        "t_seconds_bucket{of=\"a\",le=\"0.5\"} 1 # {trace_id=",
        "request_processing_total{interface=\"/traced\"} 1 # {trace_id=",
        "request_processing_seconds_bucket{interface=\"/traced\",le=\"0.005\"} 1 # {trace_id=",
    ] {
        let line = text.lines().find(|line| line.starts_with(sample));
        let line = line.unwrap_or_else(|| panic!("no {sample} in {text}"));
        assert!(line.contains(&format!("trace_id=\"{trace}\",span_id=\"")), "{line}");
    }
}

#[test]
fn a_trace_that_nobody_records_leads_nowhere() {
    let (text, _) = within_a_span(Sampler::AlwaysOff);
    assert!(text.contains("jobs_total 1\n") && !text.contains(" # {"), "{text}");
}
