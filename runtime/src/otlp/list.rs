//! Lists in variables of the environment (OpenTelemetry, "Resource SDK": the syntax of W3C Baggage).

/// Names and values of `name=value,name=value`, percent-decoded.
///
/// # Errors
///
/// What is wrong with it; then none of it counts.
pub(super) fn read(text: &str) -> Result<Vec<(String, String)>, &'static str> {
    let members = text.split(',').map(str::trim).filter(|member| !member.is_empty());
    let pairs = members.map(|member| {
        let (name, value) = member.split_once('=').ok_or("a member has no `=`")?;
        let (name, value) = (decoded(name.trim())?, decoded(value.trim())?);
        if name.is_empty() {
            return Err("a member has no name");
        }
        Ok((name, value))
    });
    pairs.collect()
}

fn decoded(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "a `%` is not followed by two hexadecimal digits";
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        let (digits, rest) = part.split_at_checked(2).ok_or(WRONG)?;
        // It would take a sign.
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(WRONG);
        }
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| WRONG)?);
        bytes.extend(rest.bytes());
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_they_are_written() {
        let pairs = |text: &str| read(text).expect(text);
        assert_eq!(pairs(""), []);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(pairs(" a=1, b = x=y ,"), [pair("a", "1"), pair("b", "x=y")]);
        assert_eq!(
            pairs("authorization=Basic%20YQ%3D%3D,zone=%E6%8E%A5%2c"),
            [pair("authorization", "Basic YQ=="), pair("zone", "接,")]
        );
        for text in ["a", "=1", "a=%", "a=%2", "a=%+1", "a=%zz", "a=%ff", "a=%接"] {
            read(text).expect_err(text);
        }
    }
}
