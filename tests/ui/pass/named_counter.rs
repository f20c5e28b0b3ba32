use tallymark::{StartError, counted};
use tallymark_tests::sample;

#[counted(interface = "/deploy")]
fn deploy() {}

fn main() {
    let error = tallymark::name_counter("request.processing", "Calls.").unwrap_err();
    assert!(error.to_string().contains("`request_processing`"), "{error}");
    tallymark::name_counter("request_processing_counter", "接口调用计数器").unwrap();
    deploy();
    let text = tallymark::gather_text();
    assert_eq!(sample(&text, "request_processing_counter{interface=\"/deploy\"}"), Some("1"));
    assert!(text.contains("# HELP request_processing_counter 接口调用计数器\n"), "{text}");
    assert!(!text.contains("request_processing_total"), "{text}");
    let late = tallymark::name_counter("another", "Another.").unwrap_err();
    assert!(matches!(late, StartError::AlreadyRead { .. }), "{late}");
}
