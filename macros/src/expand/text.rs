use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;
use syn::spanned::Spanned;

use super::private;
use crate::spec::Spec;

/// What [`displayed`] needs around it: traits without a name, which nobody else sees.
pub(super) fn scope(spec: &Spec) -> TokenStream {
    let p = private(spec);
    quote_spanned! {Span::mixed_site()=>
        #[allow(unused_imports)]
        use #p::{DisplayText as _, StrText as _};
    }
}

/// The text of a label's expression.
pub(super) fn displayed(spec: &Spec, expression: &Expr) -> TokenStream {
    let p = private(spec);
    // Located where the expression is, for what it is to be displayed as.
    let at = Span::mixed_site().located_at(expression.span());
    quote_spanned!(at=> (&&#p::Text(&(#expression))).__tallymark_text())
}
