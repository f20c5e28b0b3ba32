use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, ItemStatic, StaticMutability, Token, Visibility};

use crate::errors::Errors;

/// A static.
pub(crate) struct Declaration {
    /// As it was written.
    pub(crate) tokens: TokenStream,
    pub(crate) item: ItemStatic,
}

impl Declaration {
    /// Finds the parts of a static; for any other item says at its first own token what to do.
    pub(crate) fn parse(tokens: &TokenStream, errors: &mut Errors) -> Option<Self> {
        let item = read_static.parse2(tokens.clone());
        let item = item.map_err(|error| errors.push(error)).ok()?;
        if let StaticMutability::Mut(token) = &item.mutability {
            errors.push_at(token.span, "a metric counts through a shared reference; remove `mut`");
        }
        Some(Self { tokens: tokens.clone(), item })
    }

    pub(crate) fn is_deprecated(&self) -> bool {
        self.item.attrs.iter().any(|attribute| attribute.path().is_ident("deprecated"))
    }
}

fn read_static(input: ParseStream<'_>) -> syn::Result<ItemStatic> {
    let before = input.fork();
    before.call(Attribute::parse_outer)?;
    before.parse::<Visibility>()?;
    if before.peek(Token![static]) {
        return input.parse();
    }
    // What is behind is read by nobody, and left over would be the error.
    input.parse::<TokenStream>()?;
    let message = if before.peek(Token![const]) && !before.peek2(Token![fn]) {
        "each use of a `const` is a metric of its own, which nobody exposes; make it a `static`"
    } else {
        "`#[metric]` declares a metric, so it stands on a `static`, as in \
         `static DEPLOYS: Counter = Counter::new(\"deploys_total\", \"Deployments.\", [])`"
    };
    Err(before.error(message))
}
