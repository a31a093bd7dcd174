//! Blobs that lie outside the store: what is recorded of them, and reading them.
//!
//! A record is one JSON object without spaces, members in this order; `etag` is left out where the
//! place has none: `{"format":1,"url":"s3://bucket/key","etag":"…"}`.

use std::ops::Range;

use blob_store::{ObjectRoot, RootKind};
use bytes::Bytes;
use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::objects::Objects;
use crate::pack::{Codec, EntryKind, Location, Prepared};
use crate::{Error, Result};

const VERSION: u64 = 1;

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

/// An object outside the store, open for reading.
#[derive(Debug)]
pub(crate) struct Outside {
    root: ObjectRoot,
    path: String,
    url: String,
}

impl Outside {
    pub(crate) async fn read(&self, range: Range<u64>) -> Result<Bytes> {
        match self.root.get_range(&self.path, range).await {
            Ok(bytes) => Ok(bytes),
            Err(blob_store::Error::ShortObject { .. }) => Err(self.changed()),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// What is said when other bytes lie there than were recorded.
    pub(crate) fn changed(&self) -> Error {
        Error::ExternalChanged {
            url: self.url.clone(),
        }
    }

    fn failed(&self, error: &blob_store::Error) -> Error {
        Error::External {
            url: self.url.clone(),
            reason: error.to_string(),
        }
    }
}

impl Objects {
    /// The place that a record names: in S3 with the access of this store, or a file where the
    /// store itself is a folder of this machine.
    pub(crate) fn outside(&self, record: &Record) -> Result<Outside> {
        let refuse = |reason: &str| Error::External {
            url: record.url.clone(),
            reason: reason.to_owned(),
        };
        let (place, path) = if let Some(rest) = record.url.strip_prefix("s3://") {
            let (bucket, key) = rest
                .split_once('/')
                .ok_or_else(|| refuse("it names no object"))?;
            (format!("s3://{bucket}"), key)
        } else if let Some(file) = record.url.strip_prefix("file:///") {
            if self.root.kind() != RootKind::Folder {
                return Err(refuse("files are read only from a store that is a folder"));
            }
            match file.rsplit_once('/') {
                Some((folder, name)) => (format!("file:///{folder}"), name),
                None => ("file:///".to_owned(), file),
            }
        } else {
            return Err(refuse("only s3:// and file:/// are read"));
        };
        let opened = ObjectRoot::open(&place, &self.access);
        let root = opened.map_err(|error| refuse(&error.to_string()))?;
        root.check_path(path)
            .map_err(|error| refuse(&error.to_string()))?;
        Ok(Outside {
            root,
            path: path.to_owned(),
            url: record.url.clone(),
        })
    }

    /// Opens the object outside that is recorded for a blob, if it is as it was.
    pub(crate) async fn open_outside(&self, blob: &Hash, place: &Location) -> Result<Outside> {
        let mut parts = self.pack_ranges(&place.pack, &[place.range()]).await?;
        let record = Record::decode(blob, place, &parts.pop().unwrap_or_default())?;
        let outside = self.outside(&record)?;
        let found = outside.root.head_tagged(&outside.path).await;
        let Some((info, etag)) = found.map_err(|error| outside.failed(&error))? else {
            return Err(Error::External {
                url: record.url,
                reason: "nothing is there any more".to_owned(),
            });
        };
        let is_tagged = record.etag.is_some();
        if info.bytes != place.raw_len || (is_tagged && record.etag != etag) {
            return Err(outside.changed());
        }
        Ok(outside)
    }
}
