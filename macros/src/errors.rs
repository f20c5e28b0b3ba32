use proc_macro2::{Span, TokenStream};
use quote::quote;

/// The mistakes found in one use of an attribute, each with the place that it is reported at.
#[derive(Default)]
pub(crate) struct Errors(Vec<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.0.push(error);
    }

    pub(crate) fn push_at(&mut self, span: Span, message: &str) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The item as it was written and the errors beside it: the item's name stays defined, so no
    /// use of it is reported a second time.
    pub(crate) fn beside(self, item: &TokenStream) -> TokenStream {
        let errors = self.reported();
        quote!(#item #errors)
    }

    /// What has the compiler report them.
    pub(crate) fn reported(self) -> TokenStream {
        self.0.into_iter().map(syn::Error::into_compile_error).collect()
    }
}
