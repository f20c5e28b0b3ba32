use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::attribute::Attribute;
use crate::errors::Errors;
use crate::output::borrows;

/// A function with a body, as tokens.
///
/// The tokens are not parsed further than the macro needs: syntax that is newer than the macro
/// passes through, and a body is never changed by being read.
pub(crate) struct Function {
    /// Everything before the body: attributes, visibility, signature.
    pub(crate) head: TokenStream,
    /// The attributes that follow the one being expanded.
    pub(crate) attributes: Vec<OtherAttribute>,
    pub(crate) is_async: bool,
    /// What stands between the parentheses behind the name.
    pub(crate) parameters: TokenStream,
    /// The type behind `->`, empty if there is none.
    pub(crate) output: TokenStream,
    /// The body's inner attributes (`#![…]`), which must stay in front of every statement.
    pub(crate) inner_attributes: TokenStream,
    /// The rest of what stands between the braces.
    pub(crate) body: TokenStream,
    /// The span of the braces.
    pub(crate) braces: Span,
}

/// An attribute of the function's own.
pub(crate) struct OtherAttribute {
    /// The last word of its path.
    pub(crate) name: Ident,
    /// What stands between its parentheses.
    pub(crate) arguments: TokenStream,
}

impl Function {
    /// Whether it may be a handler, which takes no receiver and borrows nothing.
    pub(crate) fn may_be_handler(&self) -> bool {
        let is_self = |token| matches!(token, TokenTree::Ident(word) if word == "self");
        self.is_async
            && !self.parameters.clone().into_iter().any(is_self)
            && !borrows(self.parameters.clone())
            && !borrows(self.output.clone())
    }

    /// Finds the parts of a function; for any other item says at its first own token what it is.
    pub(crate) fn parse(
        attribute: Attribute,
        item: TokenStream,
        errors: &mut Errors,
    ) -> Option<Self> {
        let mut tokens = unwrapped(item.clone());
        let Qualified { attributes, is_async, name } = qualified(attribute, &mut tokens, errors)?;
        let mut signature: Vec<TokenTree> = tokens.collect();
        // The body is the last token of all, and perhaps a pasted fragment.
        match signature.pop().map(|last| open(last.into()).into_iter().next()) {
            Some(Some(TokenTree::Group(body))) if body.delimiter() == Delimiter::Brace => {
                let (parameters, output) = parameters_and_output(signature);
                let (inner_attributes, statements) = split_inner_attributes(&body);
                let mut head: Vec<TokenTree> = open(item).into_iter().collect();
                head.pop();
                Some(Self {
                    head: head.into_iter().collect(),
                    attributes,
                    is_async,
                    parameters,
                    output,
                    inner_attributes,
                    body: statements,
                    braces: body.span(),
                })
            }
            _ => {
                let shown = attribute.shown();
                let message = format!(
                    "a function without a body runs nothing that could be measured; \
                     put `{shown}` on the function that has the body"
                );
                errors.push_at(name.span(), &message);
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

/// Tokens one after the other, with the invisible groups opened that can stand in front of a
/// function's name: what a reader sees in the source.
fn unwrapped(tokens: TokenStream) -> Tokens {
    Tokens { stack: vec![tokens.into_iter()], opens: true }
}

struct Tokens {
    stack: Vec<proc_macro2::token_stream::IntoIter>,
    opens: bool,
}

impl Iterator for Tokens {
    type Item = TokenTree;

    fn next(&mut self) -> Option<TokenTree> {
        while let Some(tokens) = self.stack.last_mut() {
            match tokens.next() {
                Some(TokenTree::Group(group))
                    if self.opens && group.delimiter() == Delimiter::None =>
                {
                    self.stack.push(group.stream().into_iter());
                }
                Some(token) => return Some(token),
                None => {
                    self.stack.pop();
                }
            }
        }
        None
    }
}

/// What stands in front of the parameters.
struct Qualified {
    attributes: Vec<OtherAttribute>,
    is_async: bool,
    name: Ident,
}

/// Walks over attributes, visibility and qualifiers to the name behind `fn`.
fn qualified(attribute: Attribute, tokens: &mut Tokens, errors: &mut Errors) -> Option<Qualified> {
    let shown = attribute.shown();
    let not_a_function = format!("`{shown}` measures calls, so it stands on a function");
    let mut attributes = Vec::new();
    let mut is_async = false;
    let mut constness = None;
    let mut place = Span::call_site();
    for token in tokens.by_ref() {
        place = token.span();
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {}
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => {
                attributes.extend(other_attribute(group.stream()));
            }
            // The parentheses of `pub(in path)`, the literal of `extern "C"`.
            TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {}
            TokenTree::Literal(_) => {}
            TokenTree::Ident(word) => match word.to_string().as_str() {
                "fn" => break,
                "async" => is_async = true,
                "pub" | "crate" | "default" | "gen" | "unsafe" | "safe" | "extern" => {}
                "const" => constness = Some(place),
                "impl" | "trait" => {
                    let message = format!(
                        "`{shown}` measures calls of a function; put it on each method inside"
                    );
                    errors.push_at(place, &message);
                    return None;
                }
                _ => {
                    errors.push_at(constness.unwrap_or(place), &not_a_function);
                    return None;
                }
            },
            _ => {
                errors.push_at(place, &not_a_function);
                return None;
            }
        }
    }
    // Behind the name, a group is one fragment, and its edges may matter.
    let name = tokens.next();
    tokens.opens = false;
    let Some(TokenTree::Ident(name)) = name else {
        errors.push_at(place, &not_a_function);
        return None;
    };
    if let Some(constness) = constness {
        errors.push_at(
            constness,
            "a `const fn` cannot be measured, since it may run at compile time; \
             remove `const`, or measure the function that calls it",
        );
        return None;
    }
    Some(Qualified { attributes, is_async, name })
}

fn other_attribute(tokens: TokenStream) -> Option<OtherAttribute> {
    let mut name = None;
    let mut arguments = TokenStream::new();
    // Open, since a pasted `$meta` is one invisible group.
    for token in unwrapped(tokens) {
        match token {
            TokenTree::Ident(word) => name = Some(word),
            TokenTree::Punct(punct) if punct.as_char() == ':' => {}
            TokenTree::Group(group) => {
                arguments = group.stream();
                break;
            }
            _ => break,
        }
    }
    Some(OtherAttribute { name: name?, arguments })
}

/// The parameters and the return type, of what stands between the function's name and its body.
fn parameters_and_output(signature: Vec<TokenTree>) -> (TokenStream, TokenStream) {
    let mut parameters = TokenStream::new();
    let mut tokens = signature.into_iter();
    let mut depth = 0_u32;
    // Over the generics, in which there may be parentheses and arrows too.
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '<' => depth += 1,
            TokenTree::Punct(punct) if punct.as_char() == '>' => depth = depth.saturating_sub(1),
            TokenTree::Punct(punct) if punct.as_char() == '-' => {
                tokens.next();
            }
            TokenTree::Group(group)
                if depth == 0 && group.delimiter() == Delimiter::Parenthesis =>
            {
                parameters = group.stream();
                break;
            }
            _ => {}
        }
    }
    let mut output = TokenStream::new();
    if is_punct(tokens.next().as_ref(), '-') && is_punct(tokens.next().as_ref(), '>') {
        let is_where =
            |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "where");
        output = tokens.take_while(|token| !is_where(token)).collect();
    }
    (parameters, output)
}

fn is_punct(token: Option<&TokenTree>, wanted: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == wanted)
}

/// Inner attributes, and inner doc comments, which are the same to the compiler, against the rest.
fn split_inner_attributes(body: &Group) -> (TokenStream, TokenStream) {
    let tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let mut end = 0;
    while is_punct(tokens.get(end), '#')
        && is_punct(tokens.get(end + 1), '!')
        && matches!(tokens.get(end + 2), Some(TokenTree::Group(_)))
    {
        end += 3;
    }
    let (attributes, statements) = tokens.split_at(end);
    (attributes.iter().cloned().collect(), statements.iter().cloned().collect())
}
