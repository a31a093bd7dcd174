//! From an epoch to batches: which positions each rank takes at each step.
//!
//! A step is one *global batch*; a rank takes its part of it. The set and the order of every global batch
//! are the same for any number of ranks.

use std::ops::Range;

/// What happens when the last global batch is not full.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochEnd {
    /// It is left out.
    Drop,
    /// It is shared out as evenly as it goes: every sample once, and with fewer samples than ranks some ranks
    /// get an empty batch, so that all ranks take the same number of steps.
    Partial,
    /// It is filled up from the start of the epoch.
    Wrap,
}

/// How an epoch is cut into batches for one rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchPlan {
    samples: u64,
    start: u64,
    global_batch: u64,
    rank: u64,
    world_size: u64,
    end: EpochEnd,
}

/// Why a plan can't be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A batch must hold at least one sample for each rank.
    #[error("a global batch of {global_batch} is too small for {world_size} ranks")]
    BatchTooSmall {
        /// Samples in a global batch.
        global_batch: u64,
        /// Number of ranks.
        world_size: u64,
    },
    /// Ranks count from 0 to `world_size - 1`.
    #[error("rank {rank} is not below the world size {world_size}")]
    RankOutOfRange {
        /// The rank that was asked for.
        rank: u64,
        /// Number of ranks.
        world_size: u64,
    },
    /// A position lies behind the end of the epoch.
    #[error("position {position} lies behind the epoch's {samples} samples")]
    PositionOutOfRange {
        /// The position that was asked for.
        position: u64,
        /// Samples in the epoch.
        samples: u64,
    },
}

/// The size of a batch and this rank's place among the ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Samples in one step over all ranks.
    pub global_batch: u64,
    /// This rank, from 0.
    pub rank: u64,
    /// Number of ranks, at least 1.
    pub world_size: u64,
}

impl BatchPlan {
    /// The plan for an epoch of `samples`, of which the first `start` are already used.
    ///
    /// # Errors
    /// When the share or the start make no sense; see [`PlanError`].
    pub fn new(samples: u64, start: u64, share: Share, end: EpochEnd) -> Result<Self, PlanError> {
        let Share {
            global_batch,
            rank,
            world_size,
        } = share;
        if rank >= world_size {
            return Err(PlanError::RankOutOfRange { rank, world_size });
        }
        if global_batch < world_size {
            return Err(PlanError::BatchTooSmall {
                global_batch,
                world_size,
            });
        }
        if start > samples {
            return Err(PlanError::PositionOutOfRange {
                position: start,
                samples,
            });
        }
        Ok(Self {
            samples,
            start,
            global_batch,
            rank,
            world_size,
            end,
        })
    }

    /// Steps left from the start of this plan; the same on every rank.
    #[must_use]
    pub const fn steps(&self) -> u64 {
        let left = self.samples - self.start;
        match self.end {
            EpochEnd::Drop => left / self.global_batch,
            EpochEnd::Partial | EpochEnd::Wrap => left.div_ceil(self.global_batch),
        }
    }

    /// The positions that this rank takes at `step`, in order. A position at or over the number of samples
    /// means "from the start of the epoch again" and is already reduced.
    pub fn positions(&self, step: u64) -> impl Iterator<Item = u64> + use<> {
        let samples = self.samples.max(1);
        self.part(step).map(move |position| position % samples)
    }

    /// How many samples of the epoch are used after `steps` steps: the position to keep for a resume. After
    /// the last step the epoch counts as used up, whatever was dropped.
    #[must_use]
    pub fn position_after(&self, steps: u64) -> u64 {
        if steps >= self.steps() {
            return self.samples;
        }
        (self.start + steps * self.global_batch).min(self.samples)
    }

    fn part(&self, step: u64) -> Range<u64> {
        let first = self.start + step * self.global_batch;
        let held = match self.end {
            EpochEnd::Partial => self.global_batch.min(self.samples.saturating_sub(first)),
            EpochEnd::Drop | EpochEnd::Wrap => self.global_batch,
        };
        first + held * self.rank / self.world_size..first + held * (self.rank + 1) / self.world_size
    }
}
