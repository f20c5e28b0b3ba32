use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource as Message;

/// Of whom the metrics are.
#[derive(Clone, Debug)]
pub(super) struct Resource {
    attributes: Vec<(String, String)>,
}

impl Resource {
    pub(super) fn new(attributes: Vec<(String, String)>, service_name: Option<&str>) -> Self {
        let mut resource = Self { attributes: Vec::new() };
        resource.set("telemetry.sdk.name", "tallymark");
        resource.set("telemetry.sdk.language", "rust");
        resource.set("telemetry.sdk.version", env!("CARGO_PKG_VERSION"));
        resource.set("service.name", &unknown_service());
        resource.set("service.instance.id", instance());
        for (name, value) in attributes {
            resource.set(&name, &value);
        }
        if let Some(name) = service_name {
            resource.set("service.name", name);
        }
        resource
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        match self.attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, before)) => value.clone_into(before),
            None => self.attributes.push((name.to_owned(), value.to_owned())),
        }
    }

    pub(super) fn message(&self) -> Message {
        let attributes = self.attributes.iter().map(|(name, value)| attribute(name, value));
        Message { attributes: attributes.collect(), ..Message::default() }
    }
}

pub(super) fn attribute(name: &str, value: &str) -> KeyValue {
    let value = AnyValue { value: Some(Value::StringValue(value.to_owned())) };
    KeyValue { key: name.to_owned(), value: Some(value), ..KeyValue::default() }
}

fn unknown_service() -> String {
    let program = std::env::current_exe().ok();
    let name = program.as_deref().and_then(|path| path.file_name()?.to_str());
    name.map_or_else(|| "unknown_service".to_owned(), |name| format!("unknown_service:{name}"))
}

/// A random UUID (RFC 9562, version 4), the same for as long as the process runs.
fn instance() -> &'static str {
    static INSTANCE: LazyLock<String> = LazyLock::new(|| {
        let random = || RandomState::new().build_hasher().finish();
        let (high, low) = (random() & !0xf000 | 0x4000, random() & (u64::MAX >> 2) | 1 << 63);
        let (a, b, c) = (high >> 32, high >> 16 & 0xffff, high & 0xffff);
        format!("{a:08x}-{b:04x}-{c:04x}-{:04x}-{:012x}", low >> 48, low & 0xffff_ffff_ffff)
    });
    &INSTANCE
}
