use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use bytes::Bytes;

use crate::http::{IF_NONE_MATCH, ScrapeBody, ScrapeRequest, ScrapeResponse, gzip};

/// A file of the page.
struct File {
    /// Its path below the page; that of the page itself is empty.
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

/// What is sent of it.
struct Sent {
    text: Bytes,
    /// The text by gzip.
    small: Bytes,
    /// By what a browser knows either again, also after the program is another one.
    marks: [String; 2],
}

const fn file(name: &'static str, kind: &'static str, text: &'static str) -> File {
    File { name, kind, text }
}

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";

static FILES: [File; 12] = [
    file("", "text/html; charset=utf-8", include_str!("page/page.html")),
    file("page.css", CSS, include_str!("page/page.css")),
    file("page.js", JS, include_str!("page/page.js")),
    file("exposition.js", JS, include_str!("page/exposition.js")),
    file("element.js", JS, include_str!("page/element.js")),
    file("history.js", JS, include_str!("page/history.js")),
    file("chart.js", JS, include_str!("page/chart.js")),
    file("picker.js", JS, include_str!("page/picker.js")),
    file("icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
    file("uPlot.iife.min.js", JS, include_str!("uplot/uPlot.iife.min.js")),
    file("uPlot.min.css", CSS, include_str!("uplot/uPlot.min.css")),
    file("uPlot.txt", "text/plain; charset=utf-8", include_str!("uplot/LICENSE")),
];

static SENT: LazyLock<[Sent; FILES.len()]> = LazyLock::new(|| FILES.each_ref().map(File::sent));

impl File {
    fn sent(&self) -> Sent {
        // The others are not of our writing.
        let ours = [CSS, JS].contains(&self.kind) && !self.name.starts_with("uPlot");
        let text = if ours { dense(self.text).into() } else { self.text.into() };
        let mut hasher = DefaultHasher::new();
        (POLICY, &text).hash(&mut hasher);
        let small = gzip(std::slice::from_ref(&text));
        let marks = ["", "-gzip"].map(|form| format!("\"{:016x}{form}\"", hasher.finish()));
        Sent { text, small, marks }
    }
}

/// A script or a style sheet without what is for those who read it: comments, which have lines of their
/// own, indentation, line ends that end nothing, and the spaces around [`TIGHT`].
fn dense(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let is_code =
        |line: &&str| !line.is_empty() && !line.starts_with("//") && !line.starts_with("/*");
    lines.filter(is_code).fold(String::new(), |mut dense, line| {
        if !dense.ends_with(['{', '(', '[', ',', ';']) {
            dense.push('\n');
        }
        dense
            + &TIGHT
                .iter()
                .fold(line.to_owned(), |line, spaced| line.replace(spaced, spaced.trim()))
    })
}

/// What stands as well without the spaces, and in no text.
const TIGHT: [&str; 11] =
    [" => ", " = ", " === ", " !== ", " && ", " || ", " ?? ", " ? ", " : ", "{ ", " }"];

/// From nowhere else, and nothing that is written into the page runs.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
                      connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types 'none'";

/// The file of that name, unless the browser has it already; nothing, if there is none.
pub(super) fn answer(name: &str, request: &ScrapeRequest) -> Option<ScrapeResponse> {
    let at = FILES.iter().position(|file| file.name == name)?;
    let (file, sent) = (&FILES[at], &SENT[at]);
    let by_gzip = request.takes_gzip();
    let (text, mark) =
        if by_gzip { (&sent.small, &sent.marks[1]) } else { (&sent.text, &sent.marks[0]) };
    let known = request.list(IF_NONE_MATCH).is_some_and(|known| is_among(mark, &known));
    let pieces = if known { Vec::new() } else { vec![text.clone()] };
    let mut response = ScrapeResponse {
        status: if known { 304 } else { 200 },
        headers: Vec::new(),
        body: ScrapeBody::new(pieces, None),
    };
    for (name, value) in [
        ("content-type", file.kind),
        ("etag", mark),
        ("vary", "Accept-Encoding"),
        // It may be kept, and is asked for again each time.
        ("cache-control", "private, no-cache"),
        ("content-security-policy", POLICY),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        response.insert(name, value);
    }
    if by_gzip && !known {
        response.insert("content-encoding", "gzip");
    }
    Some(response)
}

fn is_among(mark: &str, known: &str) -> bool {
    let mut known = known.split(',').map(|known| known.trim().trim_start_matches("W/"));
    known.any(|known| known == mark || known == "*")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn together_they_are_small() {
        // But for the licence, which the page only leads to.
        let sent = FILES.iter().zip(&*SENT).filter(|(file, _)| file.name != "uPlot.txt");
        let sizes: Vec<_> = sent.map(|(file, sent)| (file.name, sent.text.len())).collect();
        let total: usize = sizes.iter().map(|(_, size)| size).sum();
        assert!(total < 80_000, "{total} bytes: {sizes:?}");
    }

    #[test]
    fn scripts_are_what_they_are_when_they_are_dense() {
        let script = "// Why.\nlet a = [\n  1,\n  2,\n];\n\n/** What. */\nf({\n  a,\n})\nlet b\n";
        assert_eq!(dense(script), "\nlet a=[1,2,];f({a,})\nlet b");
        for file in FILES.iter().filter(|file| file.kind == JS && !file.name.starts_with("uPlot")) {
            for line in file.text.lines().map(str::trim) {
                let whole = !line.contains("//") || line.starts_with("//");
                assert!(whole && line.matches('`').count() % 2 == 0, "{}: {line}", file.name);
                let mut texts = line.split('"').skip(1).step_by(2);
                let changed = texts.any(|text| TIGHT.iter().any(|spaced| text.contains(spaced)));
                assert!(!changed, "{}: {line}", file.name);
            }
        }
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let get = |known: &str| {
            let headers = [(IF_NONE_MATCH, known.as_bytes())];
            answer("page.js", &ScrapeRequest::new("GET", None, headers)).expect("there")
        };
        let first = get("");
        assert_eq!((first.status, first.body.is_empty()), (200, false));
        let mark = &SENT[2].marks[0];
        for known in [&**mark, "*", &format!("\"x\", W/{mark}")] {
            let again = get(known);
            assert_eq!((again.status, again.body.is_empty()), (304, true), "{known}");
        }
        assert_eq!(get("\"of another version\"").status, 200);
    }
}
