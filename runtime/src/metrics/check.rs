//! What the compiler checks where a function counts in a static family.

/// Checks that the family has that label.
///
/// # Panics
///
/// If it has not; at compile time.
#[track_caller]
pub const fn known_label(names: &[&str], label: &str) {
    if position(names, label).is_none() {
        let message = Message::new().with("the metric has no label `").with(label);
        panic!("{}", message.with("`; it has ").with_all(names).text());
    }
}

/// Checks that every label of the family is among those given, unless one that is given is none of
/// them, which has been said then: the two may be one that is misspelt.
///
/// # Panics
///
/// If one is missing; at compile time.
#[track_caller]
pub const fn all_labels(names: &[&str], given: &[&str]) {
    let mut at = 0;
    while at < given.len() {
        if position(names, given[at]).is_none() {
            return;
        }
        at += 1;
    }
    at = 0;
    while at < names.len() {
        if position(given, names[at]).is_none() {
            let message = Message::new().with("the metric's label `").with(names[at]);
            panic!("{}", message.with("` has no value; it has ").with_all(names).text());
        }
        at += 1;
    }
}

/// The place of each given label in the family.
#[must_use]
pub const fn order<const N: usize>(names: &[&str], given: &[&str; N]) -> [usize; N] {
    let mut order = [0; N];
    let mut at = 0;
    while at < N {
        // Where it is not there, another check says so.
        if let Some(place) = position(names, given[at]) {
            order[at] = place;
        }
        at += 1;
    }
    order
}

const fn position(names: &[&str], wanted: &str) -> Option<usize> {
    let mut at = 0;
    while at < names.len() {
        if equal(names[at].as_bytes(), wanted.as_bytes()) {
            return Some(at);
        }
        at += 1;
    }
    None
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// A text put together at compile time; what does not fit is left out.
struct Message {
    bytes: [u8; 256],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Self { bytes: [0; 256], length: 0 }
    }

    /// Adds a text as a whole, or nothing.
    const fn with(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.length + text.len() > self.bytes.len() {
            return self;
        }
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.length + at] = text[at];
            at += 1;
        }
        self.length += text.len();
        self
    }

    const fn with_all(mut self, names: &[&str]) -> Self {
        if names.is_empty() {
            return self.with("no labels");
        }
        let mut at = 0;
        while at < names.len() {
            self = self.with(if at == 0 { "`" } else { "`, `" }).with(names[at]);
            at += 1;
        }
        self.with("`")
    }

    const fn text(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "the labels are not those of the metric",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_in_their_places() {
        assert_eq!(order(&["env", "app", "zone"], &["app", "zone", "env"]), [1, 2, 0]);
        known_label(&["env"], "env");
        all_labels(&["env", "app"], &["app", "env"]);
    }

    #[test]
    #[should_panic(expected = "the metric has no label `zone`; it has `env`, `app`")]
    fn a_label_that_is_not_there_is_named_beside_those_that_are() {
        known_label(&["env", "app"], "zone");
    }

    #[test]
    #[should_panic(expected = "the metric's label `app` has no value; it has `env`, `app`")]
    fn a_label_without_a_value_is_named() {
        all_labels(&["env", "app"], &["env"]);
    }
}
