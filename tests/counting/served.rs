use std::io::{self, BufRead, Write};

use crate::command::State;

/// Obeys until there is nothing more to read.
pub(crate) fn serve(
    input: impl BufRead,
    mut output: impl Write,
    state: &mut State,
) -> io::Result<()> {
    for line in input.lines() {
        let words = line?;
        let words: Vec<&str> = words.split_ascii_whitespace().collect();
        let answer = match state.obey(&words) {
            Ok(answer) if answer.is_empty() => "ok\n".to_owned(),
            Ok(answer) => format!("{}\nok\n", answer.trim_end()),
            Err(problem) => format!("error {problem}\n"),
        };
        output.write_all(answer.as_bytes())?;
        output.flush()?;
    }
    Ok(())
}
