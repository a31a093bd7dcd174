//! Why gates could not be asked. What they say is no error.

use client::OutboundError;
use version_store::MergeConflict;

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why gates could not be asked, or a branch not be moved.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The version store said no, or failed.
    #[error(transparent)]
    Store(#[from] version_store::Error),
    /// A webhook may not be called.
    #[error("the gate {gate:?}: {source}")]
    Outbound {
        /// The gate.
        gate: String,
        /// Why.
        source: OutboundError,
    },
    /// A merge or revert has conflicts that nothing settles.
    #[error("{count} conflicts are not settled; the first is {first}")]
    Conflicts {
        /// How many.
        count: usize,
        /// The sample and part of the first.
        first: String,
    },
    /// The work was interrupted.
    #[error("the gates were interrupted: {0}")]
    Interrupted(String),
}

impl Error {
    /// These conflicts stand in the way of a merge or revert.
    pub(crate) fn of_conflicts(conflicts: &[MergeConflict]) -> Self {
        let first = conflicts.first();
        let first = first.map(|conflict| format!("{} {}", conflict.key, conflict.part));
        Self::Conflicts {
            count: conflicts.len(),
            first: first.unwrap_or_default(),
        }
    }

    /// The stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Outbound { .. } => "outbound_not_listed",
            Self::Conflicts { .. } => "merge_conflicts",
            Self::Interrupted(_) => "internal",
        }
    }
}
