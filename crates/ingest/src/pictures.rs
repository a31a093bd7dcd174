//! Images of a folder: read, checked pixel by pixel, hashed and compressed, many at once.
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use dataset::{BlobField, Field, Sample};
use futures::TryStreamExt;
use interchange::{Refusal, place_file};
use media::Limits;
use tokio::sync::Semaphore;
use version_store::{PreparedBlob, prepare_blob};

use crate::read::Row;
use crate::{Entry, Error, ImportOptions, Result, Source};

/// Decoded and encoded pixels that may be in memory at once, in MiB.
const MEMORY_MIB: u32 = 1536;

/// A picture that passed every check, with its bytes ready to be written.
pub struct Picture {
    pub row: Row,
    pub blob: PreparedBlob,
}

/// Reads and checks pictures within a bound of memory.
pub struct Pictures<'a> {
    source: &'a dyn Source,
    options: &'a ImportOptions,
    memory: Arc<Semaphore>,
}

impl<'a> Pictures<'a> {
    pub fn new(source: &'a dyn Source, options: &'a ImportOptions) -> Self {
        Self {
            source,
            options,
            memory: Arc::new(Semaphore::new(MEMORY_MIB as usize)),
        }
    }

    /// The picture in `entry`, or why it is refused.
    pub async fn read(&self, entry: &Entry) -> Result<std::result::Result<Picture, Refusal>> {
        let placed = match place_file(&entry.path, self.options.label_from_folder) {
            Ok(placed) => placed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let file = self
            .memory
            .acquire_many(mib(entry.bytes))
            .await
            .map_err(stopped)?;
        let bytes = match self.bytes(entry).await {
            Ok(bytes) => bytes,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let refuse =
            |error: &media::Error| Refusal::file(&entry.path, error.code(), error.to_string());
        // The header says how much memory the pixels take; only then are they decoded.
        let facts = match media::probe(&bytes, &self.options.limits) {
            Ok(facts) => facts,
            Err(error) => return Ok(Err(refuse(&error))),
        };
        drop(file);
        let decoded = u64::from(facts.width) * u64::from(facts.height) * 4 + entry.bytes;
        let _pixels = self
            .memory
            .acquire_many(mib(decoded))
            .await
            .map_err(stopped)?;
        let limits = self.options.limits;
        let checked = tokio::task::spawn_blocking(move || check(bytes, &limits));
        let (facts, blob) = match checked.await.map_err(stopped)? {
            Ok(checked) => checked,
            Err(error) => return Ok(Err(refuse(&error))),
        };
        let field = Field::Blob(BlobField {
            hash: blob.hash(),
            media_type: facts.media_type().to_owned(),
            bytes: blob.bytes(),
            width: Some(facts.width),
            height: Some(facts.height),
        });
        let sample = Sample {
            key: placed.key,
            fields: [("image".to_owned(), field)].into(),
            metadata: Default::default(),
            split: placed.split,
        };
        Ok(Ok(Picture {
            row: Row {
                sample,
                label: placed.label,
            },
            blob,
        }))
    }

    async fn bytes(&self, entry: &Entry) -> std::result::Result<Bytes, Refusal> {
        let most = self.options.max_file_bytes;
        let too_large = || {
            Refusal::file(
                &entry.path,
                "file_too_large",
                format!("a file may have {most} bytes at most"),
            )
        };
        if entry.bytes > most {
            return Err(too_large());
        }
        let unreadable = |error: std::io::Error| {
            Refusal::file(&entry.path, "file_unreadable", error.to_string())
        };
        let mut pieces = self.source.open(&entry.path).await.map_err(unreadable)?;
        let mut bytes = BytesMut::with_capacity(usize::try_from(entry.bytes).unwrap_or(0));
        while let Some(piece) = pieces.try_next().await.map_err(unreadable)? {
            if bytes.len() as u64 + piece.len() as u64 > most {
                return Err(too_large());
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes.freeze())
    }
}

fn check(bytes: Bytes, limits: &Limits) -> media::Result<(media::ImageFacts, PreparedBlob)> {
    let facts = media::verify(&bytes, limits)?;
    Ok((facts, prepare_blob(bytes)))
}

/// Permits for `bytes`: at least one, and never more than there are.
fn mib(bytes: u64) -> u32 {
    u32::try_from(bytes >> 20)
        .unwrap_or(u32::MAX)
        .saturating_add(1)
        .min(MEMORY_MIB)
}

fn stopped(error: impl std::fmt::Display) -> Error {
    Error::Stopped(error.to_string())
}
