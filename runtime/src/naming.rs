use crate::error::StartError;
use crate::name::{corrected, is_blank, is_metric_name, is_reserved};

/// The name and the help that a service chose for its calls counter.
#[derive(Clone, Debug)]
pub(crate) struct Naming {
    pub(crate) name: String,
    pub(crate) help: String,
}

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
