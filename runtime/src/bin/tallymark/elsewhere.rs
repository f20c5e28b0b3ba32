//! Where processes do not count together there is nothing to be shown.

use std::io;

pub(crate) fn run() -> io::Result<()> {
    let problem =
        "this program is for Linux only, as is all counting in several processes together";
    Err(io::Error::new(io::ErrorKind::Unsupported, problem))
}
