use crate::exposition::Names;

/// The metrics that `name[]=…&name[]=…` asks for.
pub(super) fn names(query: Option<&str>) -> Names {
    let pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let named = pairs.filter(|(key, _)| key == "name[]");
    Names::new(named.map(|(_, name)| name.into_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;

    #[test]
    fn names_are_decoded() {
        let names = names(Some("x=y&name[]=a_total&name%5B%5D=b%5f"));
        let admitted =
            ["a_total", "b_", "x", "y", "a"].map(|name| names.admit(name, Kind::Counter));
        assert_eq!(admitted, [true, true, false, false, false]);
    }

    #[test]
    fn a_family_is_asked_for_by_any_of_its_samples() {
        for (query, kind) in [("name[]=t_bucket", Kind::Histogram), ("name[]=t_sum", Kind::Summary)]
        {
            let names = names(Some(query));
            assert!(names.admit("t", kind) && !names.admit("t", Kind::Gauge));
        }
    }

    #[test]
    fn without_any_all_are_asked_for() {
        for query in [None, Some(""), Some("name=a"), Some("%")] {
            assert!(names(query).admit("a", Kind::Gauge), "{query:?}");
        }
    }
}
