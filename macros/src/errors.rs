use proc_macro2::{Span, TokenStream};
use quote::quote;

/// The mistakes found in one use of an attribute, each with the place that it is reported at.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    pub(crate) fn push_at(&mut self, span: Span, message: &str) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The item as it was written and the errors beside it: the item's name stays defined, so no
    /// use of it is reported a second time.
    pub(crate) fn beside(self, item: &TokenStream) -> TokenStream {
        let errors = self.0.map(syn::Error::into_compile_error);
        quote!(#item #errors)
    }
}
