//! What tells one registry from another, whatever the address at which it is answered for.

use std::hash::{BuildHasher, RandomState};

/// The header that has it.
pub(crate) const REGISTRY: &str = "x-tallymark-registry";

/// A number that no other registry has, in this process or another.
#[derive(Debug)]
pub(crate) struct Identity(u64);

impl Default for Identity {
    fn default() -> Self {
        // Its keys are random.
        Self(RandomState::new().hash_one(()))
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_its_own() {
        let [a, b] = [(); 2].map(|()| Identity::default().to_string());
        assert_ne!(a, b);
        assert_eq!((a.len(), b.len()), (16, 16));
    }
}
