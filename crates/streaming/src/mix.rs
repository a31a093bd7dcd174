//! Keyed mixing: every random choice of an epoch comes from here, so that it depends on numbers alone.

/// The steps of SplitMix64's increment (the golden ratio, odd).
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a key is for: two uses of the same seed never share a stream.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(crate) enum Purpose {
    /// The permutation of shards.
    Shards = 1,
    /// The permutation of all rows, for [`Shuffle::Full`](crate::Shuffle::Full).
    Rows = 2,
    /// Where the first block of a lane ends.
    Phase = 3,
    /// The order inside a block.
    Block = 4,
    /// What is done to a sample at random, whatever its place in the order.
    Sample = 5,
    /// The order of sources inside a block of a mixture.
    Mixture = 6,
}

/// Mixes 64 bits so that each output bit depends on each input bit (SplitMix64's finaliser).
pub(crate) const fn mix(value: u64) -> u64 {
    let mut z = value;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The key of one random choice.
pub(crate) fn key(seed: u64, epoch: u64, purpose: Purpose, place: [u64; 2]) -> u64 {
    let mut state = mix(seed.wrapping_add(GAMMA));
    for part in [epoch, purpose as u64, place[0], place[1]] {
        state = mix(state.wrapping_mul(GAMMA) ^ mix(part.wrapping_add(GAMMA)));
    }
    state
}

/// Random numbers for one sample in one epoch: the same for any number of ranks and threads, and after any restart.
#[derive(Debug, Clone)]
pub struct Draws(Generator);

impl Draws {
    /// The numbers for a sample that `sample` stands for, some bits of its hash say.
    #[must_use]
    pub fn new(seed: u64, epoch: u64, sample: u64) -> Self {
        Self(Generator::new(key(
            seed,
            epoch,
            Purpose::Sample,
            [sample, 0],
        )))
    }

    /// The next number, evenly spread over `0.0..1.0`.
    pub fn unit(&mut self) -> f64 {
        // As many bits as the number holds exactly.
        (self.0.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A small deterministic generator (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Generator(u64);

impl Generator {
    pub(crate) const fn new(key: u64) -> Self {
        Self(key)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// A number in `0..bound`, without bias (Lemire's rejection). `bound` is at least 1.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        debug_assert!(bound > 0);
        let reject_under = bound.wrapping_neg() % bound;
        loop {
            let wide = u128::from(self.next()) * u128::from(bound);
            if (wide as u64) >= reject_under {
                return (wide >> 64) as u64;
            }
        }
    }
}

/// A Fisher-Yates permutation of `0..length`.
pub(crate) fn shuffled(length: u32, key: u64) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..length).collect();
    let mut generator = Generator::new(key);
    for last in (1..rows.len()).rev() {
        let other = generator.below(last as u64 + 1) as usize;
        rows.swap(last, other);
    }
    rows
}
