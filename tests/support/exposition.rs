/// The value of the sample that is written exactly so (name and labels), as text.
#[must_use]
pub fn sample<'a>(exposition: &'a str, sample: &str) -> Option<&'a str> {
    exposition
        .lines()
        .find_map(|line| line.strip_prefix(sample)?.strip_prefix(' '))
}

/// How often the interface was counted in this process, under the default name; `None` if it is
/// not exposed.
///
/// # Panics
///
/// If what is exposed is no count.
#[must_use]
pub fn count(interface: &str) -> Option<u64> {
    let text = tallymark::gather_text();
    let value = sample(
        &text,
        &format!("request_processing_total{{interface=\"{interface}\"}}"),
    )?;
    Some(value.parse().expect("a count is exposed as an integer"))
}
