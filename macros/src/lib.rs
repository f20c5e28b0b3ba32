//! The attribute macros of `tallymark`.
//!
//! Depend on `tallymark`, which re-exports them with their documentation: the code that they
//! generate names items of that crate, and only of the version that fits.
//!
//! The tokens go one way: the attribute's become `Args` and the item's a `Function`, both with
//! their spans; the two are validated into a `Spec`; and only a spec can be expanded, which cannot
//! fail. Mistakes are gathered on the way, each with its own span, and reported together beside
//! the item as it was written.

mod args;
mod errors;
mod expand;
mod function;
mod spec;

use proc_macro::TokenStream;

use self::args::Args;
use self::errors::Errors;
use self::function::Function;
use self::spec::Spec;

// Documented where it is re-exported, in the crate that the examples need.
#[allow(
    missing_docs,
    reason = "the documentation stands on the re-export in `tallymark`"
)]
#[proc_macro_attribute]
pub fn counted(args: TokenStream, item: TokenStream) -> TokenStream {
    let item = proc_macro2::TokenStream::from(item);
    let mut errors = Errors::default();
    let args = Args::parse(args.into(), &mut errors);
    let function = Function::parse(item.clone(), &mut errors);
    let tokens = match Spec::validate(args, function, errors) {
        Ok(spec) => expand::counted(spec),
        Err(errors) => errors.beside(&item),
    };
    tokens.into()
}
