use std::fs;
use std::path::Path;

use serde_json::Value;

/// A dashboard as it was generated.
#[derive(Debug)]
pub struct Dashboard {
    /// All of it.
    pub json: Value,
    /// Those that draw something.
    pub panels: Vec<Panel>,
}

/// A panel that draws something, wherever it is.
#[derive(Debug)]
pub struct Panel {
    /// Its title.
    pub title: String,
    /// All of it.
    pub json: Value,
    /// What it asks.
    pub queries: Vec<Query>,
}

/// What a panel asks.
#[derive(Debug)]
pub struct Query {
    /// With variables in it.
    pub text: String,
    /// What its series are called.
    pub legend: String,
    /// Whether it asks for one time only.
    pub instant: bool,
}

/// The dashboards of the service and of the hosts.
pub const DASHBOARDS: [&str; 2] = ["mp-sre-deploy", "mp-sre-deploy-base"];

impl Dashboard {
    /// Reads it from a folder of generated files.
    ///
    /// # Panics
    ///
    /// If it is not there, or is none.
    #[must_use]
    pub fn read(generated: &Path, name: &str) -> Self {
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
    #[must_use]
    pub fn annotations(&self) -> Vec<&str> {
        let all = list(&self.json["annotations"]["list"]).into_iter();
        all.filter(|one| one["builtIn"] != 1).map(|one| text(&one["target"]["expr"])).collect()
    }

    /// What can be chosen.
    #[must_use]
    pub fn variables(&self) -> Vec<&Value> {
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

/// Whether a panel is the heading of others.
#[must_use]
pub fn is_row(panel: &Value) -> bool {
    panel["type"] == "row"
}

/// The values of a list, none if it is no list.
#[must_use]
pub fn list(value: &Value) -> Vec<&Value> {
    value.as_array().into_iter().flatten().collect()
}

/// A text.
///
/// # Panics
///
/// If it is none.
#[must_use]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}
