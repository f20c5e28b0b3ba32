use std::error::Error;

/// Why a line is not of the grammar.
pub(super) type Problem = Box<dyn Error>;

/// A line, read from its start.
pub(super) struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    pub(super) fn new(line: &'a str) -> Self {
        Self(line)
    }

    pub(super) fn rest(&self) -> &'a str {
        self.0
    }

    /// Steps over a text, if it is next.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let rest = self.0.strip_prefix(text);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    pub(super) fn expect(&mut self, text: &str) -> Result<(), Problem> {
        if self.take(text) { Ok(()) } else { Err(format!("no {text:?}").into()) }
    }

    /// The name of a metric, or of a label, which has no colons.
    pub(super) fn name(&mut self, of_metric: bool) -> Result<&'a str, Problem> {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || (of_metric && c == ':');
        let name = self.until(|c| !fits(c));
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err("no name".into());
        }
        Ok(name)
    }

    /// What comes before the next space.
    pub(super) fn word(&mut self) -> &'a str {
        self.until(|c| c == ' ')
    }

    /// A label's value, behind its first quote.
    pub(super) fn quoted(&mut self) -> Result<String, Problem> {
        let mut escaped = false;
        let end = self.0.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        let (value, rest) = self.0.split_at(end.ok_or("a value without its end")?);
        self.0 = &rest[1..];
        Cursor(value).unescaped(r#"\n""#)
    }

    /// All that is left, in which no other characters are escaped than these.
    pub(super) fn unescaped(&mut self, escapes: &str) -> Result<String, Problem> {
        let mut text = String::new();
        let mut characters = std::mem::take(&mut self.0).chars();
        while let Some(character) = characters.next() {
            if character != '\\' {
                text.push(character);
                continue;
            }
            let escape = characters.next().filter(|escape| escapes.contains(*escape));
            let escape = escape.ok_or("a backslash before what is not escaped")?;
            text.push(if escape == 'n' { '\n' } else { escape });
        }
        Ok(text)
    }

    fn until(&mut self, end: impl Fn(char) -> bool) -> &'a str {
        let (word, rest) = self.0.split_at(self.0.find(end).unwrap_or(self.0.len()));
        self.0 = rest;
        word
    }
}
