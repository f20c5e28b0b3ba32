//! A strict reader of the text formats: it takes what their grammars say, and no more (Prometheus
//! documentation, "Exposition formats"; "OpenMetrics", 1.0.0).

use std::collections::BTreeSet;

use super::bound::bound_text;
use super::cursor::{Cursor, Problem};
use super::family::{Family, Labels, Sample, Series};

/// Which grammar a text is to be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// The text format 0.0.4, and 1.0.0 where no name has to be quoted.
    Text,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
}

impl Syntax {
    fn kinds(self) -> &'static [&'static str] {
        match self {
            Self::Text => &["counter", "gauge", "histogram", "summary", "untyped"],
            Self::OpenMetrics => &["counter", "gauge", "histogram", "summary", "unknown"],
        }
    }

    /// What may stand behind the family's name in that of a sample.
    fn suffixes(self, kind: &str) -> &'static [&'static str] {
        match (kind, self) {
            ("counter", Self::OpenMetrics) => &["_total"],
            ("histogram", _) => &["_bucket", "_sum", "_count"],
            ("summary", _) => &["", "_sum", "_count"],
            _ => &[""],
        }
    }

    fn help_escapes(self) -> &'static str {
        if self == Self::Text { r"\n" } else { r#"\n""# }
    }
}

/// Reads an exposition.
///
/// # Panics
///
/// If it is not of the grammar, with the line that is not.
#[must_use]
pub fn read_text(text: &str, syntax: Syntax) -> Vec<Family> {
    let ended = match syntax {
        Syntax::Text => text,
        Syntax::OpenMetrics => text.strip_suffix("# EOF\n").expect("`# EOF` ends the text"),
    };
    assert!(ended.is_empty() || ended.ends_with('\n'), "the last line has no end");
    let mut reader = Reader { syntax, families: Vec::new(), names: BTreeSet::new() };
    for line in ended.split_terminator('\n') {
        if let Err(problem) = reader.line(line) {
            let start: String = line.chars().take(300).collect();
            panic!("{problem} in {start:?}");
        }
    }
    let untyped = reader.families.iter().find(|family| family.kind.is_empty());
    assert_eq!(untyped, None, "a family without a type");
    reader.families
}

struct Reader {
    syntax: Syntax,
    families: Vec<Family>,
    names: BTreeSet<String>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), Problem> {
        let mut cursor = Cursor::new(line);
        if !cursor.take("# ") {
            return self.sample(cursor);
        }
        let is_help = cursor.take("HELP ");
        if !is_help {
            cursor.expect("TYPE ")?;
        }
        let name = cursor.name(true)?;
        cursor.expect(" ")?;
        let syntax = self.syntax;
        let family = self.family(name)?;
        if is_help {
            family.help = cursor.unescaped(syntax.help_escapes())?;
        } else if family.kind.is_empty() {
            cursor.rest().clone_into(&mut family.kind);
            if !syntax.kinds().contains(&cursor.rest()) {
                return Err("an unknown type".into());
            }
        } else {
            return Err("a second type".into());
        }
        Ok(())
    }

    /// The family whose metadata this is: the last one, or a new one.
    fn family(&mut self, name: &str) -> Result<&mut Family, Problem> {
        if self.families.last().is_none_or(|last| last.name != name) {
            if !self.names.insert(name.to_owned()) {
                return Err("a family that is there already".into());
            }
            let (name, kind, help) = (name.to_owned(), String::new(), String::new());
            self.families.push(Family { name, kind, help, samples: Vec::new() });
        }
        let last = self.families.last_mut().expect("pushed if there was none");
        if last.samples.is_empty() { Ok(last) } else { Err("metadata behind samples".into()) }
    }

    fn sample(&mut self, mut cursor: Cursor<'_>) -> Result<(), Problem> {
        let name = cursor.name(true)?;
        let labels = if cursor.take("{") { labels(&mut cursor)? } else { Labels::new() };
        cursor.expect(" ")?;
        let value = number(cursor.word())?;
        let mut time = None;
        if !cursor.rest().is_empty() && !cursor.rest().starts_with(" #") {
            cursor.expect(" ")?;
            time = Some(self.time(cursor.word())?);
        }
        let family = self.families.last().ok_or("a sample without a family")?;
        let suffixes = self.syntax.suffixes(&family.kind);
        let suffix = name.strip_prefix(&*family.name).ok_or("a sample of another family")?;
        if !suffixes.contains(&suffix) {
            return Err(format!("a {} has no {suffix:?}", family.kind).into());
        }
        let counts = ["_total", "_bucket"].contains(&suffix);
        if self.syntax == Syntax::OpenMetrics && counts && cursor.take(" # ") {
            exemplar(&mut cursor, self.syntax)?;
        }
        if !cursor.rest().is_empty() {
            return Err("more than a sample".into());
        }
        bound(&labels, "le", suffix == "_bucket")?;
        bound(&labels, "quantile", family.kind == "summary" && suffix.is_empty())?;
        let sample = Sample { series: Series { name: name.to_owned(), labels }, value, time };
        self.families.last_mut().expect("seen above").samples.push(sample);
        Ok(())
    }

    /// In milliseconds in the one format, in seconds in the other.
    fn time(&self, word: &str) -> Result<f64, Problem> {
        if self.syntax == Syntax::OpenMetrics {
            return number(word);
        }
        let milliseconds: i32 = word.get(word.len().saturating_sub(3)..).unwrap_or("").parse()?;
        let seconds: i64 = word.get(..word.len().saturating_sub(3)).unwrap_or("").parse()?;
        number(&format!("{seconds}.{milliseconds:03}"))
    }
}

fn labels(cursor: &mut Cursor<'_>) -> Result<Labels, Problem> {
    let mut labels = Labels::new();
    while !cursor.take("}") {
        if !labels.is_empty() {
            cursor.expect(",")?;
        }
        let name = cursor.name(false)?;
        cursor.expect("=\"")?;
        let value = cursor.quoted()?;
        if labels.insert(name.to_owned(), value).is_some() {
            return Err(format!("two labels {name}").into());
        }
    }
    Ok(labels)
}

fn exemplar(cursor: &mut Cursor<'_>, syntax: Syntax) -> Result<(), Problem> {
    cursor.expect("{")?;
    let labels = labels(cursor)?;
    let characters =
        |(name, value): (&String, &String)| name.chars().count() + value.chars().count();
    let length: usize = labels.iter().map(characters).sum();
    if length > 128 {
        return Err("an exemplar of more than 128 characters".into());
    }
    cursor.expect(" ")?;
    number(cursor.word())?;
    if cursor.take(" ") {
        debug_assert_eq!(syntax, Syntax::OpenMetrics);
        number(cursor.word())?;
    }
    Ok(())
}

/// Checks that a label with a number is there, where it is to be, and written in the one way.
fn bound(labels: &Labels, label: &str, expected: bool) -> Result<(), Problem> {
    match labels.get(label) {
        Some(text) if expected && bound_text(number(text)?) != *text => {
            Err(format!("{label}={text:?} is not written as in the other formats").into())
        }
        None if expected => Err(format!("no {label}").into()),
        _ => Ok(()),
    }
}

fn number(word: &str) -> Result<f64, Problem> {
    match word {
        "NaN" => Ok(f64::NAN),
        "+Inf" => Ok(f64::INFINITY),
        "-Inf" => Ok(f64::NEG_INFINITY),
        // Rust would take names of these values that the formats do not have.
        _ if word.starts_with(|c: char| c.is_ascii_digit() || c == '-') => Ok(word.parse()?),
        _ => Err(format!("{word:?} is no number").into()),
    }
}
