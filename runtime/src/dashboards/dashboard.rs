use serde_json::{Value, json};

use super::row::{Row, placed};

/// A dashboard in Grafana's classic model.
#[derive(Debug)]
pub(super) struct Dashboard {
    pub(super) uid: String,
    pub(super) title: String,
    pub(super) description: String,
    /// Uid and title of another one that belongs to it.
    pub(super) beside: (String, String),
    /// How often it asks anew.
    pub(super) refresh: String,
    pub(super) variables: Vec<Value>,
    pub(super) annotations: Vec<Value>,
    pub(super) rows: Vec<Row>,
}

/// The version of the classic model.
const SCHEMA_VERSION: u32 = 42;

impl Dashboard {
    pub(super) fn json(&self) -> String {
        let (beside, title) = &self.beside;
        let built_in = json!({
            "builtIn": 1,
            "datasource": { "type": "grafana", "uid": "-- Grafana --" },
            "enable": true,
            "hide": true,
            "iconColor": "rgba(0, 211, 255, 1)",
            "name": "Annotations & Alerts",
            "type": "dashboard",
        });
        let annotations: Vec<_> = [built_in].iter().chain(&self.annotations).cloned().collect();
        let dashboard = json!({
            "uid": self.uid,
            "title": self.title,
            "description": self.description,
            "tags": ["tallymark"],
            "schemaVersion": SCHEMA_VERSION,
            "version": 1,
            "editable": true,
            "graphTooltip": 1,
            "timezone": "browser",
            "weekStart": "",
            "fiscalYearStartMonth": 0,
            "preload": false,
            "refresh": self.refresh,
            "time": { "from": "now-1h", "to": "now" },
            "timepicker": {},
            "links": [{
                "type": "link",
                "title": title,
                "url": format!("/d/{beside}"),
                "icon": "dashboard",
                "tooltip": "",
                "tags": [],
                "asDropdown": false,
                "includeVars": false,
                "keepTime": true,
                "targetBlank": false,
            }],
            "annotations": { "list": annotations },
            "templating": { "list": self.variables },
            "panels": placed(&self.rows),
        });
        // `{:#}` is indented, and of values that have no way to fail.
        format!("{dashboard:#}\n")
    }
}
