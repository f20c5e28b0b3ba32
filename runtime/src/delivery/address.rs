use ureq::http::Uri;

use super::error::PushError;

/// Checks an address that something is to be sent to.
pub(crate) fn check(address: &str) -> Result<(), PushError> {
    let wrong = |problem: &'static str| {
        // It may have a password in it, which is not for the log.
        let shown = address.rsplit('@').next().unwrap_or_default().to_owned();
        PushError::Address { address: shown, problem }
    };
    let uri: Uri = address.parse().map_err(|_| wrong("it is no URL"))?;
    match uri.scheme_str() {
        Some("http") => {}
        Some("https") if cfg!(feature = "https") => {}
        Some("https") => return Err(wrong("TLS needs the feature `https` of tallymark")),
        _ => return Err(wrong("it begins neither with `http://` nor with `https://`")),
    }
    if uri.host().is_none_or(str::is_empty) {
        return Err(wrong("it names no host"));
    }
    if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(wrong("give a user and a password as credentials, and not in the URL"));
    }
    if address.contains('#') {
        return Err(wrong("it has a fragment"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_servers_are_taken() {
        for address in [
            "http://127.0.0.1:9091",
            "http://gateway",
            "http://[::1]:4318/v1/metrics",
            "http://gateway/under/a/path/",
        ] {
            assert!(check(address).is_ok(), "{address}");
        }
        for (address, problem) in [
            ("", "no URL"),
            ("gateway:9091", "neither"),
            ("ftp://gateway", "neither"),
            ("/metrics", "neither"),
            ("http://", "no URL"),
            ("http://:9091", "no host"),
            ("http://a b", "no URL"),
            ("http://user:s3cret@gateway", "as credentials"),
            ("http://gateway/#part", "fragment"),
        ] {
            let error = check(address).expect_err(address).to_string();
            assert!(error.contains(problem) && !error.contains("s3cret"), "{address}: {error}");
        }
        assert_eq!(check("https://gateway").is_ok(), cfg!(feature = "https"));
    }
}
