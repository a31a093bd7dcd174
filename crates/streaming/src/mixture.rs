//! Several sources in one line: which source stands at a position, and how many of it stood before.
//!
//! The line is cut into blocks of [`BLOCK`] positions. Every block holds the same number of each source, as the
//! weights say, in an order of its own. So a place is found without looking at what lies before it, and the shares
//! are exact over every block, not only in the long run.

use crate::mix::{Purpose, key, shuffled};

/// Positions of a block; a weight counts in shares of it.
pub const BLOCK: u32 = 4096;

/// Why weights are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeightError {
    /// There is nothing to mix.
    #[error("a mixture needs at least one source, and at most {BLOCK}")]
    Sources,
    /// A weight is no number over 0.
    #[error("weight number {index} is not a number over 0")]
    Weight {
        /// Which, from 0.
        index: usize,
    },
}

/// Where a position of the mixture leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Drawn {
    /// The source, from 0.
    pub source: u32,
    /// How many samples of that source stood before, since the beginning of the first epoch.
    pub nth: u64,
}

/// A mixture of sources. Memory is proportional to a block.
#[derive(Debug, Clone)]
pub struct Mixture {
    seed: u64,
    /// How many of each source a block holds; together [`BLOCK`].
    counts: Vec<u32>,
}

/// The block last looked at.
#[derive(Debug, Clone, Default)]
pub struct MixtureCache(Option<(u64, Vec<Drawn>)>);

impl Mixture {
    /// A mixture in which source `i` has a share of `weights[i]`, to the nearest 4,096th, and at least one.
    ///
    /// # Errors
    /// [`WeightError`] when there are no weights, or one is not over 0.
    pub fn new(seed: u64, weights: &[f64]) -> Result<Self, WeightError> {
        if weights.is_empty() || weights.len() > BLOCK as usize {
            return Err(WeightError::Sources);
        }
        let is_weight = |weight: &f64| *weight > 0.0 && weight.is_finite();
        if let Some(index) = weights.iter().position(|weight| !is_weight(weight)) {
            return Err(WeightError::Weight { index });
        }
        // By the largest first: a sum of large numbers must not become infinite.
        let largest = weights
            .iter()
            .fold(0.0_f64, |most, weight| most.max(*weight));
        let total: f64 = weights.iter().map(|weight| weight / largest).sum();
        let exact = |weight: f64| weight / largest / total * f64::from(BLOCK);
        let mut counts: Vec<u32> = weights
            .iter()
            .map(|weight| (exact(*weight).floor() as u32).max(1))
            .collect();
        // What rounding left over goes to whoever lacks most; what "at least one" took too much comes from
        // whoever has most to spare. Ties go to the first.
        loop {
            let held: u32 = counts.iter().sum();
            let lacks = |at: &usize| exact(weights[*at]) - f64::from(counts[*at]);
            let by_lack = |a: &usize, b: &usize| lacks(a).total_cmp(&lacks(b)).then(b.cmp(a));
            let next = match held.cmp(&BLOCK) {
                std::cmp::Ordering::Equal => break,
                std::cmp::Ordering::Less => (0..counts.len()).max_by(by_lack).map(|at| (at, true)),
                std::cmp::Ordering::Greater => (0..counts.len())
                    .filter(|at| counts[*at] > 1)
                    .min_by(by_lack)
                    .map(|at| (at, false)),
            };
            match next {
                Some((at, true)) => counts[at] += 1,
                Some((at, false)) => counts[at] -= 1,
                None => break,
            }
        }
        Ok(Self { seed, counts })
    }

    /// How many of each source stand in a block of [`BLOCK`] positions.
    #[must_use]
    pub fn counts(&self) -> &[u32] {
        &self.counts
    }

    /// What stands at `position`, counted from the beginning of the first epoch.
    #[must_use]
    pub fn at(&self, position: u64, cache: &mut MixtureCache) -> Drawn {
        let (number, inside) = (position / u64::from(BLOCK), position % u64::from(BLOCK));
        if cache.0.as_ref().is_none_or(|(held, _)| *held != number) {
            cache.0 = Some((number, self.block(number)));
        }
        let none = Drawn { source: 0, nth: 0 };
        let block = cache.0.as_ref().map_or(&[][..], |(_, block)| block);
        block.get(inside as usize).copied().unwrap_or(none)
    }

    fn block(&self, number: u64) -> Vec<Drawn> {
        let sources = self.counts.iter().enumerate();
        let in_order: Vec<u32> = sources
            .flat_map(|(source, count)| std::iter::repeat_n(source as u32, *count as usize))
            .collect();
        let mut next: Vec<u64> = self
            .counts
            .iter()
            .map(|count| number * u64::from(*count))
            .collect();
        let key = key(self.seed, 0, Purpose::Mixture, [number, 0]);
        shuffled(BLOCK, key)
            .into_iter()
            .map(|place| {
                let source = in_order[place as usize];
                let nth = next[source as usize];
                next[source as usize] += 1;
                Drawn { source, nth }
            })
            .collect()
    }
}
