#![deny(warnings)]

use tallymark::counted;
use tallymark_tests::count;

#[counted(interface = "inner attributes")]
fn inner_attributes() -> u8 {
    #![allow(unused_variables)]
    #![allow(non_snake_case)]
    //! Documented inside.
    let UNUSED = 1;
    2
}

#[counted(interface = "starts with an attribute")]
fn starts_with_an_attribute() -> u8 {
    #[allow(unused_variables)]
    let unused = 1;
    3
}

fn main() {
    assert_eq!((inner_attributes(), starts_with_an_attribute()), (2, 3));
    assert_eq!(count("inner attributes"), Some(1));
    assert_eq!(count("starts with an attribute"), Some(1));
}
