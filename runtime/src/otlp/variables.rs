//! What the environment says (OpenTelemetry, "OTLP Exporter Configuration" and "Environment Variable
//! Specification").

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use super::list;
use crate::delivery::PushError;

/// The variables that have something to do with it, by their names.
#[derive(Debug, Default)]
pub(super) struct Variables(HashMap<String, String>);

impl Variables {
    pub(super) fn of_environment() -> Self {
        // What is no text is for nobody here.
        let all = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Self::of(all)
    }

    pub(super) fn of(all: impl IntoIterator<Item = (String, String)>) -> Self {
        let all = all.into_iter().filter(|(name, _)| name.starts_with("OTEL_"));
        Self(all.filter(|(_, value)| !value.trim().is_empty()).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| value.trim())
    }

    /// One of the exporter's, which metrics may have for themselves: with its name.
    fn of_exporter(&self, name: &str) -> Option<(String, &str)> {
        ["OTEL_EXPORTER_OTLP_METRICS_", "OTEL_EXPORTER_OTLP_"].into_iter().find_map(|start| {
            let name = format!("{start}{name}");
            let value = self.get(&name)?;
            Some((name, value))
        })
    }

    pub(super) fn endpoint(&self) -> String {
        if let Some(endpoint) = self.get("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT") {
            return endpoint.to_owned();
        }
        let base = self.get("OTEL_EXPORTER_OTLP_ENDPOINT").unwrap_or("http://localhost:4318");
        format!("{}/v1/metrics", base.trim_end_matches('/'))
    }

    pub(super) fn headers(&self) -> Result<Vec<(String, String)>, PushError> {
        let headers = self.of_exporter("HEADERS");
        headers.map_or(Ok(Vec::new()), |(name, value)| pairs(&name, value))
    }

    pub(super) fn attributes(&self) -> Result<Vec<(String, String)>, PushError> {
        let name = "OTEL_RESOURCE_ATTRIBUTES";
        self.get(name).map_or(Ok(Vec::new()), |value| pairs(name, value))
    }

    pub(super) fn service_name(&self) -> Option<&str> {
        self.get("OTEL_SERVICE_NAME")
    }

    pub(super) fn timeout(&self) -> Result<Duration, PushError> {
        let timeout = self.of_exporter("TIMEOUT");
        timeout.map_or(Ok(Duration::from_secs(10)), |(name, value)| milliseconds(&name, value))
    }

    pub(super) fn interval(&self) -> Result<Duration, PushError> {
        let name = "OTEL_METRIC_EXPORT_INTERVAL";
        self.get(name).map_or(Ok(Duration::from_secs(60)), |value| milliseconds(name, value))
    }

    pub(super) fn gzip(&self) -> Result<bool, PushError> {
        match self.of_exporter("COMPRESSION") {
            None | Some((_, "none")) => Ok(false),
            Some((_, "gzip")) => Ok(true),
            Some((name, _)) => Err(wrong(&name, "it is neither `gzip` nor `none`")),
        }
    }

    pub(super) fn certificate(&self) -> Option<PathBuf> {
        self.of_exporter("CERTIFICATE").map(|(_, path)| path.into())
    }

    pub(super) fn disabled(&self) -> bool {
        self.get("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Logs that another protocol is asked for than the one there is.
    pub(super) fn say_of_protocol(&self) {
        if let Some((name, protocol)) = self.of_exporter("PROTOCOL")
            && protocol != "http/protobuf"
        {
            tracing::warn!("{name} is {protocol:?}; metrics are pushed by `http/protobuf`");
        }
    }
}

fn wrong(name: &str, problem: &str) -> PushError {
    PushError::Setting { name: name.to_owned(), problem: problem.to_owned() }
}

fn pairs(name: &str, value: &str) -> Result<Vec<(String, String)>, PushError> {
    list::read(value).map_err(|problem| wrong(name, problem))
}

fn milliseconds(name: &str, value: &str) -> Result<Duration, PushError> {
    let number = value.parse().ok().filter(|number| *number > 0);
    number.map(Duration::from_millis).ok_or_else(|| wrong(name, "it is no number above 0"))
}
