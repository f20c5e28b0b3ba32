//! Compression (RFC 9110, section 12.5.3).

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::weighted::weighted;

/// Whether a client takes gzip, and would not rather have the text as it is.
pub(super) fn takes_gzip(accept_encoding: Option<&str>) -> bool {
    let (mut gzip, mut identity, mut rest) = (None, None, None);
    for coding in weighted(accept_encoding.unwrap_or_default()) {
        let of = match &*coding.name {
            "gzip" | "x-gzip" => &mut gzip,
            "identity" => &mut identity,
            "*" => &mut rest,
            _ => continue,
        };
        *of = (*of).max(Some(coding.weight));
    }
    let gzip = gzip.or(rest).unwrap_or(0);
    // Without a word of its own it is taken too, but not as gladly as what is named.
    gzip > 0 && identity.is_none_or(|identity| gzip >= identity)
}

/// Compresses pieces that follow each other into one. Fast: to scrape often is the rule, and most of a
/// text is what it repeats.
pub(crate) fn gzip(pieces: &[Bytes]) -> Bytes {
    let length = pieces.iter().map(Bytes::len).sum::<usize>();
    let mut encoder = GzEncoder::new(Vec::with_capacity(length / 8 + 64), Compression::fast());
    for piece in pieces {
        encoder.write_all(piece).expect("a vector takes all that is written to it");
    }
    encoder.finish().expect("a vector takes all that is written to it").into()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn gzip_is_for_who_asks_for_it() {
        for (header, takes) in [
            ("gzip", true),
            ("x-gzip", true),
            ("GZIP;q=0.5, deflate", true),
            ("gzip, deflate, br, zstd", true),
            ("br;q=1.0, gzip;q=0.8, *;q=0.1", true),
            ("*", true),
            ("identity", false),
            ("identity;q=1, gzip;q=0.5", false),
            ("gzip;q=0", false),
            ("gzip;q=0, *", false),
            ("*;q=0", false),
            ("br", false),
            ("", false),
            (",;q=", false),
        ] {
            assert_eq!(takes_gzip(Some(header)), takes, "{header}");
        }
        assert!(!takes_gzip(None));
    }

    #[test]
    fn pieces_come_out_as_one() {
        let gzipped = gzip(&[Bytes::from_static(b"a 1\n"), Bytes::from_static(b"b 2\n")]);
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*gzipped).read_to_string(&mut text).expect("gzip");
        assert_eq!(text, "a 1\nb 2\n");
    }
}
