use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Token};

use crate::errors::Errors;

/// The arguments of the attribute as they were written, not yet checked against any rule.
pub(crate) struct Args {
    pub(crate) interface: Option<LitStr>,
    /// Whether something stood here that could not be understood, so that a missing argument may
    /// be that something.
    pub(crate) garbled: bool,
}

impl Args {
    /// Reads `key = value, …`; what cannot be read goes to `errors`, and reading goes on behind
    /// the next comma.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self {
            interface: None,
            garbled: false,
        };
        for (argument, end) in split_at_commas(tokens) {
            let read = |input: ParseStream<'_>| {
                if input.is_empty() {
                    return Err(syn::Error::new(
                        end,
                        "expected an argument before this comma",
                    ));
                }
                args.read(input)
            };
            if let Err(error) = read.parse2(argument) {
                args.garbled = true;
                errors.push(error);
            }
        }
        args
    }

    fn read(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let Ok(key) = input.call(Ident::parse_any) else {
            return Err(input.error("expected an argument, as in `interface = \"/deploy\"`"));
        };
        if key != "interface" {
            // The value of an unknown argument says nothing more: skip it.
            input.parse::<TokenStream>()?;
            let message = format!(
                "unknown argument `{key}`; `#[counted]` takes `interface`, \
                 as in `#[counted(interface = \"/deploy\")]`"
            );
            return Err(syn::Error::new(key.span(), message));
        }
        let value = literal(&key, input)?;
        if self.interface.is_some() {
            let message = "`interface` is given twice; keep one of the two";
            return Err(syn::Error::new(key.span(), message));
        }
        self.interface = Some(value);
        Ok(())
    }
}

/// The string literal behind `key =`, and nothing behind it.
fn literal(key: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    let wanted = format!("`{key}` takes a string literal, as in `{key} = \"/deploy\"`");
    let at = |span: Span| syn::Error::new(span, &wanted);
    if input.is_empty() {
        return Err(at(key.span()));
    }
    let place = input.span();
    let equals: Token![=] = input.parse().map_err(|_| at(place))?;
    if input.is_empty() {
        return Err(at(equals.span));
    }
    let place = input.span();
    let value = input.parse().map_err(|_| at(place))?;
    if input.is_empty() {
        Ok(value)
    } else {
        Err(input.error("unexpected token; arguments are separated by commas"))
    }
}

/// The pieces that commas end, groups left whole, each with the comma's span; a comma may trail.
fn split_at_commas(tokens: TokenStream) -> Vec<(TokenStream, Span)> {
    let mut pieces = Vec::new();
    let mut piece = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                pieces.push((piece.drain(..).collect(), punct.span()));
            }
            token => piece.push(token),
        }
    }
    if !piece.is_empty() {
        pieces.push((piece.into_iter().collect(), Span::call_site()));
    }
    pieces
}
