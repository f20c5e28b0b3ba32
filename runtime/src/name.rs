//! What names may be (Prometheus data model, "Metric names and labels").

/// What the names of this library's own metrics begin with.
const RESERVED: &str = "tallymark_";

/// `[a-zA-Z_:][a-zA-Z0-9_:]*`
pub(crate) const fn is_metric_name(name: &str) -> bool {
    is_name(name.as_bytes(), true)
}

/// `[a-zA-Z_][a-zA-Z0-9_]*`
pub(crate) const fn is_label_syntax(name: &str) -> bool {
    is_name(name.as_bytes(), false)
}

/// `[a-zA-Z_][a-zA-Z0-9_]*`, and not one that Prometheus, a histogram or a summary sets.
pub(crate) const fn is_label_name(name: &str) -> bool {
    let name = name.as_bytes();
    let set_by_others = matches!(name, b"le" | b"quantile" | b"instance" | b"job");
    is_name(name, false) && !set_by_others && !begins(name, b"__")
}

/// Whether the name is one of this library's own metrics.
pub(crate) const fn is_reserved(name: &str) -> bool {
    begins(name.as_bytes(), RESERVED.as_bytes())
}

/// Whether a help text says nothing.
pub(crate) const fn is_blank(help: &str) -> bool {
    help.trim_ascii().is_empty()
}

/// Whether a name is among others.
pub(crate) const fn has(names: &[&str], name: &str) -> bool {
    let mut at = 0;
    while at < names.len() {
        let (a, b) = (names[at].as_bytes(), name.as_bytes());
        if a.len() == b.len() && begins(a, b) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether no name is there twice.
pub(crate) const fn are_distinct(names: &[&str]) -> bool {
    let mut at = 0;
    while at < names.len() {
        let mut before = 0;
        while before < at {
            let (a, b) = (names[before].as_bytes(), names[at].as_bytes());
            if a.len() == b.len() && begins(a, b) {
                return false;
            }
            before += 1;
        }
        at += 1;
    }
    true
}

const fn is_name(name: &[u8], colons: bool) -> bool {
    let mut at = 0;
    while at < name.len() {
        let letter = is_name_byte(name[at], colons);
        if !letter || (at == 0 && name[0].is_ascii_digit()) {
            return false;
        }
        at += 1;
    }
    !name.is_empty()
}

const fn is_name_byte(byte: u8, colons: bool) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || (byte == b':' && colons)
}

const fn begins(name: &[u8], with: &[u8]) -> bool {
    let mut at = 0;
    while at < with.len() {
        if at == name.len() || name[at] != with[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// A name close to that one that is allowed.
pub(crate) fn corrected(name: &str) -> String {
    let is_allowed = |c: char| u8::try_from(c).is_ok_and(|byte| is_name_byte(byte, true));
    let allowed: String = name.chars().map(|c| if is_allowed(c) { c } else { '_' }).collect();
    let own = allowed.strip_prefix(RESERVED).unwrap_or(&allowed);
    if is_metric_name(own) { own.to_owned() } else { format!("_{own}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn label_names_are_those_that_nobody_else_sets() {
        for name in ["a", "_a", "env", "A9", "interface", "lea"] {
            assert!(is_label_name(name), "{name}");
        }
        for name in ["", "9a", "a-b", "a:b", "__a", "le", "quantile", "job", "instance", "环境"] {
            assert!(!is_label_name(name), "{name}");
        }
        assert!(are_distinct(&["a", "ab", "b"]));
        assert!(!are_distinct(&["a", "ab", "a"]));
    }
}
