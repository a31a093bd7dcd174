//! Objects under a prefix of a bucket.
use std::io;
use std::path::PathBuf;

use blob_store::{Bucket, Listed, StoreAccess};
use futures::future::BoxFuture;
use futures::stream::{StreamExt, TryStreamExt};
use ids::Hash;
use tokio::sync::mpsc;

use crate::source::{Stamp, Unlisted};
use crate::{Entries, Entry, Error, Opened, Result, Source};

/// Objects that the listing may be ahead of its reader: two pages.
const AHEAD: usize = 2000;

/// The objects under a prefix of a bucket, by their keys behind the prefix. Names that begin with a dot are
/// passed over, and so are the empty objects that stand for folders.
#[derive(Debug, Clone)]
pub struct BucketObjects {
    bucket: Bucket,
    url: String,
}

impl BucketObjects {
    /// What lies under `s3://bucket/prefix`. Nothing is asked yet.
    ///
    /// # Errors
    /// [`Error::Source`] when this is no such URL.
    pub fn new(url: &str, access: &StoreAccess) -> Result<Self> {
        let bucket = Bucket::open(url, access).map_err(|error| Error::Source {
            path: url.to_owned(),
            reason: error.to_string(),
        })?;
        Ok(Self::of(bucket))
    }

    /// What lies in `bucket`.
    #[must_use]
    pub fn of(bucket: Bucket) -> Self {
        let url = bucket.url();
        Self { bucket, url }
    }
}

impl Source for BucketObjects {
    fn name(&self) -> &str {
        &self.url
    }

    fn place(&self) -> Option<String> {
        Some(self.url.clone())
    }

    fn entries(&self) -> Entries {
        let (send, mut receive) = mpsc::channel(AHEAD);
        tokio::spawn(list(self.bucket.clone(), send));
        Box::new(std::iter::from_fn(move || receive.blocking_recv()))
    }

    fn local(&self, _path: &str) -> Option<PathBuf> {
        None
    }

    fn url(&self, path: &str) -> Option<String> {
        Some(self.bucket.url_of(path))
    }

    fn open(&self, path: &str) -> BoxFuture<'static, io::Result<Opened>> {
        let object = self.bucket.object(path);
        Box::pin(async move {
            let object = object.map_err(io::Error::other)?;
            let (seen, pieces) = object.read().await.map_err(io::Error::other)?;
            Ok(Opened {
                pieces: pieces.map_err(io::Error::other).boxed(),
                etag: seen.etag,
            })
        })
    }
}

type Found = std::result::Result<(Entry, Option<Stamp>), Unlisted>;

/// Sends what the bucket lists, until nobody wants more.
async fn list(bucket: Bucket, send: mpsc::Sender<Found>) {
    let failed = |reason: String| {
        Err(Unlisted::Failed(Error::Source {
            path: bucket.url(),
            reason,
        }))
    };
    let mut listed = bucket.list();
    let mut last = String::new();
    let mut is_empty = true;
    while let Some(next) = listed.next().await {
        let found = match next {
            Err(error) => failed(error.to_string()),
            Ok(listed) if is_passed_over(&bucket, &listed).await => continue,
            // What is known of the last import is found in the order of keys.
            Ok(listed) if listed.path <= last => failed(format!(
                "it lists {:?} behind {last:?}: out of order",
                listed.path
            )),
            Ok(listed) => {
                last.clone_from(&listed.path);
                is_empty = false;
                Ok(entry(listed))
            }
        };
        let is_last = found.is_err();
        if send.send(found).await.is_err() || is_last {
            return;
        }
    }
    if is_empty {
        // A wrong prefix must not pass for an empty one: a mirroring import would remove all samples.
        // Nobody listening is no failure.
        let _ = send.send(failed("no object lies there".to_owned())).await;
    }
}

fn entry(listed: Listed) -> (Entry, Option<Stamp>) {
    let Listed { path, seen } = listed;
    let bytes = seen.bytes;
    let etag = seen.etag.map(|etag| Hash::of(etag.as_bytes()));
    let stamp = etag.map(|etag| Stamp::Object { bytes, etag });
    (Entry { path, bytes }, stamp)
}

/// Whether this is hidden, or an empty object whose key ends with a slash: such a one stands for a folder,
/// and by the key as it is told here none is found.
async fn is_passed_over(bucket: &Bucket, listed: &Listed) -> bool {
    let path = &listed.path;
    if path.is_empty() || path.split('/').any(|part| part.starts_with('.')) {
        return true;
    }
    if listed.seen.bytes > 0 {
        return false;
    }
    match bucket.object(path) {
        Ok(object) => matches!(object.head().await, Ok(None)),
        Err(_) => false,
    }
}
