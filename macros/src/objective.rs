use std::cmp::Ordering;

use proc_macro2::{Delimiter, Span};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, Token};

use crate::args::{equals, group, number, read_each};
use crate::attribute::unknown;
use crate::errors::Errors;

const KEYS: [&str; 3] = ["success", "latency_ms", "within"];

/// How many percent of the calls are to be fast enough, where nobody says it.
const WITHIN: f64 = 99.0;

/// What is promised of the calls, as it was written.
pub(crate) struct Objective {
    /// Of the parentheses.
    span: Span,
    success: Option<Promise>,
    /// In seconds.
    latency: Option<Promise>,
    within: Option<Promise>,
    /// Whether something stood here that could not be understood, so that what is missing may be
    /// that.
    garbled: bool,
}

/// One number of an objective.
struct Promise {
    key: Ident,
    span: Span,
    value: f64,
}

/// What is promised of the calls, every number as it is allowed to be.
pub(crate) struct Promised {
    /// How many end without an error of the service, in percent.
    pub(crate) success: Option<f64>,
    /// What is fast enough, in seconds, and how many of the calls are, in percent.
    pub(crate) latency: Option<(f64, f64)>,
}

impl Objective {
    /// Reads `(key = number, …)`; what cannot be read goes to `errors`.
    pub(crate) fn read(
        key: &Ident,
        input: ParseStream<'_>,
        errors: &mut Errors,
    ) -> syn::Result<Self> {
        let wanted = "`objective` takes what is promised of the calls, as in \
                      `objective(success = 99.9, latency_ms = 250)`";
        let group = group(key, Delimiter::Parenthesis, wanted, input)?;
        let count = errors.len();
        let mut objective =
            Self { span: group.span(), success: None, latency: None, within: None, garbled: false };
        for promise in read_each(group.stream(), errors, Promise::read) {
            objective.take(promise, errors);
        }
        objective.garbled = errors.len() > count;
        Ok(objective)
    }

    fn take(&mut self, promise: Promise, errors: &mut Errors) {
        let key = promise.key.to_string();
        let place = match &*key {
            "success" => &mut self.success,
            "latency_ms" => &mut self.latency,
            _ => &mut self.within,
        };
        if place.is_some() {
            let message = format!("`{key}` is given twice; keep one of the two");
            errors.push_at(promise.key.span(), &message);
        } else {
            *place = Some(promise);
        }
    }

    pub(crate) fn check(&self, errors: &mut Errors) {
        for percent in [&self.success, &self.within].into_iter().flatten() {
            percent.check_percent(errors);
        }
        if let Some(latency) = &self.latency
            && !(latency.value > 0.0 && latency.value.is_finite())
        {
            let message = "`latency_ms` is finite and above 0, in milliseconds, as in \
                           `latency_ms = 250`";
            errors.push_at(latency.span, message);
        }
        if self.garbled {
            return;
        }
        match (&self.success, &self.latency, &self.within) {
            (None, None, None) => errors.push_at(
                self.span,
                "nothing is promised; give `success`, `latency_ms` or both, as in \
                 `objective(success = 99.9, latency_ms = 250)`",
            ),
            (_, None, Some(within)) => errors.push_at(
                within.key.span(),
                "`within` says how many calls take no longer than `latency_ms`, which is not \
                 there; give it, as in `latency_ms = 250`, or leave `within` out",
            ),
            _ => {}
        }
    }

    /// What is promised, where every rule holds.
    pub(crate) fn promised(self) -> Promised {
        let within = self.within.map_or(WITHIN, |within| within.value);
        Promised {
            success: self.success.map(|success| success.value),
            latency: self.latency.map(|latency| (latency.value, within)),
        }
    }
}

impl Promise {
    fn read(input: ParseStream<'_>) -> syn::Result<Self> {
        let key = input.call(Ident::parse_any).map_err(|error| {
            syn::Error::new(error.span(), "expected a promise, as in `success = 99.9`")
        })?;
        let word = key.to_string();
        let wanted = match &*word {
            "success" => "`success` takes a number literal in percent, as in `success = 99.9`",
            "latency_ms" => {
                "`latency_ms` takes a number literal in milliseconds, as in `latency_ms = 250`"
            }
            "within" => "`within` takes a number literal in percent, as in `within = 99`",
            _ => return Err(syn::Error::new(key.span(), unknown(&word, "objective", &KEYS))),
        };
        let equals = equals(&key, wanted, input)?;
        let nothing = input.is_empty() || input.peek(Token![,]);
        let span = if nothing { equals } else { input.span() };
        let wanted = |span| syn::Error::new(span, wanted);
        let mut text = number(input).ok_or_else(|| wanted(span))?;
        // `99.9%` above all.
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(wanted(input.span()));
        }
        if word == "latency_ms" {
            text = thousandth(&text);
        }
        let value = text.parse().map_err(|_| wanted(span))?;
        Ok(Self { key, span, value })
    }

    fn check_percent(&self, errors: &mut Errors) {
        let Self { key, span, value } = self;
        let message = match value.total_cmp(&100.0) {
            Ordering::Less if *value > 0.0 => return,
            Ordering::Equal => format!(
                "`{key} = 100` leaves no error budget: the first bad call would break it; promise \
                 less, as in `{key} = 99.9`"
            ),
            _ => format!("`{key}` is above 0 and below 100, in percent, as in `{key} = 99.9`"),
        };
        errors.push_at(*span, &message);
    }
}

/// A thousandth of a decimal number, as text: the point moves, so that 1.1 becomes 0.0011 and is
/// the float that is meant by it; a division would round once more.
fn thousandth(decimal: &str) -> String {
    let (sign, decimal) = decimal.split_at(usize::from(decimal.starts_with('-')));
    let (digits, exponent) = decimal.split_at(decimal.find(['e', 'E']).unwrap_or(decimal.len()));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = format!("{whole:0>4}");
    let (whole, thousandths) = whole.split_at(whole.len() - 3);
    format!("{sign}{whole}.{thousandths}{fraction}{exponent}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousandth_is_the_float_that_its_decimal_is() {
        for (milliseconds, seconds) in [
            ("250", 0.25),
            ("300", 0.3),
            ("1.1", 0.0011),
            ("0.3", 0.0003),
            ("2.1", 0.0021),
            ("1", 0.001),
            ("5", 0.005),
            ("10000", 10.0),
            ("1234567.", 1234.567),
            ("2.5e3", 2.5),
            ("25E-1", 0.0025),
            ("1e+2", 0.1),
            ("-300", -0.3),
            ("1e999", f64::INFINITY),
            ("0", 0.0),
        ] {
            let shifted: f64 = thousandth(milliseconds).parse().expect("a number");
            assert_eq!(shifted.to_bits(), f64::to_bits(seconds), "{milliseconds}");
        }
    }
}
