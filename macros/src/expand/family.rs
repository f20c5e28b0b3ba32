use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use super::located;
use crate::errors::Errors;
use crate::family::Family;

/// The static as it was written, a type of the same name that knows its label names, and the link.
///
/// A type is not in the way of the static's name, and goes where the static goes: who imports the
/// one has the other.
pub(crate) fn declared(family: &Family) -> TokenStream {
    let Family { declaration, conditions, labels, .. } = family;
    let at = Span::mixed_site();
    let item = &declaration.tokens;
    let names = names(family, &quote_spanned!(at=> &[#(#labels),*]));
    let name = &declaration.item.ident;
    // Located at the name, for what the compiler says of a static that is no metric.
    let at = at.located_at(name.span());
    let krate = located(family.krate.clone(), at);
    let deprecated = declaration.is_deprecated().then(|| quote_spanned!(at=> #[allow(deprecated)]));
    quote_spanned! {at=>
        #item
        #names
        #(#conditions)*
        #deprecated
        const _: () = {
            #krate::__private::link!(#name);
        };
    }
}

/// The static with the errors for a value, so that the compiler has nothing else to say of it; and
/// the same for its label names, so that it has nothing to say of who counts in it.
pub(crate) fn refused(family: Family, errors: Errors) -> TokenStream {
    let at = Span::mixed_site();
    let errors = errors.reported();
    let names = names(&family, &quote_spanned!(at=> { #errors &[] }));
    let mut item = family.declaration.item;
    let value = &item.expr;
    *item.expr = Expr::Verbatim(quote_spanned!(at=> { #errors #value }));
    quote_spanned!(at=> #item #names)
}

/// The type that knows the label names. All its tokens are ours to a linter, who would say of it what
/// is to be said of types.
fn names(family: &Family, names: &TokenStream) -> TokenStream {
    let at = Span::mixed_site();
    let Family { krate, declaration, conditions, .. } = family;
    let visibility = ours(declaration.item.vis.to_token_stream());
    let name = ours(declaration.item.ident.to_token_stream());
    quote_spanned! {at=>
        #(#conditions)*
        #[doc(hidden)]
        #[non_exhaustive]
        #visibility enum #name {}
        #(#conditions)*
        impl #krate::__private::LabelNames for #name {
            const NAMES: &'static [&'static str] = #names;
        }
    }
}

fn ours(tokens: TokenStream) -> TokenStream {
    let each = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            let span = group.span();
            token = Group::new(group.delimiter(), ours(group.stream())).into();
            token.set_span(span);
        }
        token.set_span(Span::mixed_site().located_at(token.span()));
        token
    });
    each.collect()
}
