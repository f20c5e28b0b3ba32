//! The key of a group, in the path of a URL (Prometheus pushgateway, `README.md`, "URL").

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::delivery::PushError;
use crate::name;

/// The labels of a group: the job first, and the others in their order.
#[derive(Clone, Debug)]
pub(super) struct Grouping {
    labels: Vec<(String, String)>,
}

impl Grouping {
    pub(super) fn new(job: &str) -> Self {
        Self { labels: vec![("job".to_owned(), job.to_owned())] }
    }

    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.labels.push((name.to_owned(), value.to_owned()));
    }

    pub(super) fn check(&self) -> Result<(), PushError> {
        for (at, (name, value)) in self.labels.iter().enumerate() {
            let wrong = |problem| Err(PushError::Grouping { name: name.clone(), problem });
            // The gateway refuses those that Prometheus has for itself.
            if !name::is_label_syntax(name) || name.starts_with("__") {
                return wrong("its name is not allowed");
            }
            if self.labels[..at].iter().any(|(before, _)| before == name) {
                return wrong("it is there twice");
            }
            if at == 0 && value.is_empty() {
                return wrong("a job has a name");
            }
        }
        Ok(())
    }

    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for (name, value) in &self.labels {
            path.push('/');
            path.push_str(name);
            push_value(value, &mut path);
        }
        path
    }
}

/// Writes a value as one segment of a path; what can be none, in base64.
fn push_value(value: &str, path: &mut String) {
    if value.is_empty() {
        // Base64 of nothing is nothing, and would be no segment.
        path.push_str("@base64/=");
    } else if value.contains('/') || matches!(value, "." | "..") {
        path.push_str("@base64/");
        URL_SAFE_NO_PAD.encode_string(value, path);
    } else {
        path.push('/');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                path.push(char::from(byte));
            } else {
                // A text takes all that is written to it.
                let _ = write!(path, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouping(labels: &[(&str, &str)]) -> Grouping {
        let mut grouping = Grouping::new("backup");
        for (name, value) in labels {
            grouping.add(name, value);
        }
        grouping
    }

    #[test]
    fn values_are_segments_of_a_path() {
        for (value, path) in [
            ("orders", "/orders"),
            ("a b+c%2F?#&=", "/a%20b%2Bc%252F%3F%23%26%3D"),
            ("接\n", "/%E6%8E%A5%0A"),
            ("-._~", "/-._~"),
            ("...", "/..."),
            // As in the gateway's own documentation.
            ("/var/tmp", "@base64/L3Zhci90bXA"),
            ("", "@base64/="),
            ("..", "@base64/Li4"),
            (".", "@base64/Lg"),
        ] {
            assert_eq!(grouping(&[("l", value)]).path(), format!("/job/backup/l{path}"), "{value}");
        }
        let two = grouping(&[("instance", "a"), ("database", "b")]);
        assert_eq!(two.path(), "/job/backup/instance/a/database/b");
        assert_eq!(Grouping::new("a/b").path(), "/job@base64/YS9i");
    }

    #[test]
    fn keys_that_the_gateway_would_refuse_are_refused() {
        assert!(grouping(&[("instance", ""), ("zone", "/")]).check().is_ok());
        for (labels, problem) in [
            (&[("job", "b")][..], "twice"),
            (&[("a", "1"), ("a", "1")], "twice"),
            (&[("a-b", "")], "not allowed"),
            (&[("a/b", "")], "not allowed"),
            (&[("", "")], "not allowed"),
            (&[("__name__", "a")], "not allowed"),
        ] {
            let error = grouping(labels).check().expect_err(problem).to_string();
            assert!(error.contains(problem), "{error}");
        }
        let error = Grouping::new("").check().expect_err("no job").to_string();
        assert!(error.contains("has a name"), "{error}");
    }
}
