use tallymark::counted;
use tallymark_tests::count;

#[counted(interface = "shared")]
fn one() {}

mod inner {
    #[tallymark::counted(interface = "shared")]
    pub(super) fn two() {}
}

#[counted(interface = "ab\"}\\\n")]
fn escaped() {}

fn main() {
    tallymark::check().expect("sharing a series on purpose is no contradiction");
    one();
    inner::two();
    inner::two();
    escaped();
    assert_eq!(count("shared"), Some(3));
    let text = tallymark::gather_text();
    assert_eq!(text.matches("interface=\"shared\"").count(), 1, "{text}");
    assert!(text.contains(r#"interface="ab\"}\\\n"} 1"#), "{text}");
}
