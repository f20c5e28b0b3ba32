use super::buckets::Buckets;

/// What the children of a family have in common.
#[derive(Debug)]
pub struct Meta {
    pub(crate) name: String,
    pub(super) buckets: Buckets,
}
