use std::borrow::Cow;
use std::fmt;

use tallymark::{counted, in_flight, observed};
use tallymark_tests::sample;

struct Order {
    app: String,
    number: u32,
}

/// Displays itself, and counts how often.
struct Version<'a>(&'a std::cell::Cell<u32>);

impl fmt::Display for Version<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.set(self.0.get() + 1);
        f.write_str("v1")
    }
}

#[counted(interface = "/deploy", name = "deploys_total", help = "Deployments.", labels(
    zone = "eu",
    app = order.app,
    number = order.number + 1,
    r#type = version,
    dry = true,
    retries = 3,
))]
fn deploy(order: Order, version: &Version<'_>) -> String {
    order.app
}

#[counted(interface = "/pairs", name = "pairs_total", labels(a = a, b = b))]
fn pairs<'a>(a: &'a str, b: Cow<'_, str>) -> &'a str {
    a
}

#[counted(interface = "/async", name = "async_total", labels(of = words.join::<&str>("+"), last = match words.last() { Some(last) => last, None => "" }))]
async fn asynchronous(words: Vec<&'static str>) -> usize {
    words.len()
}

#[counted(interface = "/static", name = "static_total", labels(zone = "eu", dry = false))]
fn all_known() {}

#[counted(interface = "/limited", name = "limited_total", labels(of = value, zone = "eu"))]
#[in_flight(interface = "/limited", name = "limited_in_flight", labels(of = value))]
fn limited(value: &str) {}

#[observed(interface = "/observed", name = "of_my_own", labels(of = of))]
fn all_four(of: impl fmt::Display) -> Result<(), ()> {
    Err(())
}

#[counted(interface = "/hidden", name = "hidden_total", labels(of = site))]
fn hidden(site: &str) {
    const SITE: &str = "mine";
    assert_eq!(site, SITE);
}

fn main() {
    let get = |name: &str| sample(&tallymark::gather_text(), name).map(str::to_owned);
    let is = |name: &str, value: &str| assert_eq!(get(name).as_deref(), Some(value), "{name}");

    is(r#"static_total{interface="/static",dry="false",zone="eu"}"#, "0");
    all_known();
    is(r#"static_total{interface="/static",dry="false",zone="eu"}"#, "1");

    let shown = std::cell::Cell::new(0);
    let order = Order { app: "web".to_owned(), number: 6 };
    assert_eq!(deploy(order, &Version(&shown)), "web");
    assert_eq!(shown.get(), 1);
    is(
        r#"deploys_total{interface="/deploy",app="web",dry="true",number="7",retries="3",type="v1",zone="eu"}"#,
        "1",
    );

    // No two different label sets are ever one series.
    for (a, b) in [("ab", "c"), ("a", "bc"), ("", "abc"), ("abc", ""), ("a\",b=\"x", "c"), ("a", "bc")] {
        pairs(a, b.into());
    }
    let text = tallymark::gather_text();
    assert_eq!(text.lines().filter(|line| line.starts_with("pairs_total{")).count(), 5, "{text}");
    is(r#"pairs_total{interface="/pairs",a="a",b="bc"}"#, "2");
    is(r#"pairs_total{interface="/pairs",a="a\",b=\"x",b="c"}"#, "1");

    let call = asynchronous(vec!["x", "y"]);
    assert_eq!(actix_web::rt::System::new().block_on(call), 2);
    is(r#"async_total{interface="/async",last="y",of="x+y"}"#, "1");

    all_four(1.5).unwrap_err();
    all_four("text").unwrap_err();
    is(r#"of_my_own_total{interface="/observed",of="1.5"}"#, "1");
    is(r#"of_my_own_outcomes_total{interface="/observed",of="text",outcome="error"}"#, "1");
    is(r#"of_my_own_outcomes_total{interface="/observed",of="text",outcome="success"}"#, "0");
    is(r#"of_my_own_seconds_count{interface="/observed",of="text"}"#, "1");
    is(r#"of_my_own_in_flight{interface="/observed",of="text"}"#, "0");
    hidden("mine");
    is(r#"hidden_total{interface="/hidden",of="mine"}"#, "1");

    // 2,000 unless set.
    for value in 0..2005 {
        limited(&value.to_string());
    }
    limited("7");
    let text = tallymark::gather_text();
    let series = |name: &str| text.lines().filter(|line| line.starts_with(name)).count();
    assert_eq!(series("limited_total{"), 2001);
    assert_eq!(series("limited_in_flight{"), 2001);
    is(r#"limited_total{interface="/limited",of="7",zone="eu"}"#, "2");
    is(r#"limited_total{interface="/limited",of="1999",zone="eu"}"#, "1");
    is(r#"limited_total{interface="/limited",of="_overflow",zone="eu"}"#, "5");
    is(r#"tallymark_series_overflow_total{metric="limited_total"}"#, "5");
    is(r#"tallymark_series_overflow_total{metric="deploys_total"}"#, "0");
    limited("_overflow");
    is(r#"limited_total{interface="/limited",of="_overflow",zone="eu"}"#, "6");
    is(r#"tallymark_series_overflow_total{metric="limited_total"}"#, "5");
    tallymark::limit_series(2_001);
    limited("late");
    limited("later");
    is(r#"limited_total{interface="/limited",of="late",zone="eu"}"#, "1");
    is(r#"limited_total{interface="/limited",of="_overflow",zone="eu"}"#, "7");
}
