use tallymark::metric;

struct Other;

impl Other {
    const fn new(_: &str, _: &str, _: [&str; 0]) -> Self {
        Self
    }
}

#[metric]
static OTHER: Other = Other::new("other_total", "Other.", []);

fn main() {}
