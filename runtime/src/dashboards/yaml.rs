use serde_json::Value;

/// A document, below a comment.
pub(super) fn document(comment: &str, value: &Value) -> String {
    let comment = comment.replace('\n', "\n# ");
    let options = serde_saphyr::ser_options! { compact_list_indent: true };
    let text = serde_saphyr::to_string_with_options(value, options);
    // Maps with text for their keys, lists, texts and numbers: there is nothing that could fail.
    let text = text.unwrap_or_else(|error| format!("# {error}\n"));
    format!("# {comment}\n{text}")
}
