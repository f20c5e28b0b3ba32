use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use crate::function::Function;
use crate::spec::Spec;

/// The function with one statement in front of its body: count the call.
pub(crate) fn counted(spec: Spec) -> TokenStream {
    let Spec {
        interface,
        function,
    } = spec;
    // The static is inside a block of its own, so the body cannot see its name. It is not generic
    // even where the function is: all instances of the function share it. `mixed_site` reads the
    // paths by this crate's edition, whichever the user's is.
    // A `let` and not a bare block, which would be the value of a body that is empty otherwise.
    let count = quote_spanned! {Span::mixed_site()=>
        let () = {
            static SITE: ::tallymark::__private::Site =
                ::tallymark::__private::Site::calls(#interface);
            #[::tallymark::__private::linkme::distributed_slice(
                ::tallymark::__private::TALLYMARK_0_1_SITES
            )]
            #[linkme(crate = ::tallymark::__private::linkme)]
            static LINK: &::tallymark::__private::Site = &SITE;
            SITE.inc()
        };
    };
    let Function {
        head,
        inner_attributes,
        body,
        braces,
    } = function;
    let mut body = Group::new(Delimiter::Brace, quote!(#inner_attributes #count #body));
    body.set_span(braces);
    let body = TokenTree::Group(body);
    quote!(#head #body)
}
