//! The entries of a file: a number of four bytes that says how many bytes are in use, four more of none
//! of our concern, and entries one behind the other. Each is a length, a key of that length in JSON,
//! spaces up to a multiple of eight bytes, and two floats.

use std::collections::BTreeMap;

/// A number, and what it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) family: String,
    pub(crate) sample: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) help: String,
    pub(crate) value: f64,
    /// When it was set, in seconds since the Unix epoch.
    pub(crate) timestamp: f64,
}

/// What is wrong with a file that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Damaged {
    /// It ends too early.
    Truncated,
    /// A key is no JSON, or none of a metric.
    Key,
}

/// How many bytes are in front of the entries.
const HEADER: usize = 8;

/// Reads the entries of a file.
///
/// # Errors
///
/// What is wrong with it: then none of it is worth anything.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<Entry>, Damaged> {
    let Some(used) = bytes.first_chunk() else {
        // One that was just made.
        return if bytes.is_empty() { Ok(Vec::new()) } else { Err(Damaged::Truncated) };
    };
    let used = usize::try_from(i32::from_ne_bytes(*used)).map_err(|_| Damaged::Truncated)?;
    if used == 0 {
        return Ok(Vec::new());
    }
    let mut rest = bytes.get(HEADER..used).ok_or(Damaged::Truncated)?;
    let mut entries = Vec::new();
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk().ok_or(Damaged::Truncated)?;
        let length =
            usize::try_from(i32::from_ne_bytes(*length)).map_err(|_| Damaged::Truncated)?;
        let (key, behind) = behind.split_at_checked(length).ok_or(Damaged::Truncated)?;
        // One to eight spaces, and never none.
        let spaces = 8 - (length + 4) % 8;
        let behind = behind.get(spaces..).ok_or(Damaged::Truncated)?;
        let (value, behind) = behind.split_first_chunk().ok_or(Damaged::Truncated)?;
        let (timestamp, behind) = behind.split_first_chunk().ok_or(Damaged::Truncated)?;
        rest = behind;
        let key = serde_json::from_slice(key).map_err(|_| Damaged::Key)?;
        let (family, sample, labels, help) = key;
        let (value, timestamp) = (f64::from_ne_bytes(*value), f64::from_ne_bytes(*timestamp));
        entries.push(Entry { family, sample, labels, help, value, timestamp });
    }
    Ok(entries)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A file of these entries.
    pub(crate) fn file(entries: &[(&str, f64, f64)]) -> Vec<u8> {
        let mut bytes = vec![0; HEADER];
        for (key, value, timestamp) in entries {
            bytes.extend(i32::try_from(key.len()).expect("short").to_ne_bytes());
            bytes.extend(key.as_bytes());
            bytes.resize(bytes.len() + 8 - (key.len() + 4) % 8, b' ');
            bytes.extend(value.to_ne_bytes());
            bytes.extend(timestamp.to_ne_bytes());
        }
        let used = i32::try_from(bytes.len()).expect("short");
        bytes[..4].copy_from_slice(&used.to_ne_bytes());
        bytes.resize(bytes.len() + 64, 0);
        bytes
    }

    #[test]
    fn keys_of_every_length_are_read() {
        for length in 0..20 {
            let value = "x".repeat(length);
            let key = format!(r#"["a","a_total",{{"l":"{value}"}},"Help."]"#);
            let entries = read(&file(&[(&key, 1.5, 2.0), (&key, 3.0, 4.0)])).expect("a file");
            assert_eq!(entries.len(), 2);
            assert_eq!(entries[0].labels["l"], value);
            assert_eq!((entries[0].value, entries[0].timestamp), (1.5, 2.0));
            assert_eq!((entries[1].value, entries[1].timestamp), (3.0, 4.0));
            assert_eq!((&*entries[0].family, &*entries[0].sample), ("a", "a_total"));
        }
    }

    #[test]
    fn a_file_in_which_nothing_is_yet_is_none() {
        assert_eq!(read(&[]), Ok(Vec::new()));
        assert_eq!(read(&[0; 4096]), Ok(Vec::new()));
        assert_eq!(read(&file(&[])), Ok(Vec::new()));
    }

    #[test]
    fn a_file_that_was_cut_is_damaged_wherever_that_is() {
        let whole = file(&[(r#"["a","a",{},"Help."]"#, 1.0, 0.0)]);
        let used = whole.len() - 64;
        for length in 1..used {
            read(&whole[..length]).expect_err("cut");
        }
        read(&whole[..used]).expect("whole");
    }

    #[test]
    fn other_keys_are_damage() {
        for key in ["", "nonsense", "[]", r#"["a","a",{"l":1},"Help."]"#, r#"["a"]"#, "{}"] {
            assert_eq!(read(&file(&[(key, 1.0, 0.0)])), Err(Damaged::Key), "{key}");
        }
    }

    #[test]
    fn any_bytes_are_read_to_an_end() {
        let whole = file(&[(r#"["a","a",{"l":"x"},"Help."]"#, 1.0, 0.0); 4]);
        let mut state = 1_u64;
        for _ in 0..20_000 {
            let mut bytes = whole.clone();
            for _ in 0..3 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let at = usize::try_from(state >> 33).expect("small") % bytes.len();
                bytes[at] = state.to_le_bytes()[3];
            }
            let _ = read(&bytes);
        }
    }
}
