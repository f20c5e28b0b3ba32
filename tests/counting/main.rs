//! A process that counts as it is told, one line of its standard input at a time, and answers each with
//! lines: what there is to be said, and at last `ok`, or `error` and what is wrong.

#[cfg(target_os = "linux")]
mod command;
#[cfg(target_os = "linux")]
mod metrics;

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use std::io::{self, BufRead, Write};

    let mut metrics = metrics::Metrics::default();
    for line in io::stdin().lock().lines() {
        let words = line?;
        let words: Vec<&str> = words.split_ascii_whitespace().collect();
        let answer = match command::obey(&words, &mut metrics) {
            Ok(answer) if answer.is_empty() => "ok\n".to_owned(),
            Ok(answer) => format!("{}\nok\n", answer.trim_end()),
            Err(problem) => format!("error {problem}\n"),
        };
        let mut out = io::stdout().lock();
        out.write_all(answer.as_bytes())?;
        out.flush()?;
    }
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
