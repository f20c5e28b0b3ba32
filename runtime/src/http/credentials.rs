use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq;

use super::secret::Secret;

/// Who may scrape, or who pushes: by a user name and a password, or by a token.
///
/// Several can be given to one endpoint, and each of them admits. They are compared in a time that
/// does not depend on where a wrong one differs. Whoever sees the requests sees them too: use them
/// with TLS.
///
/// ```
/// use tallymark::Credentials;
///
/// let metrics = tallymark::actix::metrics()
///     .credentials(Credentials::basic("prometheus", "correct horse battery staple"))
///     .credentials(Credentials::bearer_file("/run/secrets/metrics-token"));
/// # let _ = metrics;
/// ```
pub struct Credentials {
    pub(super) scheme: Scheme,
    secret: Secret,
}

/// How they are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    Basic,
    Bearer,
}

impl Credentials {
    /// A user name and a password (RFC 7617). The name has no colon in it; an empty password admits
    /// nobody.
    #[must_use]
    pub fn basic(user: &str, password: &str) -> Self {
        let secret = Secret::Value(format!("{user}:{password}"));
        Self { scheme: Scheme::Basic, secret }
    }

    /// A file of one line, `user:password`.
    ///
    /// It is read again when it changes. While it cannot be read, or there is nothing in it, nobody is
    /// admitted by it, and the log says so once.
    #[must_use]
    pub fn basic_file(path: impl AsRef<Path>) -> Self {
        Self { scheme: Scheme::Basic, secret: Secret::file(path.as_ref()) }
    }

    /// A token (RFC 6750). An empty one admits nobody.
    #[must_use]
    pub fn bearer(token: &str) -> Self {
        Self { scheme: Scheme::Bearer, secret: Secret::Value(token.to_owned()) }
    }

    /// A file with a token, around which there may be spaces and line ends.
    ///
    /// It is read again when it changes, as that of [`basic_file`](Self::basic_file) is.
    #[must_use]
    pub fn bearer_file(path: impl AsRef<Path>) -> Self {
        Self { scheme: Scheme::Bearer, secret: Secret::file(path.as_ref()) }
    }

    /// Whether an `Authorization` header has them.
    pub(super) fn admit(&self, authorization: &str) -> bool {
        let authorization = authorization.trim();
        let Some((scheme, sent)) = authorization.split_once(' ') else { return false };
        if !scheme.eq_ignore_ascii_case(self.scheme.name()) {
            return false;
        }
        let sent = match self.scheme {
            Scheme::Bearer => sent.trim().as_bytes().to_vec(),
            Scheme::Basic => match STANDARD.decode(sent.trim()) {
                Ok(sent) => sent,
                Err(_) => return false,
            },
        };
        // The time tells how long the secret is, and nothing of what is in it.
        let is_it = |secret: &str| bool::from(secret.as_bytes().ct_eq(&sent));
        self.secret.with(|secret| self.is_set(secret) && is_it(secret)).unwrap_or(false)
    }

    /// The `Authorization` header by which another server admits who has them, if there are any.
    #[cfg(any(feature = "otlp", feature = "push"))]
    pub(crate) fn authorization(&self) -> Option<String> {
        let name = self.scheme.name();
        self.secret.with(|secret| match self.scheme {
            Scheme::Basic => format!("{name} {}", STANDARD.encode(secret)),
            Scheme::Bearer => format!("{name} {secret}"),
        })
    }
}

impl Credentials {
    /// Whether it is a secret at all: a user without a password has none.
    fn is_set(&self, secret: &str) -> bool {
        match self.scheme {
            Scheme::Basic => {
                secret.split_once(':').is_some_and(|(_, password)| !password.is_empty())
            }
            Scheme::Bearer => !secret.is_empty(),
        }
    }
}

impl Scheme {
    fn name(self) -> &'static str {
        match self {
            Self::Basic => "Basic",
            Self::Bearer => "Bearer",
        }
    }

    /// What `WWW-Authenticate` says of it.
    pub(super) fn challenge(self) -> &'static str {
        match self {
            Self::Basic => "Basic realm=\"metrics\", charset=\"UTF-8\"",
            Self::Bearer => "Bearer realm=\"metrics\"",
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn only_the_right_ones_admit() {
        let token = Credentials::bearer("s3cret");
        for (header, admits) in [
            ("Bearer s3cret", true),
            ("bearer   s3cret ", true),
            ("Bearer s3cre", false),
            ("Bearer s3cret2", false),
            ("Bearer ", false),
            ("Bearer", false),
            ("s3cret", false),
            ("", false),
            (&*basic("s3cret"), false),
        ] {
            assert_eq!(token.admit(header), admits, "{header}");
        }
        let password = Credentials::basic("ops", "pass:word");
        for (header, admits) in [
            (&*basic("ops:pass:word"), true),
            (&basic("ops:pass"), false),
            (&basic("other:pass:word"), false),
            ("Basic !", false),
            ("Bearer ops:pass:word", false),
        ] {
            assert_eq!(password.admit(header), admits, "{header}");
        }
        assert!(!Credentials::bearer("").admit("Bearer "));
        assert!(!Credentials::basic("", "").admit(&basic(":")));
        assert!(!Credentials::basic("ops", "").admit(&basic("ops:")));
        assert!(!format!("{token:?}{password:?}").contains("s3cret"));
    }

    #[test]
    fn a_file_is_read_again_when_it_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        let token = Credentials::bearer_file(&path);
        assert!(!token.admit("Bearer one"));
        std::fs::write(&path, "one\n").expect("written");
        assert!(token.admit("Bearer one"));
        // Put in its place, as secrets are: of the same length and perhaps of the same age.
        std::fs::write(folder.path().join("new"), "two\n").expect("written");
        std::fs::rename(folder.path().join("new"), &path).expect("renamed");
        assert!(token.admit("Bearer two") && !token.admit("Bearer one"));
        // In place, and at once.
        std::fs::write(&path, "2wo\n").expect("written");
        assert!(token.admit("Bearer 2wo") && !token.admit("Bearer two"));
        std::fs::write(&path, " \n").expect("written");
        assert!(!token.admit("Bearer two") && !token.admit("Bearer "));
        std::fs::remove_file(&path).expect("removed");
        assert!(!token.admit("Bearer two"));
        std::fs::write(&path, "three").expect("written");
        assert!(token.admit("Bearer three"));
    }
}
