use std::fmt;

/// The name of an app or of a version: one folder's name, which can lead nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Name(String);

#[derive(Debug, thiserror::Error)]
#[error(
    "{0:?} is no name of an app or a version; send 1 to 100 letters, digits, `.`, `_`, `+` or `-`, \
     beginning with a letter or a digit and without `..`"
)]
pub(crate) struct BadName(String);

impl TryFrom<String> for Name {
    type Error = BadName;

    fn try_from(name: String) -> Result<Self, BadName> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
        let good = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.len() <= 100
            && name.chars().all(allowed)
            && !name.contains("..");
        if good { Ok(Self(name)) } else { Err(BadName(name.chars().take(100).collect())) }
    }
}

impl AsRef<std::path::Path> for Name {
    fn as_ref(&self) -> &std::path::Path {
        self.0.as_ref()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_taken() {
        for name in ["web", "1.4.2", "v1.4.2-rc.1+build_7", "a"] {
            assert_eq!(Name::try_from(name.to_owned()).expect(name).to_string(), name);
        }
    }

    #[test]
    fn no_name_leads_out_of_its_folder() {
        let long = "a".repeat(101);
        for name in
            ["", ".", "..", "1..2", "../etc", "a/b", "/", "a\\b", ".lock", "-f", "a\0", "é", &long]
        {
            Name::try_from(name.to_owned()).expect_err(name);
        }
    }
}
