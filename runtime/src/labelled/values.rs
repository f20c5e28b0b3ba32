use std::cmp::Ordering;

/// The label values of a series, in one piece, so that few steps lead to them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Values {
    /// All values, one behind the other.
    text: Box<str>,
    /// Where each of them ends.
    ends: Box<[usize]>,
}

impl Values {
    pub(super) fn new(values: &[impl AsRef<str>]) -> Self {
        let mut text = String::new();
        let ends = values.iter().map(|value| {
            text.push_str(value.as_ref());
            text.len()
        });
        let ends = ends.collect();
        Self { text: text.into(), ends }
    }

    /// Whether these are the values, each of them.
    #[inline]
    pub(super) fn are(&self, values: &[impl AsRef<str>]) -> bool {
        // The usual case, in which there is nothing to be told apart.
        if let ([_], [value]) = (&*self.ends, values) {
            return equal(self.text.as_bytes(), value.as_ref().as_bytes());
        }
        self.ends.len() == values.len()
            && self.iter().zip(values).all(|(mine, value)| mine == value.as_ref())
    }

    /// The order of two, value by value.
    pub(crate) fn order(&self, other: &Self) -> Ordering {
        // The usual case, in which there is nothing to be told apart.
        if let ([_], [_]) = (&*self.ends, &*other.ends) {
            return self.text.cmp(&other.text);
        }
        self.iter().cmp(other.iter())
    }

    /// How long they are together.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(&0).chain(&*self.ends);
        starts.zip(&*self.ends).map(|(start, end)| &self.text[*start..*end])
    }
}

/// Whether the two are alike. Most label values are short, for which a call of the C library's
/// comparison takes longer than to compare.
#[inline]
fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    match a.len() {
        0..4 => a.iter().zip(b).all(|(a, b)| a == b),
        // The two ends, which overlap where it is shorter.
        4..8 => a.first_chunk::<4>() == b.first_chunk() && a.last_chunk::<4>() == b.last_chunk(),
        8..=16 => a.first_chunk::<8>() == b.first_chunk() && a.last_chunk::<8>() == b.last_chunk(),
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length_are_told_apart_in_every_byte() {
        for length in 0..40 {
            let text = "x".repeat(length);
            assert!(Values::new(&[&text]).are(&[&text]));
            assert!(!Values::new(&[&text]).are(&[format!("{text}x")]));
            for at in 0..length {
                let mut other = text.clone();
                other.replace_range(at..=at, "y");
                assert!(!Values::new(&[&text]).are(&[&other]), "{other}");
            }
        }
    }

    #[test]
    fn values_are_told_apart_and_not_their_concatenation() {
        let values = Values::new(&["ab", "", "c"]);
        assert_eq!(values.iter().collect::<Vec<_>>(), ["ab", "", "c"]);
        assert!(values.are(&["ab", "", "c"]));
        for other in [&["a", "b", "c"][..], &["ab", "c"], &["ab", "c", ""], &["abc"]] {
            assert!(!values.are(other), "{other:?}");
        }
    }
}
