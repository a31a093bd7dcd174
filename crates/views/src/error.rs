//! Why a view was not made.

use interchange::ExportError;

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a view was not made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The version can't be read.
    #[error(transparent)]
    Version(#[from] version_store::Error),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] blob_store::Error),
    /// A file can't be made.
    #[error(transparent)]
    Export(#[from] ExportError),
}

impl Error {
    /// The stable code of the error, for scripts.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Version(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Export(error) => error.code(),
        }
    }
}
