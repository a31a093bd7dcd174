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
    /// No room is left on the disk of a checkout, or of the journal of an import.
    #[error(
        "no room is left on the disk for {place} ({reason}); free some space there and run the same again"
    )]
    Full {
        /// What was being written.
        place: String,
        /// What the disk said.
        reason: String,
    },
    /// The journal of an import or the folder of a checkout can't be written or read.
    #[error("the disk: {0}")]
    Disk(std::io::Error),
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
            Self::Full { .. } => "store_full",
            Self::Disk(_) => "io",
            Self::Stopped(_) => "internal",
        }
    }

    /// What went wrong with the file system while `place` was read or written.
    pub(crate) fn of_disk(place: &str, error: std::io::Error) -> Self {
        if is_full(&error) {
            return Self::Full {
                place: place.to_owned(),
                reason: error.to_string(),
            };
        }
        Self::Disk(error)
    }
}

/// Whether the file system says that there is no room left.
pub(crate) fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded)
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::of_disk("the temporary files of the import", error)
    }
}
