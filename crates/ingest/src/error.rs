//! Why an import as a whole failed. What is wrong with one file or row is a [`crate::Refusal`].
use thiserror::Error;

/// Result of an import.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an import failed.
#[derive(Debug, Error)]
pub enum Error {
    /// The source is not there or can't be listed.
    #[error("{path}: {reason}")]
    Source {
        /// What was to be imported.
        path: String,
        /// Why it can't be.
        reason: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] version_store::Error),
    /// The folder of a checkout holds something.
    #[error("{path} is there already and not empty")]
    NotEmpty {
        /// The folder.
        path: String,
    },
    /// The journal of an import or the folder of a checkout can't be written or read.
    #[error("the disk: {0}")]
    Disk(#[from] std::io::Error),
    /// A worker thread panicked.
    #[error("a reader stopped unexpectedly: {0}")]
    Stopped(String),
}

impl Error {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Source { .. } => "source_unreadable",
            Self::Store(error) => error.code(),
            Self::NotEmpty { .. } => "folder_not_empty",
            Self::Disk(_) => "io",
            Self::Stopped(_) => "internal",
        }
    }
}
