//! Why gates could not be asked. What they say is no error.

use client::OutboundError;

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
    /// The work was interrupted.
    #[error("the gates were interrupted: {0}")]
    Interrupted(String),
}

impl Error {
    /// The stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::Outbound { .. } => "outbound_not_listed",
            Self::Interrupted(_) => "internal",
        }
    }
}
