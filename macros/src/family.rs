use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use syn::{Expr, Lit, LitStr};

use crate::args::Args;
use crate::conditions;
use crate::declaration::Declaration;
use crate::errors::Errors;
use crate::names::{label_name_error, metric_name_error};

/// A static that is a metric.
pub(crate) struct Family {
    /// The path to `tallymark`.
    pub(crate) krate: TokenStream,
    pub(crate) declaration: Declaration,
    /// The attributes by which the static is there or not.
    pub(crate) conditions: Vec<TokenStream>,
    pub(crate) labels: Vec<String>,
}

impl Family {
    /// Checks the static; only without any errors does every rule hold.
    pub(crate) fn of(args: Args, declaration: Declaration, errors: &mut Errors) -> Self {
        Self {
            krate: args.krate.unwrap_or_else(|| quote::quote!(::tallymark)),
            conditions: conditions::of(&declaration.item.attrs),
            labels: labels(&declaration.item.expr, errors),
            declaration,
        }
    }
}

/// The label names that the initializer gives.
fn labels(value: &Expr, errors: &mut Errors) -> Vec<String> {
    let Some([name, help, labels]) = new(value) else {
        let message = "the label names are read off the initializer, in which no call of `new` with \
                       a name, a help and labels can be seen; write it here, as in \
                       `Counter::new(\"deploys_total\", \"Deployments.\", [\"env\"])`";
        errors.push(syn::Error::new_spanned(value, message));
        return Vec::new();
    };
    if let Some(name) = text(name)
        && let Some(problem) = metric_name_error(&name.value())
    {
        errors.push_at(name.span(), &problem);
    }
    if let Some(help) = text(help)
        && help.value().trim().is_empty()
    {
        errors.push_at(help.span(), "the help is empty; say in a few words what is measured");
    }
    let wanted = "the label names are read here, and so they are an array of string literals, as in \
                  `[\"env\"]`";
    let Expr::Array(array) = opened(labels) else {
        errors.push(syn::Error::new_spanned(labels, wanted));
        return Vec::new();
    };
    let mut known = BTreeSet::new();
    let mut labels = Vec::new();
    for label in &array.elems {
        let Some(label) = text(label) else {
            errors.push(syn::Error::new_spanned(label, wanted));
            continue;
        };
        let name = label.value();
        if let Some(problem) = label_name_error(&name) {
            errors.push_at(label.span(), &problem);
        } else if !known.insert(name.clone()) {
            let message = format!("the label `{name}` is given twice; keep one of the two");
            errors.push_at(label.span(), &message);
        }
        labels.push(name);
    }
    labels
}

/// The arguments of the call of `new` at the root of a chain of method calls.
fn new(value: &Expr) -> Option<[&Expr; 3]> {
    match opened(value) {
        Expr::MethodCall(call) => new(&call.receiver),
        Expr::Call(call) => {
            let Expr::Path(function) = opened(&call.func) else { return None };
            let is_new = function.path.segments.last().is_some_and(|last| last.ident == "new");
            let arguments: Vec<&Expr> = call.args.iter().collect();
            <[&Expr; 3]>::try_from(arguments).ok().filter(|_| is_new)
        }
        _ => None,
    }
}

fn text(expression: &Expr) -> Option<&LitStr> {
    match opened(expression) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// The expression inside parentheses and invisible groups.
fn opened(expression: &Expr) -> &Expr {
    match expression {
        Expr::Group(group) => opened(&group.expr),
        Expr::Paren(paren) => opened(&paren.expr),
        expression => expression,
    }
}
