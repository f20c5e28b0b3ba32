use serde_json::{Value, json};

use super::panel::Asked;

/// A data source to choose.
pub(super) fn data_source(name: &str, label: &str, uid: &str) -> Value {
    json!({
        "name": name,
        "label": label,
        "type": "datasource",
        "query": "prometheus",
        "current": { "text": uid, "value": uid },
        "hide": 0,
        "includeAll": false,
        "multi": false,
        "options": [],
        "refresh": 1,
        "regex": "",
        "skipUrlSync": false,
    })
}

/// Values of a label to choose among, all of them unless `chosen` says which.
pub(super) fn label_values(
    name: &str,
    label: &str,
    asked: Asked,
    series: &str,
    of_label: &str,
    chosen: Option<&str>,
) -> Value {
    let query = format!("label_values({series}, {of_label})");
    let current = match chosen {
        Some(chosen) => json!({ "text": [chosen], "value": [chosen] }),
        None => json!({ "text": ["All"], "value": ["$__all"] }),
    };
    json!({
        "name": name,
        "label": label,
        "type": "query",
        "datasource": asked.json(),
        "definition": query,
        "query": { "qryType": 1, "query": query, "refId": "PrometheusVariableQueryEditor-VariableQuery" },
        "current": current,
        "hide": 0,
        "includeAll": true,
        // Not what there is now: what comes later belongs to all, too.
        "allValue": ".+",
        "multi": true,
        "options": [],
        // When the time range changes: then others may be there.
        "refresh": 2,
        "regex": "",
        "skipUrlSync": false,
        "sort": 1,
    })
}
