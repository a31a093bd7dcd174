//! Objects of others: read where they lie, under whatever name they have there, and never written.

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt, TryStreamExt, try_unfold};
use object_store::path::Path;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt};

use crate::s3::S3;
use crate::{Error, Result, StoreAccess};

/// The state of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Length in bytes.
    pub bytes: u64,
    /// What the place calls this state of the object (its `ETag`), where it does.
    pub etag: Option<String>,
}

/// An object of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key within the bucket, less the prefix.
    pub path: String,
    /// Its state when it was listed.
    pub seen: Seen,
}

/// A bucket of others, or what lies under a prefix of it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    url: Arc<str>,
    prefix: Arc<str>,
}

impl Bucket {
    /// Opens `s3://bucket` or `s3://bucket/prefix`; the prefix is one of whole segments. Nothing is asked yet.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] and [`Error::InvalidPath`].
    pub fn open(url: &str, access: &StoreAccess) -> Result<Self> {
        let refuse = |reason: &str| Error::InvalidUrl {
            url: url.to_owned(),
            reason: reason.to_owned(),
        };
        let rest = url.strip_prefix("s3://");
        let rest = rest.ok_or_else(|| refuse("a bucket is s3://bucket or s3://bucket/prefix"))?;
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if name.is_empty() {
            return Err(refuse("it names no bucket"));
        }
        let prefix = prefix.trim_end_matches('/');
        if !prefix.is_empty() {
            object(prefix)?;
        }
        Ok(Self {
            store: S3::open(url, name, access)?.store,
            url: format!("s3://{name}").into(),
            prefix: prefix.into(),
        })
    }

    /// A bucket in any store that `object_store` knows how to talk to. Only tests have one: a store that
    /// fails on purpose.
    #[doc(hidden)]
    #[must_use]
    pub fn over(store: Arc<dyn ObjectStore>, name: &str) -> Self {
        Self {
            store,
            url: format!("s3://{name}").into(),
            prefix: "".into(),
        }
    }

    /// `s3://bucket/prefix`, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        match self.prefix.is_empty() {
            true => self.url.to_string(),
            false => format!("{}/{}", self.url, self.prefix),
        }
    }

    /// The URL of an object, `s3://bucket/prefix/path`.
    #[must_use]
    pub fn url_of(&self, path: &str) -> String {
        format!("{}/{path}", self.url())
    }

    /// One object.
    ///
    /// # Errors
    /// [`Error::InvalidPath`] when no object can have this key.
    pub fn object(&self, path: &str) -> Result<ForeignObject> {
        let key = match self.prefix.is_empty() {
            true => object(path)?,
            false => object(&format!("{}/{path}", self.prefix))?,
        };
        Ok(ForeignObject(Place::Object(Arc::clone(&self.store), key)))
    }

    /// All objects, page by page, in the order in which the bucket lists them: that of the bytes of their
    /// keys, by the rules of S3.
    pub fn list(&self) -> BoxStream<'static, Result<Listed>> {
        let prefix = (!self.prefix.is_empty()).then(|| Path::parse(&*self.prefix).ok());
        let (shown, skip) = (self.url(), self.prefix.len());
        let listed = self.store.list(prefix.flatten().as_ref());
        let listed = listed.map(move |meta| {
            let meta = meta.map_err(|error| Error::of_object(&shown, error))?;
            let path = meta.location.as_ref().get(skip..).unwrap_or_default();
            Ok(Listed {
                path: path.trim_start_matches('/').to_owned(),
                seen: Seen {
                    bytes: meta.size,
                    etag: meta.e_tag,
                },
            })
        });
        listed.boxed()
    }
}

/// One object of others: of a bucket, or a file of this machine.
#[derive(Debug, Clone)]
pub struct ForeignObject(Place);

#[derive(Debug, Clone)]
enum Place {
    Object(Arc<dyn ObjectStore>, Path),
    File(PathBuf),
}

impl ForeignObject {
    /// A file of this machine.
    #[must_use]
    pub const fn file(path: PathBuf) -> Self {
        Self(Place::File(path))
    }

    fn name(&self) -> String {
        match &self.0 {
            Place::Object(_, key) => key.to_string(),
            Place::File(path) => path.display().to_string(),
        }
    }

    /// The state that it is in, or `None` when it is not there.
    ///
    /// # Errors
    /// Failures of the place.
    pub async fn head(&self) -> Result<Option<Seen>> {
        let found = match &self.0 {
            Place::Object(store, key) => {
                let meta = store.head(key).await;
                meta.map(|meta| Seen {
                    bytes: meta.size,
                    etag: meta.e_tag,
                })
                .map_err(|error| Error::of_object(key.as_ref(), error))
            }
            Place::File(path) => {
                let facts = tokio::fs::metadata(path).await;
                facts
                    .map(|facts| Seen {
                        bytes: facts.len(),
                        etag: None,
                    })
                    .map_err(|error| Error::of_file(&self.name(), &error))
            }
        };
        match found {
            Ok(seen) => Ok(Some(seen)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The bytes `range`, all of them.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::ShortObject`], failures of the place.
    pub async fn range(&self, range: Range<u64>) -> Result<Bytes> {
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        let bytes = match &self.0 {
            Place::Object(store, key) => {
                let read = store.get_range(key, range.clone()).await;
                read.map_err(|error| Error::of_object(key.as_ref(), error))?
            }
            Place::File(path) => {
                let (path, range) = (path.clone(), range.clone());
                let read = tokio::task::spawn_blocking(move || read_part(&path, &range)).await;
                let read = read.map_err(|error| Error::Failed {
                    path: self.name(),
                    detail: error.to_string(),
                })?;
                read.map_err(|error| Error::of_file(&self.name(), &error))?
            }
        };
        match bytes.len() as u64 == range.end - range.start {
            true => Ok(bytes),
            false => Err(Error::ShortObject {
                path: self.name(),
                bytes: range.start + bytes.len() as u64,
                start: range.start,
                end: range.end,
            }),
        }
    }

    /// The whole object in one go, with the state in which it is read: the bytes are of no other.
    ///
    /// # Errors
    /// [`Error::NotFound`], failures of the place; the stream fails where it ends too early.
    pub async fn read(&self) -> Result<(Seen, BoxStream<'static, Result<Bytes>>)> {
        let Place::Object(store, key) = &self.0 else {
            return self.read_file().await;
        };
        let name = key.to_string();
        let found = store.get_opts(key, GetOptions::default()).await;
        let found = found.map_err(|error| Error::of_object(&name, error))?;
        let seen = Seen {
            bytes: found.meta.size,
            etag: found.meta.e_tag.clone(),
        };
        let of_object = name.clone();
        let pieces = found.into_stream();
        let pieces = pieces.map_err(move |error| Error::of_object(&of_object, error));
        Ok((seen.clone(), whole(name, seen.bytes, pieces.boxed())))
    }

    async fn read_file(&self) -> Result<(Seen, BoxStream<'static, Result<Bytes>>)> {
        const PIECE: u64 = 4 * 1024 * 1024;
        let seen = self
            .head()
            .await?
            .ok_or_else(|| Error::NotFound { path: self.name() })?;
        let (this, bytes) = (self.clone(), seen.bytes);
        let pieces = try_unfold((this, 0), move |(this, at)| async move {
            if at >= bytes {
                return Ok(None);
            }
            let end = bytes.min(at + PIECE);
            Ok(Some((this.range(at..end).await?, (this, end))))
        });
        Ok((seen, pieces.boxed()))
    }
}

/// The same stream, which fails at its end if it had not `bytes` bytes.
fn whole(
    path: String,
    bytes: u64,
    pieces: BoxStream<'static, Result<Bytes>>,
) -> BoxStream<'static, Result<Bytes>> {
    let checked = try_unfold((pieces, 0), move |(mut pieces, at)| {
        let path = path.clone();
        async move {
            let piece = pieces.try_next().await?;
            let length = piece.as_ref().map_or(0, Bytes::len) as u64;
            match piece {
                None if at != bytes => Err(Error::ShortObject {
                    path,
                    bytes: at,
                    start: 0,
                    end: bytes,
                }),
                None => Ok(None),
                Some(piece) => Ok(Some((piece, (pieces, at + length)))),
            }
        }
    });
    checked.boxed()
}

fn read_part(path: &std::path::Path, range: &Range<u64>) -> std::io::Result<Bytes> {
    let file = File::open(path)?;
    // Not more than there is: a damaged record could name any length.
    let end = range.end.min(file.metadata()?.len());
    let length = usize::try_from(end.saturating_sub(range.start)).unwrap_or(0);
    let mut part = vec![0; length];
    file.read_exact_at(&mut part, range.start)?;
    Ok(part.into())
}

/// Buckets of others have all kinds of names: only what no request can name is refused.
fn object(path: &str) -> Result<Path> {
    let refuse = || Error::InvalidPath {
        path: path.to_owned(),
    };
    let parsed = Path::parse(path).map_err(|_| refuse())?;
    // A slash at either end would be lost, and another object read.
    (parsed.as_ref() == path && !path.is_empty())
        .then_some(parsed)
        .ok_or_else(refuse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_and_keys_are_taken_as_they_are() {
        let access = StoreAccess::default();
        let bucket = Bucket::open("s3://data/raw/2026/", &access).unwrap();
        assert_eq!(bucket.url(), "s3://data/raw/2026");
        assert_eq!(
            bucket.url_of("a#1[2]~.png"),
            "s3://data/raw/2026/a#1[2]~.png"
        );
        assert!(bucket.object("50 % of [all]~#1.png").is_ok());
        for bad in ["", "/a", "a/", "a//b", "../a", "a\nb"] {
            assert!(bucket.object(bad).is_err(), "{bad:?}");
        }
        for bad in ["s3://", "file:///a", "s3://b/../c"] {
            assert!(Bucket::open(bad, &access).is_err(), "{bad}");
        }
        assert_eq!(
            Bucket::open("s3://data", &access).unwrap().url(),
            "s3://data"
        );
    }
}
