//! A keyed permutation of `0..n` in constant memory: a four-round Feistel network with cycle walking.

use crate::mix::mix;

/// A bijection of `0..n` onto itself, chosen by a key. Both directions cost a few multiplications.
#[derive(Debug, Clone)]
pub struct Permutation {
    length: u64,
    half_bits: u32,
    round_keys: [u64; 4],
}

impl Permutation {
    /// The permutation of `0..length` that `key` chooses.
    #[must_use]
    pub fn new(length: u64, key: u64) -> Self {
        let bits = u64::BITS - length.saturating_sub(1).leading_zeros();
        let round_keys = std::array::from_fn(|round| mix(key ^ mix(round as u64 + 1)));
        Self {
            length,
            half_bits: bits.div_ceil(2).max(1),
            round_keys,
        }
    }

    /// How many numbers are permuted.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.length
    }

    /// Whether there is nothing to permute.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Where `index` (under [`len`](Self::len)) goes.
    ///
    /// The network permutes the next power of four; a value outside is sent through again until it
    /// falls inside, fewer than four times on average.
    #[must_use]
    pub fn apply(&self, index: u64) -> u64 {
        debug_assert!(index < self.length);
        let mut value = index;
        loop {
            value = self.forward(value);
            if value < self.length {
                return value;
            }
        }
    }

    /// The index that [`apply`](Self::apply) sends to `value` (under [`len`](Self::len)).
    #[must_use]
    pub fn invert(&self, value: u64) -> u64 {
        debug_assert!(value < self.length);
        let mut index = value;
        loop {
            index = self.backward(index);
            if index < self.length {
                return index;
            }
        }
    }

    fn mask(&self) -> u64 {
        (1 << self.half_bits) - 1
    }

    fn forward(&self, value: u64) -> u64 {
        let (mut left, mut right) = (value >> self.half_bits, value & self.mask());
        for key in self.round_keys {
            (left, right) = (right, left ^ (mix(right ^ key) & self.mask()));
        }
        left << self.half_bits | right
    }

    fn backward(&self, value: u64) -> u64 {
        let (mut left, mut right) = (value >> self.half_bits, value & self.mask());
        for key in self.round_keys.into_iter().rev() {
            (left, right) = (right ^ (mix(left ^ key) & self.mask()), left);
        }
        left << self.half_bits | right
    }
}
