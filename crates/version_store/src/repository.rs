//! A dataset in a store.

use std::sync::Arc;

use ids::Hash;

use crate::{BlobWriter, Result, Store, Version};

/// A dataset: refs, commits and what they hold. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Repository {
    pub(crate) store: Store,
    pub(crate) dataset: Arc<str>,
}

impl Repository {
    /// The store that holds the dataset.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The name of the dataset.
    #[must_use]
    pub fn dataset(&self) -> &str {
        &self.dataset
    }

    /// Begins to write blobs. Blobs that the store has already are not written again.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn write_blobs(&self) -> Result<BlobWriter> {
        BlobWriter::start(&self.store).await
    }

    /// Opens a commit for reading.
    ///
    /// # Errors
    /// [`Error::Missing`](crate::Error::Missing), [`Error::Damaged`](crate::Error::Damaged), failures of the store.
    pub async fn version(&self, commit: &Hash) -> Result<Version> {
        Version::open(self, commit).await
    }
}
