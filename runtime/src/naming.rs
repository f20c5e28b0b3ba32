use crate::error::StartError;

/// The name and the help that a service chose for its calls counter.
#[derive(Debug)]
pub(crate) struct Naming {
    pub(crate) name: String,
    pub(crate) help: String,
}

/// What the names of this library's own metrics begin with.
const RESERVED: &str = "tallymark_";

impl Naming {
    /// Checks both; the rule for the name is that of the Prometheus data model, "Metric names and
    /// labels".
    pub(crate) fn new(name: &str, help: &str) -> Result<Self, StartError> {
        if !is_metric_name(name) {
            return Err(StartError::Name { name: name.to_owned(), proposal: corrected(name) });
        }
        if is_reserved(name) {
            return Err(StartError::Reserved { name: name.to_owned() });
        }
        // A `prometheus` registry takes in no family without a help text.
        if is_blank(help) {
            return Err(StartError::Help { name: name.to_owned() });
        }
        Ok(Self { name: name.to_owned(), help: help.to_owned() })
    }
}

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
    fn names_of_the_data_model_are_taken() {
        for name in ["a", "_", ":", "request_processing_counter", "job:calls:rate5m", "A9"] {
            assert_eq!(Naming::new(name, "Help.").expect(name).name, name);
        }
    }

    #[test]
    fn other_names_are_refused_with_one_that_would_do() {
        for (name, proposal) in [
            ("", "_"),
            ("9lives", "_9lives"),
            ("http.requests", "http_requests"),
            ("a-b c\n", "a_b_c_"),
            ("计数", "__"),
            ("a{}", "a__"),
        ] {
            let error = Naming::new(name, "Help.").expect_err(name).to_string();
            assert!(error.contains(&format!("{name:?}")), "{error}");
            assert!(error.contains(&format!("`{proposal}`")), "{error}");
            assert!(is_metric_name(proposal), "{proposal}");
        }
    }

    #[test]
    fn names_of_ours_are_refused() {
        let error = Naming::new("tallymark_calls_total", "Help.").expect_err("ours").to_string();
        assert!(error.contains("`tallymark_calls_total`"), "{error}");
    }

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

    #[test]
    fn a_help_that_says_nothing_is_refused() {
        for help in ["", " \n"] {
            let error = Naming::new("calls_total", help).expect_err("no help").to_string();
            assert!(error.contains("`calls_total`"), "{error}");
        }
    }
}
