use std::collections::BTreeSet;

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, Ident, Lit, LitStr, Path, Token};

use crate::attribute::Takes;
use crate::errors::Errors;
use crate::objective::Objective;

/// The arguments of an attribute as they were written, not yet checked against any rule.
#[derive(Default)]
pub(crate) struct Args {
    pub(crate) interface: Option<LitStr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) help: Option<LitStr>,
    /// The path to a static that is a metric.
    pub(crate) metric: Option<Path>,
    pub(crate) labels: Option<Labels>,
    /// Where it was asked for.
    pub(crate) outcome: Option<Span>,
    pub(crate) buckets: Option<Buckets>,
    pub(crate) objective: Option<Objective>,
    /// The path to `tallymark`, where it has another name.
    pub(crate) krate: Option<TokenStream>,
    /// Whether something stood here that could not be understood, so that a missing argument may
    /// be that something.
    pub(crate) garbled: bool,
    /// Whether that may have been the name, or the static in place of one.
    pub(crate) name_garbled: bool,
}

pub(crate) struct Labels {
    pub(crate) span: Span,
    pub(crate) labels: Vec<Label>,
}

pub(crate) struct Label {
    pub(crate) name: Ident,
    pub(crate) value: LabelValue,
}

pub(crate) enum LabelValue {
    /// Known at compile time.
    Literal(String),
    /// An expression over the function's arguments.
    Expression(Box<Expr>),
}

pub(crate) struct Buckets {
    pub(crate) span: Span,
    pub(crate) bounds: Vec<Bound>,
}

pub(crate) struct Bound {
    pub(crate) span: Span,
    pub(crate) value: f64,
}

impl Args {
    /// Reads `key = value, …`; what cannot be read goes to `errors`, and reading goes on behind
    /// the next comma.
    pub(crate) fn parse(attribute: impl Takes, tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut args = Self::default();
        let mut known = BTreeSet::new();
        for (argument, end) in split_at_commas(tokens) {
            let count = errors.len();
            let is_name = argument.clone().into_iter().next().is_none_or(|key| {
                let key = key.to_string();
                key == "name" || key == "metric" || !attribute.keys().contains(&&*key)
            });
            let read = |input: ParseStream<'_>| {
                if input.is_empty() {
                    return Err(syn::Error::new(end, "expected an argument before this comma"));
                }
                let Ok(key) = input.call(Ident::parse_any) else {
                    let example = attribute.example();
                    return Err(input.error(format!("expected an argument, as in `{example}`")));
                };
                if !attribute.keys().contains(&&*key.to_string()) {
                    // The value of a key that is not taken says nothing more: skip it.
                    input.parse::<TokenStream>()?;
                    return Err(attribute.refuse(&key));
                }
                args.read(&key, input, errors)?;
                if !input.is_empty() {
                    let wanted = "unexpected token; arguments are separated by commas";
                    return Err(input.error(wanted));
                }
                if !known.insert(key.to_string()) {
                    let message = format!("`{key}` is given twice; keep one of the two");
                    return Err(syn::Error::new(key.span(), message));
                }
                Ok(())
            };
            if let Err(error) = read.parse2(argument) {
                errors.push(error);
            }
            args.garbled |= errors.len() > count;
            args.name_garbled |= errors.len() > count && is_name;
        }
        args
    }

    fn read(
        &mut self,
        key: &Ident,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<()> {
        match key.to_string().as_str() {
            "interface" => self.interface = Some(text(key, "/deploy", input)?),
            "name" => self.name = Some(text(key, "deploys_total", input)?),
            "help" => self.help = Some(text(key, "Deployments started.", input)?),
            "metric" => {
                let wanted = "`metric` takes the path to a static, \
                              as in `metric = crate::metrics::DEPLOYS`";
                self.metric = Some(path(key, wanted, input)?);
            }
            "outcome" => self.outcome = Some(key.span()),
            "labels" => {
                let wanted = "`labels` takes names and values, as in `labels(env = \"prod\")`";
                let group = group(key, Delimiter::Parenthesis, wanted, input)?;
                let labels = read_each(group.stream(), errors, Label::read);
                self.labels = Some(Labels { span: key.span(), labels });
            }
            "buckets" => {
                let wanted = "`buckets` takes bounds in seconds, as in `buckets = [0.1, 0.5, 1.0]`";
                equals(key, wanted, input)?;
                let group = group(key, Delimiter::Bracket, wanted, input)?;
                let bounds = read_each(group.stream(), errors, Bound::read);
                self.buckets = Some(Buckets { span: group.span(), bounds });
            }
            "objective" => self.objective = Some(Objective::read(key, input, errors)?),
            _ => {
                let wanted = "`crate` takes the path to tallymark, as in `crate = ::metrics`";
                let path = path(key, wanted, input)?;
                self.krate = Some(quote::quote!(#path));
            }
        }
        Ok(())
    }
}

impl Label {
    fn read(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(error.span(), "expected a label, as in `env = \"prod\"`")
        })?;
        let wanted = "a label takes a literal or an expression over the arguments, \
                      as in `env = \"prod\"` or `app = order.app`";
        equals(&name, wanted, input)?;
        let value = match ungrouped(input.parse()?) {
            Expr::Lit(literal) if literal.attrs.is_empty() => match literal.lit {
                Lit::Str(text) => LabelValue::Literal(text.value()),
                Lit::Bool(truth) => LabelValue::Literal(truth.value.to_string()),
                Lit::Int(number) => LabelValue::Literal(number.base10_digits().to_owned()),
                Lit::Char(letter) => LabelValue::Literal(letter.value().to_string()),
                _ => LabelValue::Expression(Box::new(Expr::Lit(literal))),
            },
            expression => LabelValue::Expression(Box::new(expression)),
        };
        Ok(Self { name, value })
    }
}

/// The expression inside the invisible group that `macro_rules!` puts around a pasted one.
fn ungrouped(expression: Expr) -> Expr {
    match expression {
        Expr::Group(group) => ungrouped(*group.expr),
        expression => expression,
    }
}

impl Bound {
    fn read(input: ParseStream<'_>) -> syn::Result<Self> {
        let span = input.span();
        let wanted = || syn::Error::new(span, "a bucket's bound is a number literal in seconds");
        let number = number(input).and_then(|number| number.parse().ok());
        Ok(Self { span, value: number.ok_or_else(wanted)? })
    }
}

/// The decimal text of a number literal, a minus before it included. A unit behind it is not one
/// that anybody would convert.
pub(crate) fn number(input: ParseStream<'_>) -> Option<String> {
    let minus = if input.parse::<Option<Token![-]>>().ok()?.is_some() { "-" } else { "" };
    let literal = input.parse::<Lit>().ok()?;
    let (digits, suffix) = match &literal {
        Lit::Float(number) => (number.base10_digits(), number.suffix()),
        Lit::Int(number) => (number.base10_digits(), number.suffix()),
        _ => return None,
    };
    matches!(suffix, "" | "f64").then(|| format!("{minus}{digits}"))
}

/// Reads each piece between commas; what cannot be read goes to `errors`.
pub(crate) fn read_each<T>(
    tokens: TokenStream,
    errors: &mut Errors,
    read: fn(ParseStream<'_>) -> syn::Result<T>,
) -> Vec<T> {
    // Commas inside the angle brackets of an expression are not ours: the parser finds the end.
    let each = |input: ParseStream<'_>| {
        let mut all = Vec::new();
        while !input.is_empty() {
            let one = read(input).and_then(|one| {
                let end = input.is_empty() || input.peek(Token![,]);
                if end { Ok(one) } else { Err(input.error("expected a comma")) }
            });
            match one {
                Ok(one) => all.push(one),
                Err(error) => {
                    errors.push(error);
                    while !input.is_empty() && !input.peek(Token![,]) {
                        input.parse::<TokenTree>()?;
                    }
                }
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(all)
    };
    each.parse2(tokens).expect("every token is taken")
}

/// The string literal behind `key =`.
fn text(key: &Ident, example: &str, input: ParseStream<'_>) -> syn::Result<LitStr> {
    let wanted = format!("`{key}` takes a string literal, as in `{key} = \"{example}\"`");
    let equals = equals(key, &wanted, input)?;
    let place = if input.is_empty() { equals } else { input.span() };
    input.parse().map_err(|_| syn::Error::new(place, &wanted))
}

/// The path behind `key =`.
fn path(key: &Ident, wanted: &str, input: ParseStream<'_>) -> syn::Result<Path> {
    let equals = equals(key, wanted, input)?;
    let place = if input.is_empty() { equals } else { input.span() };
    input.call(Path::parse_mod_style).map_err(|_| syn::Error::new(place, wanted))
}

pub(crate) fn equals(key: &Ident, wanted: &str, input: ParseStream<'_>) -> syn::Result<Span> {
    let place = if input.is_empty() || input.peek(Token![,]) { key.span() } else { input.span() };
    let equals: Token![=] = input.parse().map_err(|_| syn::Error::new(place, wanted))?;
    Ok(equals.span)
}

pub(crate) fn group(
    key: &Ident,
    delimiter: Delimiter,
    wanted: &str,
    input: ParseStream<'_>,
) -> syn::Result<Group> {
    let place = if input.is_empty() { key.span() } else { input.span() };
    match input.parse() {
        Ok(TokenTree::Group(group)) if group.delimiter() == delimiter => Ok(group),
        _ => Err(syn::Error::new(place, wanted)),
    }
}

/// The pieces that commas end, groups left whole, each with the comma's span; a comma may trail.
pub(crate) fn split_at_commas(tokens: TokenStream) -> Vec<(TokenStream, Span)> {
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
