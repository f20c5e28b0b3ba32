use tallymark::timed;

#[timed(
    colour = "red", interface = "", , verbose, name = "a.b", help = "",
    labels(job = "a", env, env = "x", env = "y"), buckets = [2, 1, "x"],
)]
const fn deploy() {}

fn main() {
    deploy();
}
