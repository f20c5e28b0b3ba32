//! The attribute macros of `tallymark`.
//!
//! Depend on `tallymark`, which re-exports them with their documentation: the code that they
//! generate names items of that crate, and only of the version that fits.
//!
//! The tokens go one way: the attribute's become `Args` and the item's a `Function`, both with
//! their spans; the two are validated into a `Spec`; and only a spec can be expanded, which cannot
//! fail. Mistakes are gathered on the way, each with its own span, and reported together beside
//! the item as it was written.

#![allow(missing_docs, reason = "the documentation stands on the re-exports in `tallymark`")]

mod args;
mod attribute;
mod errors;
mod expand;
mod function;
mod names;
mod output;
mod route;
mod spec;
mod target;

use proc_macro::TokenStream;

use self::args::Args;
use self::attribute::Attribute;
use self::errors::Errors;
use self::function::Function;
use self::spec::Spec;

#[proc_macro_attribute]
pub fn counted(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(Attribute::Counted, args, item)
}

#[proc_macro_attribute]
pub fn timed(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(Attribute::Timed, args, item)
}

#[proc_macro_attribute]
pub fn in_flight(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(Attribute::InFlight, args, item)
}

#[proc_macro_attribute]
pub fn observed(args: TokenStream, item: TokenStream) -> TokenStream {
    expand(Attribute::Observed, args, item)
}

fn expand(attribute: Attribute, args: TokenStream, item: TokenStream) -> TokenStream {
    let item = proc_macro2::TokenStream::from(item);
    let mut errors = Errors::default();
    let args = Args::parse(attribute, args.into(), &mut errors);
    let function = Function::parse(attribute, item.clone(), &mut errors);
    let tokens = match Spec::validate(attribute, args, function, errors) {
        Ok(spec) => expand::measured(&spec),
        Err(errors) => errors.beside(&item),
    };
    tokens.into()
}
