//! What the formats say, compared with each other and with what was counted.

use std::collections::BTreeMap;

use tallymark::{Exposition, ScrapeRequest};
use tallymark_tests::exposition::{
    Series, Syntax, decode, native_buckets, read_text, samples, values,
};
use tallymark_tests::protobuf::MetricFamily;
use tallymark_tests::{count_hostile, hostile_values};

const PROTOBUF: &str = "application/vnd.google.protobuf;\
                        proto=io.prometheus.client.MetricFamily;encoding=delimited";

fn scrape(accept: &str) -> Vec<u8> {
    let headers = [("Accept", accept.as_bytes())];
    let response = Exposition::new().answer(&ScrapeRequest::new("GET", None, headers));
    assert_eq!(response.status(), 200);
    response.into_body().into_bytes().to_vec()
}

fn text(accept: &str) -> String {
    String::from_utf8(scrape(accept)).expect("UTF-8")
}

/// Without what is another at each scrape.
fn steady(mut values: BTreeMap<Series, f64>) -> BTreeMap<Series, u64> {
    let changes = |name: &str| name.starts_with("process_") || name.starts_with("tallymark_scrape");
    values.retain(|series, _| !changes(&series.name));
    values.into_iter().map(|(series, value)| (series, value.to_bits())).collect()
}

#[test]
fn all_formats_say_the_same_of_the_same_series() {
    count_hostile();
    let plain = steady(values(&read_text(&text("text/plain"), Syntax::Text)));
    let newer = steady(values(&read_text(&text("text/plain;version=1.0.0"), Syntax::Text)));
    let open = text("application/openmetrics-text");
    let open = steady(values(&read_text(&open, Syntax::OpenMetrics)));
    let families = decode(&scrape(PROTOBUF));
    let binary = steady(values(&samples(&families)));
    assert_eq!(plain, newer);
    assert_eq!(plain, open);
    assert_eq!(plain.keys().collect::<Vec<_>>(), binary.keys().collect::<Vec<_>>());
    assert_eq!(plain, binary);

    // And it is what was counted.
    for (count, value) in (1_u32..).zip(hostile_values()) {
        for name in ["hostile", "hostile_calls_total"] {
            let series = Series::new(name, &[("value", &value)]);
            assert_eq!(plain.get(&series), Some(&f64::from(count).to_bits()), "{value:?}");
        }
    }
    for le in ["0.005", "1.0", "10.0", "1e+06", "+Inf"] {
        let series = Series::new("hostile_size_bytes_bucket", &[("value", "plain"), ("le", le)]);
        assert!(plain.contains_key(&series), "{le}");
    }
    // No format but the text has room for it.
    assert!(text("*/*").contains("\nhostile_large_total 9007199254740993\n"));

    protobuf_has_what_text_has_not(&families);
}

fn protobuf_has_what_text_has_not(families: &[MetricFamily]) {
    let family = |name: &str| {
        let found = families.iter().find(|family| family.name() == name);
        found.unwrap_or_else(|| panic!("no {name}"))
    };
    for (name, buckets) in [("hostile_native_seconds", 2), ("hostile_bare_seconds", 0)] {
        let histogram = family(name).metric[0].histogram.as_ref().expect("a histogram");
        assert_eq!(histogram.bucket.len(), buckets);
        assert_eq!((histogram.schema, histogram.zero_count), (Some(3), Some(1)));
        let [negative, positive] = native_buckets(histogram);
        // Of -1; 0.05, 0.3 twice, and 2.
        assert_eq!(negative, [(0, 1)]);
        assert_eq!(positive, [(-34, 1), (-13, 2), (8, 1)]);
        assert_eq!(histogram.sample_count, Some(6));
        assert!(histogram.created_timestamp.is_some());
    }
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("after 1970").as_secs();
    for metric in &family("hostile_calls_total").metric {
        let counter = metric.counter.as_ref().expect("a counter");
        let created = counter.created_timestamp.as_ref().expect("known").seconds;
        assert!(created.unsigned_abs().abs_diff(now) < 600, "{created} at {now}");
        let exemplar = counter.exemplar.as_ref().expect("each has one");
        assert_eq!(exemplar.label[0].value(), "4bf92f35\\\n");
        assert_eq!(exemplar.value, counter.value);
        assert!(exemplar.timestamp.is_some());
    }
    let sizes = &family("hostile_size_bytes").metric;
    let plain = sizes.iter().find(|metric| metric.label[0].value() == "plain").expect("there");
    let buckets = &plain.histogram.as_ref().expect("a histogram").bucket;
    let last = buckets.last().expect("the infinite one, for its exemplar");
    assert_eq!((last.upper_bound(), last.cumulative_count()), (f64::INFINITY, 2));
    assert_eq!(last.exemplar.as_ref().expect("one").label[0].value(), "接口");
}
