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
        if name.starts_with(RESERVED) {
            return Err(StartError::Reserved { name: name.to_owned() });
        }
        // A `prometheus` registry takes in no family without a help text.
        if help.trim().is_empty() {
            return Err(StartError::Help { name: name.to_owned() });
        }
        Ok(Self { name: name.to_owned(), help: help.to_owned() })
    }
}

/// `[a-zA-Z_:][a-zA-Z0-9_:]*`
fn is_metric_name(name: &str) -> bool {
    !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.chars().all(is_name_char)
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

fn corrected(name: &str) -> String {
    let name: String = name.chars().map(|c| if is_name_char(c) { c } else { '_' }).collect();
    if is_metric_name(&name) { name } else { format!("_{name}") }
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
    fn a_help_that_says_nothing_is_refused() {
        for help in ["", " \n"] {
            let error = Naming::new("calls_total", help).expect_err("no help").to_string();
            assert!(error.contains("`calls_total`"), "{error}");
        }
    }
}
