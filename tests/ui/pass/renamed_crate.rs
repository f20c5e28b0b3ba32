mod vendored {
    pub mod metrics {
        pub use ::tallymark::*;
    }
}

#[vendored::metrics::counted(interface = "renamed", crate = crate::vendored::metrics)]
fn renamed() {}

#[vendored::metrics::observed(interface = "observed", crate = vendored::metrics)]
async fn observed(number: u8) -> Result<u8, u8> {
    Err(number)
}

#[vendored::metrics::counted(
    interface = "labelled",
    name = "labelled_total",
    labels(number = number),
    crate = ::tallymark
)]
fn labelled(number: u8) {}

fn main() {
    renamed();
    assert_eq!(tallymark_tests::count("renamed"), Some(1));
    actix_web::rt::System::new().block_on(observed(1)).unwrap_err();
    assert_eq!(tallymark_tests::outcomes("observed"), [("error", 1)]);
    labelled(1);
    let text = tallymark::gather_text();
    let sample = r#"labelled_total{interface="labelled",number="1"}"#;
    assert_eq!(tallymark_tests::sample(&text, sample), Some("1"));
}
