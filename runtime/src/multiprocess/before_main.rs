//! What is done before `main`, so that the first thing that is counted can be told from the rest: a
//! function is remembered, and nothing else.

#![allow(unsafe_code, reason = "the section of what the loader calls first")]

use super::{directory_of_environment, join_now};
use crate::cells::start::before_counting;

// SAFETY (of the section): the loader calls what stands in it as functions that take nothing of
// concern and return nothing, each once and before `main`, after the C library is ready (System V ABI,
// "Initialization and Termination Functions"). The one here stores a pointer to a static, which needs
// nothing of the standard library that `main` would have to begin.
#[used]
#[unsafe(link_section = ".init_array")]
static FIRST: extern "C" fn() = first;

extern "C" fn first() {
    before_counting(join_by_environment);
}

/// Joins those whose directory the environment names, if it does.
fn join_by_environment() {
    if let Some(path) = directory_of_environment() {
        // Counted and said where it happens; the service goes on.
        drop(join_now(&path));
    }
}
