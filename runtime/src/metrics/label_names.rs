/// The label names of a static family, where the compiler can read them.
pub trait LabelNames {
    const NAMES: &'static [&'static str];
}
