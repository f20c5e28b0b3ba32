#![forbid(unsafe_code)]
#![deny(warnings)]

use std::future::Future;
use std::pin::Pin;

use tallymark::observed;
use tallymark_tests::{count, sample};

struct Store;

impl Store {
    #[observed(interface = "method", objective(success = 99.9, latency_ms = 250, within = 99))]
    fn method<T: Default>(&self) -> T {
        T::default()
    }
}

#[observed(interface = "async", objective(latency_ms = 120_000), buckets = [0.5])]
async fn awaits(number: u8) -> Result<u8, String> {
    Ok(number)
}

#[observed(interface = "boxed", objective(success = 99,),)]
fn boxed<'a>(text: &'a str) -> Pin<Box<dyn Future<Output = &'a str> + 'a>> {
    Box::pin(async move { text })
}

#[observed(
    interface = "labelled",
    name = "steps",
    help = "Steps.",
    labels(of = of),
    objective(success = 99.95, latency_ms = 0.5),
)]
async fn labelled(of: String) -> bool {
    of.is_empty()
}

macro_rules! promised {
    ($name:ident, $interface:literal, $success:literal, $latency:literal) => {
        #[observed(
            interface = $interface,
            objective(success = $success, latency_ms = $latency)
        )]
        fn $name() {}
    };
}
promised!(first, "first of a macro", 99.9, 90_000);
promised!(second, "second of a macro", 99, 95000.0);

/// What a user has of the same names is not what is meant.
mod p {
    pub const STANDARD: [f64; 1] = [1.0];

    #[tallymark::observed(interface = "names", objective(latency_ms = 60_000))]
    pub fn count_with() -> [f64; 1] {
        STANDARD
    }
}

fn bucket(family: &str, labels: &str) -> Option<u64> {
    let text = tallymark::gather_text();
    sample(&text, &format!("{family}_bucket{{{labels}}}")).map(|count| count.parse().unwrap())
}

fn main() {
    tallymark::check().unwrap();
    let of = |interface: &str, le: &str| {
        let labels = format!("interface=\"{interface}\",le=\"{le}\"");
        bucket("request_processing_seconds", &labels)
    };
    assert_eq!(of("async", "0.5"), Some(0), "there from the start");
    let system = actix_web::rt::System::new();
    assert_eq!(Store.method::<u8>(), 0);
    assert_eq!(system.block_on(awaits(7)), Ok(7));
    assert_eq!(system.block_on(boxed("text")), "text");
    assert!(!system.block_on(labelled("web".to_owned())));
    assert_eq!(p::count_with(), [1.0]);
    (first(), second());

    assert_eq!((count("method"), count("boxed")), (Some(1), Some(1)));
    assert_eq!((of("async", "120.0"), of("async", "10.0")), (Some(1), None));
    assert_eq!(of("first of a macro", "90.0"), Some(1));
    assert_eq!(of("second of a macro", "95.0"), Some(1));
    assert_eq!((of("names", "60.0"), of("names", "0.005")), (Some(1), Some(1)));
    for le in ["0.0005", "0.005"] {
        let labels = format!("interface=\"labelled\",of=\"web\",le=\"{le}\"");
        assert!(bucket("steps_seconds", &labels).is_some(), "{le}");
    }
}
