//! The attributes by which an item is there or not, for what is made beside it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Meta};

use crate::args::split_at_commas;

/// What of an item's attributes decides whether it is there.
pub(crate) fn of(attributes: &[Attribute]) -> Vec<TokenStream> {
    let conditions = attributes.iter().filter_map(|attribute| condition(&attribute.meta));
    conditions.map(|condition| quote!(#[#condition])).collect()
}

/// `cfg(…)` as it is, and what there is of it in `cfg_attr(…)`.
fn condition(meta: &Meta) -> Option<TokenStream> {
    let Meta::List(list) = meta else { return None };
    if list.path.is_ident("cfg") {
        return Some(quote!(#meta));
    }
    if !list.path.is_ident("cfg_attr") {
        return None;
    }
    let mut pieces = split_at_commas(list.tokens.clone()).into_iter().map(|(piece, _)| piece);
    let predicate = pieces.next()?;
    let conditions = pieces.filter_map(|piece| condition(&syn::parse2(piece).ok()?));
    let conditions: Vec<TokenStream> = conditions.collect();
    let path = &list.path;
    (!conditions.is_empty()).then(|| quote!(#path(#predicate, #(#conditions),*)))
}
