//! Exemplars that come by themselves: from the trace that is current where something is counted.

use crate::cells::Place;

/// Remembers what was counted at a place, if it was within a trace.
#[cfg(not(feature = "opentelemetry"))]
#[inline]
pub(crate) fn sample(_place: &impl Place, _at: u32, _value: f64) {}

/// Remembers what was counted at a place, if it was within a trace that is recorded.
#[cfg(feature = "opentelemetry")]
pub(crate) fn sample(place: &impl Place, at: u32, value: f64) {
    use opentelemetry::trace::TraceContextExt;
    use tracing_opentelemetry::OpenTelemetrySpanExt;

    use crate::cells::here;
    use crate::exemplar::Exemplar;

    let span = tracing::Span::current();
    if span.is_none() {
        return;
    }
    here().exemplars.offer(place.slot(at), || {
        let context = span.context();
        let active = context.span();
        let ids = active.span_context();
        // Of what is not sampled there is nothing to be found.
        if !(ids.is_valid() && ids.is_sampled()) {
            return None;
        }
        let (trace, span) = (ids.trace_id().to_string(), ids.span_id().to_string());
        Exemplar::new(&[("trace_id", &trace), ("span_id", &span)], value).ok()
    });
}
