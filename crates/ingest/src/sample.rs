//! From the bytes of one file to a sample: checked pixel by pixel, hashed and compressed.
use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use dataset::{BlobField, Field, Sample, SampleKey};
use ids::Hash;
use interchange::{Refusal, media_type_of, place_file};
use tokio::sync::Semaphore;
use version_store::{
    BlobRef, ExternalBlob, PreparedBlob, prepare_blob, sample_bytes, sample_from_bytes,
};

use crate::record::{Fate, Labels, Record};
use crate::source::Stamp;
use crate::{Entry, Format, ImportOptions};

/// Decoded pixels that may be in memory at once, in MiB.
const PIXELS_MIB: u32 = 160;
/// A file that is imported as it is and has more bytes is never in memory as a whole.
const STREAM_BYTES: u64 = 8 << 20;
/// The field of a file that is imported as it is.
const FILE_FIELD: &str = "file";

/// A file that became a sample.
pub(crate) struct Made {
    pub record: Record,
    pub content: Content,
}

/// What is to be written of a blob.
pub(crate) enum Content {
    /// Nothing any more.
    Written,
    Bytes(PreparedBlob),
    /// Only where it lies.
    Outside(ExternalBlob),
}

/// Where a file stays that is imported in place.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub url: String,
    pub etag: Option<String>,
}

impl Content {
    /// Of bytes, which stay where they come from if there is such a place; with their hash.
    fn of(bytes: Bytes, media_type: &str, origin: Option<Origin>) -> (Hash, Self) {
        match origin {
            None => {
                let blob = prepare_blob(bytes, media_type);
                (blob.hash(), Self::Bytes(blob))
            }
            Some(origin) => {
                let hash = Hash::of(&bytes);
                (hash, Self::Outside(origin.blob(hash, bytes.len() as u64)))
            }
        }
    }
}

impl Origin {
    /// The blob that lies there.
    pub fn blob(self, hash: Hash, bytes: u64) -> ExternalBlob {
        ExternalBlob {
            hash,
            bytes,
            url: self.url,
            etag: self.etag,
        }
    }
}

/// Makes samples of files, on any thread that may block.
#[derive(Debug)]
pub(crate) struct SampleMaker {
    options: ImportOptions,
    pixels: Semaphore,
    runtime: tokio::runtime::Handle,
}

impl SampleMaker {
    pub fn new(options: &ImportOptions) -> Arc<Self> {
        Arc::new(Self {
            options: options.clone(),
            pixels: Semaphore::new(PIXELS_MIB as usize),
            runtime: tokio::runtime::Handle::current(),
        })
    }

    /// Most bytes of a file.
    pub fn max_bytes(&self) -> u64 {
        match self.options.format {
            Format::Files => u64::MAX,
            _ => self.options.max_file_bytes,
        }
    }

    /// The sample in the bytes of a file, or why there is none.
    pub fn make(
        &self,
        (entry, stamp): (&Entry, Option<Stamp>),
        bytes: Bytes,
        origin: Option<Origin>,
    ) -> Result<Made, Refusal> {
        let (name, field, content) = match self.options.format {
            Format::Files => {
                let length = bytes.len() as u64;
                let (hash, content) = Content::of(bytes, media_type_of(&entry.path), origin);
                let field = file_field(&entry.path, hash, length);
                (FILE_FIELD, field, content)
            }
            _ => {
                let (field, content) = self.picture(entry, bytes, origin)?;
                ("image", field, content)
            }
        };
        let record = self.record(&entry.path, stamp, (name, field))?;
        Ok(Made { record, content })
    }

    fn picture(
        &self,
        entry: &Entry,
        bytes: Bytes,
        origin: Option<Origin>,
    ) -> Result<(BlobField, Content), Refusal> {
        let refuse =
            |error: media::Error| Refusal::file(&entry.path, error.code(), error.to_string());
        let limits = &self.options.limits;
        // The header says how much memory the pixels take; only then are they decoded.
        let facts = media::probe(&bytes, limits).map_err(refuse)?;
        let decoded = u64::from(facts.width) * u64::from(facts.height) * 4;
        let permits = u32::try_from((decoded >> 20) + 1)
            .unwrap_or(u32::MAX)
            .min(PIXELS_MIB);
        // The semaphore is never closed.
        let pixels = self
            .runtime
            .block_on(self.pixels.acquire_many(permits))
            .ok();
        let facts = media::verify(&bytes, limits).map_err(refuse)?;
        drop(pixels);
        let length = bytes.len() as u64;
        let (hash, content) = Content::of(bytes, facts.media_type(), origin);
        let field = BlobField {
            hash,
            media_type: facts.media_type().to_owned(),
            bytes: length,
            width: Some(facts.width),
            height: Some(facts.height),
        };
        Ok((field, content))
    }

    /// Whether files stay where they are.
    pub fn is_in_place(&self) -> bool {
        self.options.in_place
    }

    /// Whether a file is only hashed, so that nothing of it has to be in memory.
    pub fn is_hashed(&self) -> bool {
        self.options.in_place && self.options.format == Format::Files
    }

    /// Whether a file is so large that it is written while it is read.
    pub fn is_streamed(&self, entry: &Entry) -> bool {
        self.options.format == Format::Files && !self.options.in_place && entry.bytes > STREAM_BYTES
    }

    /// The sample of a file that was hashed and stays where it is.
    pub fn hashed(
        &self,
        path: &str,
        stamp: Option<Stamp>,
        blob: ExternalBlob,
    ) -> Result<Made, Refusal> {
        let field = file_field(path, blob.hash, blob.bytes);
        let record = self.record(path, stamp, (FILE_FIELD, field))?;
        let content = Content::Outside(blob);
        Ok(Made { record, content })
    }

    /// The sample of a file whose blob was written while it was read.
    pub fn streamed(
        &self,
        path: &str,
        stamp: Option<Stamp>,
        blob: &BlobRef,
    ) -> Result<Made, Refusal> {
        let field = file_field(path, blob.hash, blob.bytes);
        let record = self.record(path, stamp, (FILE_FIELD, field))?;
        let content = Content::Written;
        Ok(Made { record, content })
    }

    /// The record of a file that was somewhere else before; `None` where it has to be read.
    pub fn moved(&self, path: &str, before: &Record) -> Option<Record> {
        let Fate::Sample { value, .. } = &before.fate else {
            return None;
        };
        if self.options.in_place {
            // What is recorded is where it was.
            return None;
        }
        let key = SampleKey::new(before.key.clone()).ok()?;
        let sample = sample_from_bytes(&key, value).ok()?;
        let (name, field) = sample.fields.into_iter().next()?;
        let Field::Blob(mut blob) = field else {
            return None;
        };
        if self.options.format == Format::Files {
            blob.media_type = media_type_of(path).to_owned();
        }
        self.record(path, before.stamp, (&name, blob)).ok()
    }

    fn record(
        &self,
        path: &str,
        stamp: Option<Stamp>,
        (name, field): (&str, BlobField),
    ) -> Result<Record, Refusal> {
        let is_file = self.options.format == Format::Files;
        let (key, split, label) = if is_file {
            let key = SampleKey::new(path)
                .map_err(|error| Refusal::file(path, "key_invalid", error.to_string()))?;
            (key, None, None)
        } else {
            let placed = place_file(path, self.options.label_from_folder)?;
            (placed.key, placed.split, placed.label)
        };
        let hash = field.hash;
        let sample = Sample {
            key,
            fields: [(name.to_owned(), Field::Blob(field))].into(),
            metadata: BTreeMap::new(),
            split,
        };
        let labels = label.map_or(Labels::None, Labels::Class);
        record_of(&sample, stamp, vec![hash], labels)
            .map_err(|error| Refusal::file(path, error.code(), error.to_string()))
    }
}

fn file_field(path: &str, hash: Hash, bytes: u64) -> BlobField {
    BlobField {
        hash,
        media_type: media_type_of(path).to_owned(),
        bytes,
        width: None,
        height: None,
    }
}

/// The record of a sample.
pub(crate) fn record_of(
    sample: &Sample,
    stamp: Option<Stamp>,
    blobs: Vec<Hash>,
    labels: Labels,
) -> version_store::Result<Record> {
    Ok(Record {
        key: sample.key.as_str().to_owned(),
        stamp,
        fate: Fate::Sample {
            value: sample_bytes(sample)?,
            blobs,
            labels,
        },
    })
}
