use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};

/// A meter whose counters aggregate, until the end of the process.
pub(crate) fn meter() -> Meter {
    let reader = ManualReader::builder().build();
    let provider = SdkMeterProvider::builder().with_reader(reader).build();
    // A provider that is dropped shuts its meters down.
    Box::leak(Box::new(provider)).meter("benches")
}
