use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::errors::Errors;

/// A function with a body, as tokens.
///
/// The tokens are not parsed further than the macro needs, which is to find the body: syntax that
/// is newer than the macro passes through, and a body is never changed by being read.
pub(crate) struct Function {
    /// Everything before the body: attributes, visibility, signature.
    pub(crate) head: TokenStream,
    /// The body's inner attributes (`#![…]`), which must stay in front of every statement.
    pub(crate) inner_attributes: TokenStream,
    /// The rest of what stands between the braces.
    pub(crate) body: TokenStream,
    /// The span of the braces.
    pub(crate) braces: Span,
}

impl Function {
    /// Finds the parts of a function; for any other item says at its first own token what it is.
    pub(crate) fn parse(item: TokenStream, errors: &mut Errors) -> Option<Self> {
        let name = name_of_function(unwrapped(item.clone()), errors)?;
        let mut head: Vec<TokenTree> = open(item).into_iter().collect();
        match head.pop().map(|last| open(last.into()).into_iter().next()) {
            Some(Some(TokenTree::Group(body))) if body.delimiter() == Delimiter::Brace => {
                let (inner_attributes, statements) = split_inner_attributes(&body);
                Some(Self {
                    head: head.into_iter().collect(),
                    inner_attributes,
                    body: statements,
                    braces: body.span(),
                })
            }
            _ => {
                errors.push_at(
                    name.span(),
                    "a function without a body runs nothing that could be counted; \
                     put `#[counted]` on the function that has the body",
                );
                None
            }
        }
    }
}

/// What is inside the invisible group that `macro_rules!` puts around a whole pasted fragment
/// (`$item`, `$block`), where `tokens` is just that.
fn open(tokens: TokenStream) -> TokenStream {
    let mut rest = tokens.clone().into_iter();
    match (rest.next(), rest.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::None => {
            open(group.stream())
        }
        _ => tokens,
    }
}

/// The tokens with all invisible groups at this level opened: what a reader sees in the source.
fn unwrapped(tokens: TokenStream) -> Box<dyn Iterator<Item = TokenTree>> {
    Box::new(tokens.into_iter().flat_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            unwrapped(group.stream())
        }
        token => Box::new(std::iter::once(token)),
    }))
}

/// Walks over attributes, visibility and qualifiers to the name behind `fn`.
fn name_of_function(
    mut tokens: impl Iterator<Item = TokenTree>,
    errors: &mut Errors,
) -> Option<Ident> {
    let mut constness = None;
    let mut place = Span::call_site();
    for token in tokens.by_ref() {
        place = token.span();
        match token {
            // `#[…]`, the parentheses of `pub(in path)`, the literal of `extern "C"`.
            TokenTree::Punct(punct) if punct.as_char() == '#' => {}
            TokenTree::Group(group) if group.delimiter() != Delimiter::Brace => {}
            TokenTree::Literal(_) => {}
            TokenTree::Ident(word) => match word.to_string().as_str() {
                "fn" => break,
                "pub" | "crate" | "default" | "async" | "gen" | "unsafe" | "safe" | "extern" => {}
                "const" => constness = Some(place),
                "impl" | "trait" => {
                    errors.push_at(
                        place,
                        "`#[counted]` counts calls of a function; put it on each method inside",
                    );
                    return None;
                }
                _ => {
                    errors.push_at(constness.unwrap_or(place), NOT_A_FUNCTION);
                    return None;
                }
            },
            _ => {
                errors.push_at(place, NOT_A_FUNCTION);
                return None;
            }
        }
    }
    let Some(TokenTree::Ident(name)) = tokens.next() else {
        errors.push_at(place, NOT_A_FUNCTION);
        return None;
    };
    if let Some(constness) = constness {
        errors.push_at(
            constness,
            "a `const fn` cannot be counted, since it may run at compile time; \
             remove `const`, or count in the function that calls it",
        );
        return None;
    }
    Some(name)
}

const NOT_A_FUNCTION: &str = "`#[counted]` counts calls, so it stands on a function";

/// Inner attributes, and inner doc comments, which are the same to the compiler, against the rest.
fn split_inner_attributes(body: &Group) -> (TokenStream, TokenStream) {
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let is = |at: usize, wanted: char| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == wanted);
    let mut end = 0;
    while is(end, '#')
        && is(end + 1, '!')
        && matches!(tokens.get(end + 2), Some(TokenTree::Group(_)))
    {
        end += 3;
    }
    let (attributes, statements) = tokens.split_at(end);
    (
        attributes.iter().cloned().collect(),
        statements.iter().cloned().collect(),
    )
}
