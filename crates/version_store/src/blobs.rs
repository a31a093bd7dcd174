//! Writing blobs.

use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;

use crate::pack::{PreparedBlob, prepare_blob};
use crate::pack_writer::PackWriter;
use crate::{Result, Store};

/// A blob that is in the store, or will be when its writer is finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobRef {
    /// BLAKE3 of the bytes.
    pub hash: Hash,
    /// Length in bytes.
    pub bytes: u64,
    /// Whether it had to be written; `false` when the store has it already.
    pub written: bool,
}

/// Writes blobs into packs, in the order in which they come: the order in which trainers read.
///
/// Nothing counts before [`BlobWriter::finish`]; a writer that is dropped leaves garbage only.
#[derive(Debug)]
pub struct BlobWriter {
    packs: PackWriter,
}

impl BlobWriter {
    pub(crate) async fn start(store: &Store) -> Result<Self> {
        // Know what others wrote, so that it is not written again.
        store.objects.refresh_for_writing().await?;
        Ok(Self {
            packs: PackWriter::new(Arc::clone(&store.objects), store.pack_bytes),
        })
    }

    /// Writes a blob unless the store has it.
    ///
    /// # Errors
    /// Failures of the store, also of earlier packs.
    pub async fn put(&mut self, bytes: Bytes) -> Result<BlobRef> {
        self.put_prepared(&prepare_blob(bytes)).await
    }

    /// Writes a blob that was hashed and compressed elsewhere, unless the store has it.
    ///
    /// # Errors
    /// As [`BlobWriter::put`].
    pub async fn put_prepared(&mut self, blob: &PreparedBlob) -> Result<BlobRef> {
        let written = self.packs.put(&blob.0).await?;
        Ok(BlobRef {
            hash: blob.hash(),
            bytes: blob.bytes(),
            written,
        })
    }

    /// Whether a blob is in the store or was written here, as far as is known without looking again.
    #[must_use]
    pub fn has(&self, hash: &Hash) -> bool {
        self.packs.has(hash)
    }

    /// Bytes written so far, as stored.
    #[must_use]
    pub fn stored_bytes(&self) -> u64 {
        self.packs.stored_bytes
    }

    /// Seals the packs and their index; after this the blobs are durable and can be committed.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn finish(self) -> Result<()> {
        self.packs.finish().await
    }
}
