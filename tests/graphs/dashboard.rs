use std::fs;
use std::path::Path;

use serde_json::Value;

/// A dashboard as it was generated.
#[derive(Debug)]
pub(crate) struct Dashboard {
    pub(crate) json: Value,
    pub(crate) panels: Vec<Panel>,
}

/// A panel that draws something, wherever it is.
#[derive(Debug)]
pub(crate) struct Panel {
    pub(crate) title: String,
    pub(crate) json: Value,
    pub(crate) queries: Vec<Query>,
}

/// What a panel asks.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) text: String,
    pub(crate) legend: String,
    /// Whether it asks for one time only.
    pub(crate) instant: bool,
}

/// The dashboards of the service and of the hosts.
pub(crate) const DASHBOARDS: [&str; 2] = ["mp-sre-deploy", "mp-sre-deploy-base"];

impl Dashboard {
    /// Reads it from a folder of generated files.
    pub(crate) fn read(generated: &Path, name: &str) -> Self {
        let file = generated.join(format!("grafana/dashboards/{name}.json"));
        let text = fs::read_to_string(&file);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let json: Value = serde_json::from_str(&text).expect("a dashboard");
        let outer = list(&json["panels"]);
        let all = outer
            .iter()
            .flat_map(|panel| if is_row(panel) { list(&panel["panels"]) } else { vec![*panel] });
        let panels = all.map(Panel::new).collect::<Vec<_>>();
        assert!(panels.len() > 1, "{panels:?}");
        Self { json, panels }
    }

    /// What it asks for its annotations, those of Grafana's own apart.
    pub(crate) fn annotations(&self) -> Vec<&str> {
        let all = list(&self.json["annotations"]["list"]).into_iter();
        all.filter(|one| one["builtIn"] != 1).map(|one| text(&one["target"]["expr"])).collect()
    }

    pub(crate) fn variables(&self) -> Vec<&Value> {
        list(&self.json["templating"]["list"])
    }
}

impl Panel {
    fn new(json: &Value) -> Self {
        let title = text(&json["title"]).to_owned();
        let queries = list(&json["targets"]).into_iter().map(Query::new).collect();
        Self { title, json: json.clone(), queries }
    }
}

impl Query {
    fn new(target: &Value) -> Self {
        Self {
            text: text(&target["expr"]).to_owned(),
            legend: target["legendFormat"].as_str().unwrap_or_default().to_owned(),
            instant: target["instant"] == true,
        }
    }
}

pub(crate) fn is_row(panel: &Value) -> bool {
    panel["type"] == "row"
}

pub(crate) fn list(value: &Value) -> Vec<&Value> {
    value.as_array().into_iter().flatten().collect()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}
