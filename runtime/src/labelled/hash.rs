use std::hash::{BuildHasher, Hasher};
use std::sync::LazyLock;

use foldhash::fast::RandomState;

/// Seeded once for each process. Who chooses values so that they collide all the same gets no more
/// of them than the series limit has room for.
static STATE: LazyLock<RandomState> = LazyLock::new(RandomState::default);

/// The hash of label values in a family.
#[inline]
pub(super) fn hash(family: u64, values: &[impl AsRef<str>]) -> u64 {
    let mut hasher = STATE.build_hasher();
    if let [value] = values {
        hasher.write(value.as_ref().as_bytes());
    } else {
        for value in values {
            hasher.write(value.as_ref().as_bytes());
            hasher.write_u8(0xff);
        }
    }
    // Spread by an odd number: two families have the same values more often than not.
    hasher.finish() ^ family.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
