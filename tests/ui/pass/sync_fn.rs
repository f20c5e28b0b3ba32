use tallymark::counted;
use tallymark_tests::count;

#[counted(interface = "plain")]
fn plain() {}

#[counted(interface = "early return")]
fn early_return(even: u32) -> &'static str {
    if even % 2 == 0 {
        return "even";
    }
    "odd"
}

#[counted(interface = "question mark")]
fn question_mark(number: &str) -> Result<u32, std::num::ParseIntError> {
    let number: u32 = number.parse()?;
    Ok(number + 1)
}

#[counted(interface = "panic")]
fn panic() -> ! {
    std::panic::resume_unwind(Box::new(()))
}

#[counted(interface = "recursion")]
fn recursion(depth: u32) -> u32 {
    if depth == 0 { 0 } else { 1 + recursion(depth - 1) }
}

#[counted(interface = "trailing comma",)]
pub(crate) unsafe extern "C" fn trailing_comma() {}

fn main() {
    for interface in ["plain", "early return", "question mark", "panic", "recursion"] {
        assert_eq!(count(interface), Some(0), "{interface} is there before its first call");
    }
    plain();
    assert_eq!(count("plain"), Some(1));
    assert_eq!((early_return(1), early_return(2)), ("odd", "even"));
    assert_eq!(count("early return"), Some(2));
    assert_eq!(question_mark("1"), Ok(2));
    question_mark("one").unwrap_err();
    assert_eq!(count("question mark"), Some(2));
    std::panic::catch_unwind(|| panic()).unwrap_err();
    assert_eq!(count("panic"), Some(1));
    assert_eq!(recursion(9), 9);
    assert_eq!(count("recursion"), Some(10));
    unsafe { trailing_comma() };
    assert_eq!(count("trailing comma"), Some(1));

    #[counted(interface = "inside a function")]
    fn inside() -> u8 {
        7
    }
    assert_eq!((inside(), count("inside a function")), (7, Some(1)));
}
