use std::collections::BTreeMap;

use crate::dashboards::Span;

/// What is chosen of a dashboard's variables.
#[derive(Clone, Debug, Default)]
pub struct Choice(BTreeMap<String, Chosen>);

/// What is chosen of one of them.
#[derive(Clone, Debug, PartialEq)]
pub enum Chosen {
    /// "All", with what stands for it.
    All(String),
    /// Some, of a variable of which several may be chosen.
    Some(Vec<String>),
    /// The one value of another variable.
    One(String),
}

impl Choice {
    /// Chooses of a variable.
    pub fn insert(&mut self, variable: &str, chosen: Chosen) {
        self.0.insert(variable.to_owned(), chosen);
    }

    /// A query or a title as Grafana sends it to Prometheus.
    ///
    /// # Panics
    ///
    /// If there is a variable in it that nobody knows.
    #[must_use]
    pub fn fill_in(&self, text: &str, span: &Span) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            filled.push_str(before);
            let (name, after) = name(after);
            assert!(!name.is_empty(), "a `$` without a variable in {text}");
            let value = built_in(name, span).or_else(|| self.0.get(name).map(Chosen::text));
            filled +=
                &value.unwrap_or_else(|| panic!("no variable `{name}` of {text} in {self:?}"));
            rest = after;
        }
        filled + rest
    }
}

/// The name after a `$`, and what comes after it.
fn name(text: &str) -> (&str, &str) {
    if let Some(braced) = text.strip_prefix('{') {
        let (name, rest) = braced.split_once('}').expect("a closing brace");
        // With a format the value would be another one than the one that is made here.
        assert!(!name.contains([':', '.']), "a format: {name}");
        return (name, rest);
    }
    let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split_at(text.find(|c| !is_inside(c)).unwrap_or(text.len()))
}

fn built_in(name: &str, span: &Span) -> Option<String> {
    let of = |time: std::time::Duration| {
        let milliseconds = time.as_millis();
        if milliseconds.is_multiple_of(1000) {
            format!("{}s", milliseconds / 1000)
        } else {
            format!("{milliseconds}ms")
        }
    };
    Some(match name {
        "__interval" => of(span.interval()),
        "__interval_ms" => span.interval().as_millis().to_string(),
        "__rate_interval" => of(span.rate_interval()),
        "__range" => of(span.range),
        "__range_s" => span.range.as_secs().to_string(),
        "__range_ms" => span.range.as_millis().to_string(),
        _ => return None,
    })
}

impl Chosen {
    /// As a matcher has it: values of which there may be several are taken for regular expressions, and
    /// these for texts in a query.
    fn text(&self) -> String {
        match self {
            Self::All(all) => all.clone(),
            Self::One(one) => one.replace('\\', r"\\").replace('"', "\\\""),
            Self::Some(values) => {
                let values: Vec<_> = values.iter().map(|value| escaped(value)).collect();
                match &values[..] {
                    [value] => value.clone(),
                    values => format!("({})", values.join("|")),
                }
            }
        }
    }
}

fn escaped(value: &str) -> String {
    let mut escaped = String::new();
    for c in value.chars() {
        if c == '\\' {
            escaped.push_str(r"\\\\");
            continue;
        }
        if "$^*{}[]'+?.()|".contains(c) {
            escaped.push_str(r"\\");
        }
        escaped.push(c);
    }
    escaped
}

#[test]
fn variables_are_filled_in_as_by_grafana() {
    let mut choice = Choice::default();
    choice.insert("job", Chosen::All(".+".to_owned()));
    choice.insert("instance", Chosen::Some(vec!["127.0.0.1:80".to_owned(), "a\\b".to_owned()]));
    choice.insert("api", Chosen::Some(vec!["/a{b}".to_owned()]));
    choice.insert("uid", Chosen::One("x".to_owned()));
    let span = Span {
        to: 0.0,
        range: std::time::Duration::from_secs(300),
        scrape: std::time::Duration::from_secs(1),
        points: 1000,
    };
    let text =
        r#"rate(a{job=~"$job",i=~"$instance",api=~"${api}"}[$__rate_interval])$uid [$__range]"#;
    let filled =
        r#"rate(a{job=~".+",i=~"(127\\.0\\.0\\.1:80|a\\\\b)",api=~"/a\\{b\\}"}[4s])x [300s]"#;
    assert_eq!(choice.fill_in(text, &span), filled);
}
