//! Headers that list what a client takes, each with its weight (RFC 9110, section 12.4.2).

/// One of what is listed: a media range, or a coding.
#[derive(Debug)]
pub(super) struct Weighted {
    /// In small letters.
    pub(super) name: String,
    parameters: Vec<(String, String)>,
    /// In thousandths.
    pub(super) weight: u16,
}

impl Weighted {
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| &**value)
    }
}

/// Reads such a header. What cannot be read is as if it were not there.
pub(super) fn weighted(header: &str) -> Vec<Weighted> {
    split(header, ',').into_iter().filter_map(one).collect()
}

fn one(text: &str) -> Option<Weighted> {
    let mut parts = split(text, ';').into_iter();
    let name = parts.next()?.trim().to_ascii_lowercase();
    if name.is_empty() {
        return None;
    }
    let mut weight = 1_000;
    let mut parameters = Vec::new();
    for part in parts {
        let Some((parameter, value)) = part.split_once('=') else { continue };
        let parameter = parameter.trim().to_ascii_lowercase();
        let value = unquoted(value.trim());
        if parameter == "q" {
            weight = self::weight(&value);
        } else {
            parameters.push((parameter, value));
        }
    }
    Some(Weighted { name, parameters, weight })
}

/// A weight, in thousandths. One that is none counts as if it were not
/// there: whoever sent it does want the format.
fn weight(text: &str) -> u16 {
    let weight: f64 = text.trim().parse().unwrap_or(1.0);
    if weight.is_nan() {
        return 1_000;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "up to 1,000")]
    let thousandths = (weight.clamp(0.0, 1.0) * 1_000.0).round() as u16;
    thousandths
}

/// Splits a header where that is not within quotes.
fn split(text: &str, by: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = text.split(move |c: char| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ => return c == by && !quoted,
        }
        false
    });
    parts.collect()
}

fn unquoted(text: &str) -> String {
    let Some(quoted) = text.strip_prefix('"') else { return text.to_owned() };
    let quoted = quoted.strip_suffix('"').unwrap_or(quoted);
    let mut plain = String::new();
    let mut escaped = false;
    for c in quoted.chars() {
        if c == '\\' && !escaped {
            escaped = true;
        } else {
            escaped = false;
            plain.push(c);
        }
    }
    plain
}
