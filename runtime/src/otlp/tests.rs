use super::*;

fn from(variables: &[(&str, &str)]) -> Result<Otlp, PushError> {
    let all = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Otlp::from_variables(&Variables::of(all))
}

fn attribute(otlp: &Otlp, name: &str) -> Option<String> {
    use opentelemetry_proto::tonic::common::v1::any_value::Value;

    let resource = otlp.resource.message();
    let found = resource.attributes.iter().find(|attribute| attribute.key == name)?;
    match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text.clone()),
        _ => None,
    }
}

#[test]
fn without_variables_there_are_the_defaults_of_opentelemetry() {
    for variables in [&[][..], &[("OTEL_EXPORTER_OTLP_ENDPOINT", ""), ("OTEL_SERVICE_NAME", " ")]] {
        let otlp = from(variables).expect("the defaults");
        assert_eq!(otlp.endpoint, "http://localhost:4318/v1/metrics");
        assert_eq!(otlp.interval, Duration::from_secs(60));
        assert_eq!(otlp.delivery.within, Duration::from_secs(10));
        assert!(!otlp.gzip && !otlp.disabled && otlp.headers.is_empty());
        let name = attribute(&otlp, "service.name").expect("a name");
        assert!(name.starts_with("unknown_service:tallymark-"), "{name}");
        let id = attribute(&otlp, "service.instance.id").expect("an id");
        let parts: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
        assert!(id[14..].starts_with('4') && id[19..].starts_with(['8', '9', 'a', 'b']), "{id}");
    }
}

#[test]
fn variables_say_where_and_how() {
    let otlp = from(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20s3cret,x=y"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "2500"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "5000"),
        ("OTEL_SERVICE_NAME", "deploy"),
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,service.instance.id=a,zone=%E6%8E%A5"),
    ])
    .expect("valid");
    assert_eq!(otlp.endpoint, "http://collector:4318/v1/metrics");
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(otlp.headers, [header("authorization", "Bearer s3cret"), header("x", "y")]);
    assert_eq!(otlp.delivery.within, Duration::from_millis(2_500));
    assert_eq!(otlp.interval, Duration::from_secs(5));
    assert!(otlp.gzip);
    let attribute = |name: &str| attribute(&otlp, name);
    assert_eq!(attribute("service.name").as_deref(), Some("deploy"));
    assert_eq!(attribute("service.instance.id").as_deref(), Some("a"));
    assert_eq!(attribute("zone").as_deref(), Some("接"));
    assert!(!format!("{otlp:?}").contains("s3cret"));
}

#[test]
fn those_for_metrics_come_first() {
    let otlp = from(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://metrics:9090/api/v1/otlp/v1/metrics"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "1"),
        ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "2"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"),
        ("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "none"),
    ])
    .expect("valid");
    assert_eq!(otlp.endpoint, "http://metrics:9090/api/v1/otlp/v1/metrics");
    assert_eq!(otlp.delivery.within, Duration::from_millis(2));
    assert!(!otlp.gzip);
}

#[test]
fn what_makes_no_sense_is_an_error_that_names_the_variable() {
    for (name, value) in [
        ("OTEL_EXPORTER_OTLP_HEADERS", "nonsense"),
        ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "soon"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "0"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "-1"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%"),
    ] {
        let error = from(&[(name, value)]).expect_err(name).to_string();
        assert!(error.contains(name), "{error}");
    }
    let error = from(&[("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]).expect_err("no URL");
    assert!(matches!(error, PushError::Address { .. }), "{error}");
}

#[test]
fn nothing_is_pushed_where_that_is_disabled() {
    // Nobody is there, which would be an error.
    let endpoint = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9");
    let otlp = from(&[endpoint, ("OTEL_SDK_DISABLED", "TRUE")]).expect("valid");
    otlp.push().expect("nothing to do");
    otlp.start().expect("nothing to do").stop();
}
