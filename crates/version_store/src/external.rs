//! Blobs that lie outside the store: what is recorded of them, and reading them.
//!
//! A record is one JSON object without spaces, members in this order; `etag` is left out where the
//! place has none: `{"format":1,"url":"s3://bucket/key","etag":"…"}`.

use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use blob_store::{Bucket, ForeignObject, RootKind};
use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use futures::{StreamExt, TryStreamExt};
use ids::{Hash, Hasher};
use serde::{Deserialize, Serialize};

use crate::objects::Objects;
use crate::pack::{Codec, EntryKind, Location, Prepared};
use crate::{Error, Result};

const VERSION: u64 = 1;
/// Bytes of an object that are asked for at once.
pub(crate) const PIECE_BYTES: u64 = 8 * 1024 * 1024;
/// Objects that are read at the same time.
const PARALLEL_OBJECTS: usize = 16;

/// Where a blob lies outside the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    format: u64,
    /// `s3://bucket/key` or `file:///path`.
    pub(crate) url: String,
    /// What the place called that state of the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
}

impl Record {
    pub(crate) fn new(url: String, etag: Option<String>) -> Self {
        Self {
            format: VERSION,
            url,
            etag,
        }
    }

    /// The entry of a blob of `bytes` bytes.
    pub(crate) fn entry(&self, hash: Hash, bytes: u64) -> Result<Prepared> {
        let stored = serde_json::to_vec(self)
            .map_err(|error| Error::damaged("a new record", error.to_string()))?;
        Ok(Prepared {
            hash,
            kind: EntryKind::Blob,
            codec: Codec::External,
            raw_len: bytes,
            stored: stored.into(),
        })
    }

    pub(crate) fn decode(hash: &Hash, location: &Location, stored: &[u8]) -> Result<Self> {
        let what = || format!("the record of blob {hash} in pack {}", location.pack);
        let record: Self = serde_json::from_slice(stored)
            .map_err(|error| Error::damaged(what(), error.to_string()))?;
        if record.format > VERSION {
            return Err(Error::NewerFormat {
                what: what(),
                found: record.format,
                supported: VERSION,
            });
        }
        Ok(record)
    }
}

/// Buckets of others, opened once each: so their connections are used again.
#[derive(Debug, Default)]
pub(crate) struct Buckets(Mutex<HashMap<String, Bucket>>);

impl Buckets {
    pub(crate) fn add(&self, bucket: Bucket) {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.insert(bucket.url(), bucket);
    }

    fn get(&self, url: &str) -> Option<Bucket> {
        let buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        buckets.get(url).cloned()
    }
}

/// An object outside the store, and what is recorded of it.
#[derive(Debug)]
pub(crate) struct Outside {
    object: ForeignObject,
    pub(crate) record: Record,
    /// Its length then.
    bytes: u64,
}

impl Outside {
    /// A part of it, as it is now.
    pub(crate) fn read(&self, range: Range<u64>) -> BoxFuture<'_, Result<Bytes>> {
        // Boxed, as what follows: every reader of blobs would carry this, and the compiler follows types of
        // futures only so deep.
        Box::pin(async move {
            match self.object.range(range).await {
                Ok(bytes) => Ok(bytes),
                Err(error) => Err(self.explain(&error).await),
            }
        })
    }

    /// All of it, if these are the bytes of the blob.
    pub(crate) async fn whole(&self, blob: &Hash) -> Result<Bytes> {
        let (mut hasher, mut whole) = (Hasher::new(), BytesMut::new());
        let mut at = 0;
        while at < self.bytes {
            let end = self.bytes.min(at + PIECE_BYTES);
            let piece = self.read(at..end).await?;
            hasher.update(&piece);
            let is_all = at == 0 && end == self.bytes;
            if is_all && hasher.finish() == *blob {
                return Ok(piece);
            }
            whole.extend_from_slice(&piece);
            at = end;
        }
        match hasher.finish() == *blob {
            true => Ok(whole.freeze()),
            false => Err(self.is_another().await),
        }
    }

    /// Reads all of it, a few megabytes at a time, and whether these are the bytes of the blob.
    pub(crate) async fn check_bytes(&self, blob: &Hash) -> Result<()> {
        let mut hasher = Hasher::new();
        let mut at = 0;
        while at < self.bytes {
            let end = self.bytes.min(at + PIECE_BYTES);
            hasher.update(&self.read(at..end).await?);
            at = end;
        }
        match hasher.finish() == *blob {
            true => Ok(()),
            false => Err(self.is_another().await),
        }
    }

    /// What is said when other bytes came than were recorded: another object lies there, unless its place says
    /// that it is the same one.
    pub(crate) fn is_another(&self) -> BoxFuture<'_, Error> {
        Box::pin(async move {
            match self.object.head().await {
                Ok(Some(seen)) if seen.etag.is_some() && seen.etag == self.record.etag => {
                    self.failed("other bytes came than its ETag was recorded for".to_owned())
                }
                Ok(None) => self.gone(),
                Err(error) => self.failed(error.to_string()),
                Ok(Some(_)) => self.changed(),
            }
        })
    }

    /// Whether it seems to be what was recorded, as far as that is told without reading it. Where it was written
    /// again, its bytes decide: they may be the same ones.
    pub(crate) async fn check_state(&self, blob: &Hash) -> Result<()> {
        let found = self.object.head().await;
        let Some(seen) = found.map_err(|error| self.failed(error.to_string()))? else {
            return Err(self.gone());
        };
        if seen.bytes != self.bytes {
            return Err(self.changed());
        }
        if self.record.etag.is_some() && self.record.etag != seen.etag {
            return self.check_bytes(blob).await;
        }
        Ok(())
    }

    /// Why it can't be read: none lies there, or a shorter one, or the place fails.
    async fn explain(&self, error: &blob_store::Error) -> Error {
        match self.object.head().await {
            Ok(None) => self.gone(),
            Ok(Some(seen)) if seen.bytes != self.bytes => self.changed(),
            _ => self.failed(error.to_string()),
        }
    }

    fn changed(&self) -> Error {
        Error::ExternalChanged {
            url: self.record.url.clone(),
        }
    }

    fn gone(&self) -> Error {
        self.failed("nothing is there any more".to_owned())
    }

    fn failed(&self, reason: String) -> Error {
        Error::External {
            url: self.record.url.clone(),
            reason,
        }
    }
}

impl Objects {
    /// The place that a record names: in S3 with the access of this store, or a file where the
    /// store itself is a folder of this machine.
    pub(crate) fn outside(&self, record: Record, bytes: u64) -> Result<Outside> {
        let object = self.foreign(&record.url);
        let object = object.map_err(|reason| Error::External {
            url: record.url.clone(),
            reason,
        })?;
        Ok(Outside {
            object,
            record,
            bytes,
        })
    }

    fn foreign(&self, url: &str) -> std::result::Result<ForeignObject, String> {
        if let Some(rest) = url.strip_prefix("s3://") {
            let (bucket, key) = rest.split_once('/').ok_or("it names no object")?;
            let place = format!("s3://{bucket}");
            let bucket = match self.buckets.get(&place) {
                Some(bucket) => bucket,
                None => {
                    let opened = Bucket::open(&place, &self.access);
                    let opened = opened.map_err(|error| error.to_string())?;
                    self.buckets.add(opened.clone());
                    opened
                }
            };
            return bucket.object(key).map_err(|error| error.to_string());
        }
        let Some(file) = url.strip_prefix("file://").filter(|f| f.starts_with('/')) else {
            return Err("only s3:// and file:/// are read".to_owned());
        };
        if self.root.kind() != RootKind::Folder {
            return Err("files are read only from a store that is a folder".to_owned());
        }
        Ok(ForeignObject::file(PathBuf::from(file)))
    }

    /// What is recorded of blobs that lie outside, in the order asked for; of one pack together.
    async fn records(&self, wanted: &[(Hash, Location)]) -> Result<Vec<Record>> {
        let mut by_pack: HashMap<Hash, Vec<usize>> = HashMap::new();
        for (at, (_, place)) in wanted.iter().enumerate() {
            by_pack.entry(place.pack).or_default().push(at);
        }
        let mut found: Vec<Option<Record>> = vec![None; wanted.len()];
        for (pack, of_pack) in by_pack {
            let ranges: Vec<_> = of_pack.iter().map(|at| wanted[*at].1.range()).collect();
            let stored = self.pack_ranges(&pack, &ranges).await?;
            for (at, stored) in of_pack.into_iter().zip(stored) {
                let (blob, place) = &wanted[at];
                found[at] = Some(Record::decode(blob, place, &stored)?);
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// The objects outside that are recorded for blobs, in the order asked for.
    pub(crate) async fn outside_many(&self, wanted: &[(Hash, Location)]) -> Result<Vec<Outside>> {
        let records = self.records(wanted).await?.into_iter();
        let outside = records.zip(wanted);
        outside
            .map(|(record, (_, place))| self.outside(record, place.raw_len))
            .collect()
    }

    /// Whole blobs that lie outside, in the order asked for.
    pub(crate) fn read_outside<'a>(
        &'a self,
        wanted: &'a [(Hash, Location)],
    ) -> BoxFuture<'a, Result<Vec<Bytes>>> {
        // Boxed: few blobs lie outside, and every reader of blobs would carry this.
        Box::pin(async move {
            let outside = self.outside_many(wanted).await?;
            let reads = outside.into_iter().zip(wanted).map(|(outside, (blob, _))| {
                let blob = *blob;
                async move { outside.whole(&blob).await }
            });
            let reads: Vec<_> = reads.collect();
            let reads = futures::stream::iter(reads).buffered(PARALLEL_OBJECTS);
            reads.try_collect().await
        })
    }

    /// The object outside that is recorded for a blob, as it is recorded.
    pub(crate) async fn outside_of(&self, blob: &Hash, place: &Location) -> Result<Outside> {
        let mut found = self.outside_many(&[(*blob, *place)]).await?;
        found.pop().ok_or(Error::Missing {
            what: "blob",
            hash: *blob,
        })
    }

    /// Opens the object outside that is recorded for a blob, if it is as it was.
    pub(crate) async fn open_outside(&self, blob: &Hash, place: &Location) -> Result<Outside> {
        let outside = self.outside_of(blob, place).await?;
        outside.check_state(blob).await?;
        Ok(outside)
    }
}
