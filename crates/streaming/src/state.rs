//! Where a loader stands: one integer, and the identity of what it counts in.

use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::order::Shuffle;

/// The layout of [`LoaderState`] and the definition of the order; grows when either changes.
pub const STATE_FORMAT: u32 = 1;

/// The state of a loader, as it is put into a checkpoint. It knows nothing of ranks, threads or batch sizes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoaderState {
    /// [`STATE_FORMAT`].
    pub format: u32,
    /// The commit that is read.
    pub commit: Hash,
    /// The hash of the selection (split and where-expression).
    pub query: Hash,
    /// Samples in an epoch.
    pub samples: u64,
    /// The kind of shuffle.
    pub shuffle: Shuffle,
    /// The seed.
    pub seed: u64,
    /// Lanes of the order.
    pub lanes: u32,
    /// Window of the order, in rows.
    pub window: u32,
    /// The epoch.
    pub epoch: u64,
    /// Samples of the epoch that are used, over all ranks.
    pub position: u64,
}

/// The state of a mixture of loaders, as it is put into a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixtureState {
    /// [`STATE_FORMAT`].
    pub format: u32,
    /// What is mixed: each part with the epoch that it began with, at position 0.
    pub parts: Vec<LoaderState>,
    /// How many of each part stand in a block; see [`Mixture::counts`](crate::Mixture::counts).
    pub counts: Vec<u32>,
    /// The seed of whose turn it is.
    pub seed: u64,
    /// Samples in an epoch.
    pub samples: u64,
    /// The epoch.
    pub epoch: u64,
    /// Samples of the epoch that are used, over all ranks.
    pub position: u64,
}

impl MixtureState {
    /// Checks that `saved` counts in the same order as `self`; see [`LoaderState::check`].
    ///
    /// # Errors
    /// The first field that differs.
    pub fn check(&self, saved: &Self) -> Result<(), StateMismatch> {
        same("format", saved.format, self.format)?;
        same("number of parts", saved.parts.len(), self.parts.len())?;
        for (part, saved) in self.parts.iter().zip(&saved.parts) {
            part.check(saved)?;
        }
        let shares = |counts: &[u32]| format!("{counts:?}");
        same("shares", shares(&saved.counts), shares(&self.counts))?;
        same("seed", saved.seed, self.seed)?;
        same("samples", saved.samples, self.samples)?;
        if saved.position > saved.samples {
            return Err(StateMismatch {
                field: "position",
                saved: saved.position.to_string(),
                found: format!("only {} samples", saved.samples),
            });
        }
        Ok(())
    }
}

/// Why a state doesn't fit a loader.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the state was saved with {field} {saved}, this loader has {found}")]
pub struct StateMismatch {
    /// The field that differs.
    pub field: &'static str,
    /// Its value in the saved state.
    pub saved: String,
    /// Its value in the loader at hand.
    pub found: String,
}

impl LoaderState {
    /// Checks that `saved` counts in the same order as `self`. Epoch, position, lanes and window may differ:
    /// they are what a resume takes over.
    ///
    /// # Errors
    /// The first field that differs.
    pub fn check(&self, saved: &Self) -> Result<(), StateMismatch> {
        same("format", saved.format, self.format)?;
        same("commit", saved.commit, self.commit)?;
        same("query", saved.query, self.query)?;
        same("samples", saved.samples, self.samples)?;
        same(
            "shuffle",
            format!("{:?}", saved.shuffle),
            format!("{:?}", self.shuffle),
        )?;
        same("seed", saved.seed, self.seed)?;
        if saved.position > saved.samples {
            return Err(StateMismatch {
                field: "position",
                saved: saved.position.to_string(),
                found: format!("only {} samples", saved.samples),
            });
        }
        if saved.lanes == 0 || saved.window == 0 {
            let saved = format!("{} and window {}", saved.lanes, saved.window);
            return Err(StateMismatch {
                field: "lanes",
                saved,
                found: "at least 1 of each".into(),
            });
        }
        Ok(())
    }
}

fn same<T: PartialEq + ToString>(
    field: &'static str,
    saved: T,
    found: T,
) -> Result<(), StateMismatch> {
    if saved == found {
        return Ok(());
    }
    Err(StateMismatch {
        field,
        saved: saved.to_string(),
        found: found.to_string(),
    })
}
