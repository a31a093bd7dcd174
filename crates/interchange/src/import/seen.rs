//! Whether a key came before, in 16 bytes for each.
use std::collections::HashSet;

use dataset::SampleKey;
use ids::Hash;

/// The keys of one import. Keeps 128 bits of a key's hash, so that two of a billion different
/// keys are taken for one with a chance of 1 in 10^20.
#[derive(Debug, Default)]
pub struct SeenKeys {
    seen: HashSet<[u8; 16]>,
}

impl SeenKeys {
    /// No key yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes `key`; false if it was there before.
    pub fn insert(&mut self, key: &SampleKey) -> bool {
        let hash = Hash::of(key.as_str().as_bytes());
        let mut short = [0u8; 16];
        short.copy_from_slice(&hash.as_bytes()[..16]);
        self.seen.insert(short)
    }

    /// How many keys were taken.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether none was taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }
}
