//! The rules for names (Prometheus documentation, "Data model", "Metric names and labels").

/// Says what is wrong with a metric name, and what would do.
pub(crate) fn metric_name_error(name: &str) -> Option<String> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    if let Some(rest) = name.strip_prefix("tallymark_") {
        return Some(format!(
            "names in `tallymark_` belong to this library's own metrics; write \"{rest}\""
        ));
    }
    let proposal = corrected(name, allowed);
    (name != proposal).then(|| {
        format!("{name:?} is no metric name (`[a-zA-Z_:][a-zA-Z0-9_:]*`); write \"{proposal}\"")
    })
}

/// Says what is wrong with a label name, and what would do.
pub(crate) fn label_name_error(name: &str) -> Option<String> {
    match name {
        "le" | "quantile" => Some(format!(
            "the label `{name}` is set by histograms and summaries; choose another name"
        )),
        "instance" | "job" => {
            Some(format!("the label `{name}` is set by Prometheus itself; choose another name"))
        }
        _ if name.starts_with("__") => {
            let rest = name.trim_start_matches('_');
            let way_out = if rest.is_empty() {
                "choose another name".to_owned()
            } else {
                format!("write `{rest}`")
            };
            Some(format!("labels in `__` belong to Prometheus; {way_out}"))
        }
        _ => {
            let proposal = corrected(name, |c| c.is_ascii_alphanumeric() || c == '_');
            (name != proposal).then(|| {
                format!("`{name}` is no label name (`[a-zA-Z_][a-zA-Z0-9_]*`); write `{proposal}`")
            })
        }
    }
}

fn corrected(name: &str, allowed: impl Fn(char) -> bool) -> String {
    let mut name: String = name.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name
}
