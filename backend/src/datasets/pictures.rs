//! Pictures for browsers: drawn again from the stored bytes, a few at a time, and kept for a while.

use std::sync::Arc;

use api_types::ErrorCode;
use api_types::datasets::MediaSize;
use ids::Hash;
use media::{Limits, Raster};
use moka::future::Cache;
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// Memory for pictures that were drawn, in bytes.
const KEPT_BYTES: u64 = 192 * 1024 * 1024;
/// Pictures drawn at the same time.
const AT_ONCE: usize = 4;
/// The longest side of a small picture, in pixels.
const THUMB_SIDE: u32 = 256;
/// What is decoded at most to be shown.
const LIMITS: Limits = Limits {
    max_side: 16_384,
    max_pixels: 120_000_000,
    max_decoded_bytes: 512 * 1024 * 1024,
};

/// Pictures that were drawn.
pub struct Pictures {
    kept: Cache<(Hash, bool), Arc<Raster>>,
    turns: Arc<Semaphore>,
}

impl Default for Pictures {
    fn default() -> Self {
        let weight = |_: &(Hash, bool), raster: &Arc<Raster>| {
            u32::try_from(raster.bytes.len()).unwrap_or(u32::MAX)
        };
        Self {
            kept: Cache::builder()
                .weigher(weight)
                .max_capacity(KEPT_BYTES)
                .build(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl Pictures {
    /// Lets go of every picture.
    pub fn forget(&self) {
        self.kept.invalidate_all();
    }

    /// The picture of the blob `hash` in the asked size; `read` gives its bytes when they are needed.
    ///
    /// # Errors
    /// `media_refused` when the bytes are no picture or too large a one, and those of `read`.
    pub async fn draw<F>(
        &self,
        hash: Hash,
        size: MediaSize,
        read: F,
    ) -> Result<Arc<Raster>, Problem>
    where
        F: Future<Output = Result<bytes::Bytes, Problem>>,
    {
        let small = size == MediaSize::Thumb;
        if let Some(raster) = self.kept.get(&(hash, small)).await {
            return Ok(raster);
        }
        let turn = Arc::clone(&self.turns)
            .acquire_owned()
            .await
            .map_err(Problem::internal)?;
        let bytes = read.await?;
        let drawing = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            if small {
                media::thumbnail(&bytes, THUMB_SIDE, &LIMITS)
            } else {
                media::reencode(&bytes, &LIMITS)
            }
        });
        let raster = drawing.await.map_err(Problem::internal)?;
        let raster =
            raster.map_err(|error| Problem::new(ErrorCode::MediaRefused, error.to_string()))?;
        let raster = Arc::new(raster);
        self.kept.insert((hash, small), Arc::clone(&raster)).await;
        Ok(raster)
    }
}
