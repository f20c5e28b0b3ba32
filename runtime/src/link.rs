//! The list of all annotated places and statics of a program, put together by the linker.
//!
//! On Linux their addresses are placed in a section of their own, whose bounds the linker
//! gives: what `linkme` does too, but for checks that cost a third of a second of compile time for
//! 200 sites (`benches/compile-time`), more than all else in an expansion. Elsewhere it is
//! `linkme`, as well as on Linux under `--cfg tallymark_linkme`, by which that way is tested.

use crate::item::Linked;

#[cfg(all(target_os = "linux", not(tallymark_linkme)))]
mod section {
    #![allow(unsafe_code, reason = "the bounds of a section come from the linker")]

    use super::Linked;

    // The section, its two symbols and the name in `__link!` are one: they carry our version, so
    // that another version of this crate in the same program has a section of its own.
    // SAFETY (of the declaration): ELF linkers define these two for every section whose name is an
    // identifier, at its first byte and behind its last one; they have no type but that of what is
    // placed there, and arrays of no element are read at no byte.
    unsafe extern "Rust" {
        #[link_name = "__start_tallymark_0_1_sites"]
        static START: [&'static dyn Linked; 0];
        #[link_name = "__stop_tallymark_0_1_sites"]
        static STOP: [&'static dyn Linked; 0];
    }

    /// Makes the section, and so its bounds, in a program without any of them. It is `mut` for the
    /// section to be writable as it is with sites in it, which the loader relocates.
    // SAFETY: it adds no byte to the section.
    #[used]
    #[unsafe(link_section = "tallymark_0_1_sites")]
    static mut NONE: [&'static dyn Linked; 0] = [];

    /// Everything that the linker kept.
    pub(crate) fn items() -> &'static [&'static dyn Linked] {
        let start = (&raw const START).cast::<&'static dyn Linked>();
        // Addresses, since the two symbols are not parts of one object to the language.
        let bytes = (&raw const STOP).addr() - start.addr();
        // SAFETY: what is between the symbols are the statics that `__link!` places in the section,
        // each an initialized `&'static dyn Linked`, and nothing else has that name. They are of
        // one size, which is a multiple of their alignment, so no linker pads between them. All of
        // them are in one loaded object, and none is ever written once the program runs. That they
        // may be read from the first symbol on is the linker's word and not the language's, as it
        // is for every collection of this kind.
        unsafe { std::slice::from_raw_parts(start, bytes / size_of::<&'static dyn Linked>()) }
    }
}

/// Places a reference to a static in the section.
#[cfg(all(target_os = "linux", not(tallymark_linkme)))]
#[doc(hidden)]
#[macro_export]
macro_rules! __link {
    ($site:ident) => {
        #[used]
        #[unsafe(link_section = "tallymark_0_1_sites")]
        static __TALLYMARK_LINK: &'static dyn $crate::__private::Linked = &$site;
    };
}

#[cfg(all(target_os = "linux", not(tallymark_linkme)))]
pub(crate) use self::section::items;

/// Everything that the linker kept; the name, which is that of a section too, carries our version.
#[cfg(any(not(target_os = "linux"), tallymark_linkme))]
#[linkme::distributed_slice]
pub static TALLYMARK_0_1_SITES: [&'static dyn Linked];

/// Adds a reference to a static to the slice.
#[cfg(any(not(target_os = "linux"), tallymark_linkme))]
#[doc(hidden)]
#[macro_export]
macro_rules! __link {
    ($site:ident) => {
        #[$crate::__private::linkme::distributed_slice($crate::__private::TALLYMARK_0_1_SITES)]
        #[linkme(crate = $crate::__private::linkme)]
        static __TALLYMARK_LINK: &'static dyn $crate::__private::Linked = &$site;
    };
}

#[cfg(any(not(target_os = "linux"), tallymark_linkme))]
pub(crate) fn items() -> &'static [&'static dyn Linked] {
    TALLYMARK_0_1_SITES.static_slice()
}
