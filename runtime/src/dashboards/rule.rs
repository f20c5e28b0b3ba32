use serde_json::{Map, Value, json};

/// Rules that are evaluated together.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) rules: Vec<Value>,
}

impl Group {
    pub(super) fn json(&self) -> Value {
        json!({ "name": self.name, "rules": self.rules })
    }
}

/// A rule that records what an expression comes to.
pub(super) fn record(name: &str, expression: &str) -> Value {
    json!({ "record": name, "expr": expression })
}

/// A rule that alerts.
#[derive(Clone, Debug, Default)]
pub(super) struct Alert {
    pub(super) name: &'static str,
    pub(super) expression: String,
    /// How long the expression must hold, as Prometheus writes it; not at all if empty.
    pub(super) pending: String,
    pub(super) severity: String,
    /// More labels.
    pub(super) labels: Vec<(&'static str, String)>,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) runbook_url: String,
}

impl Alert {
    pub(super) fn json(self) -> Value {
        let mut rule = Map::new();
        rule.insert("alert".to_owned(), self.name.into());
        rule.insert("expr".to_owned(), self.expression.into());
        if !self.pending.is_empty() {
            rule.insert("for".to_owned(), self.pending.into());
        }
        let mut labels = Map::new();
        labels.insert("severity".to_owned(), self.severity.into());
        for (name, value) in self.labels {
            labels.insert(name.to_owned(), value.into());
        }
        rule.insert("labels".to_owned(), labels.into());
        let annotations = json!({
            "summary": self.summary,
            "description": self.description,
            "runbook_url": self.runbook_url,
        });
        rule.insert("annotations".to_owned(), annotations);
        rule.into()
    }
}
