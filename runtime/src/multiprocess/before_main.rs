//! What is done before `main`, so that the first thing that is counted can be told from the rest: a
//! function is remembered, and nothing else.

#![allow(unsafe_code, reason = "the section of what the loader calls first")]

use crate::cells;

// SAFETY (of the section): the loader calls what stands in it as functions that take nothing of
// concern and return nothing, each once and before `main`, after the C library is ready (System V ABI,
// "Initialization and Termination Functions"). The one here stores a pointer to a static, which needs
// nothing of the standard library that `main` would have to begin.
#[used]
#[unsafe(link_section = ".init_array")]
static FIRST: extern "C" fn() = first;

extern "C" fn first() {
    cells::before_counting(super::join_by_environment);
}
