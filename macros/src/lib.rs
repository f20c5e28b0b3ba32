//! The attribute macros of `tallymark`.
//!
//! Depend on `tallymark`, which re-exports them with their documentation: the code that they
//! generate names items of that crate, and only of the version that fits.
//!
//! The tokens go one way: the attribute's become `Args` and the item's a `Function`, both with
//! their spans; the two are validated into a `Spec`; and only a spec can be expanded, which cannot
//! fail. Mistakes are gathered on the way, each with its own span, and reported together beside
//! the item as it was written.
//!
//! A static goes the same way, as a `Declaration` that becomes a `Family`; its mistakes stand in
//! place of its value, so that the compiler does not find them a second time.

#![allow(missing_docs, reason = "the documentation stands on the re-exports in `tallymark`")]

mod args;
mod attribute;
mod conditions;
mod declaration;
mod errors;
mod expand;
mod family;
mod function;
mod names;
mod objective;
mod output;
mod route;
mod spec;
mod target;

use proc_macro::TokenStream;

use self::args::Args;
use self::attribute::{Attribute, OfStatic};
use self::declaration::Declaration;
use self::errors::Errors;
use self::family::Family;
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

#[proc_macro_attribute]
pub fn metric(args: TokenStream, item: TokenStream) -> TokenStream {
    let item = proc_macro2::TokenStream::from(item);
    let mut errors = Errors::default();
    let args = Args::parse(OfStatic, args.into(), &mut errors);
    let tokens = match Declaration::parse(&item, &mut errors) {
        Some(declaration) => {
            let family = Family::of(args, declaration, &mut errors);
            if errors.len() == 0 {
                expand::declared(&family)
            } else {
                expand::refused(family, errors)
            }
        }
        None => errors.beside(&item),
    };
    tokens.into()
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
