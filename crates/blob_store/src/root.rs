//! The root: every operation on objects, dispatched to a folder, S3 or a server.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::Stream;
use object_store::PutPayload;

use crate::access::Place;
use crate::folder::Folder;
use crate::s3::S3;
use crate::server::Server;
use crate::{Error, Result, RootKind, StoreAccess, path};

/// One object of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// Path within the root.
    pub path: String,
    /// Length in bytes.
    pub bytes: u64,
    /// When it was last written, milliseconds since 1970 in UTC; 0 where the store does not tell.
    pub modified_ms: i64,
}

/// Which writing of an object was read; given back to [`ObjectRoot::update`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(pub(crate) String);

/// A place in object storage under which all paths are relative. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ObjectRoot {
    backend: Backend,
    url: Arc<str>,
    prefix: Arc<str>,
}

#[derive(Clone, Debug)]
enum Backend {
    Folder(Arc<Folder>),
    S3(Arc<S3>),
    Server(Arc<Server>),
}

impl ObjectRoot {
    /// Opens the place that `url` names. Nothing is written and nothing is created yet.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] when the URL or the access can't be used.
    pub fn open(url: &str, access: &StoreAccess) -> Result<Self> {
        let (backend, prefix) = match Place::parse(url)? {
            Place::Folder(folder) => (
                Backend::Folder(Arc::new(Folder::new(folder))),
                String::new(),
            ),
            Place::S3 { bucket, prefix } => (
                Backend::S3(Arc::new(S3::open(url, &bucket, access)?)),
                prefix,
            ),
            Place::Server { base, workspace } => {
                let server = Server::open(&base, &workspace, access.token.clone())?;
                (Backend::Server(Arc::new(server)), String::new())
            }
        };
        Ok(Self {
            backend,
            url: url.trim_end_matches('/').into(),
            prefix: prefix.into(),
        })
    }

    /// A root over any store that `object_store` knows how to talk to, under a name of its own. Only
    /// tests have one: a store that fails on purpose.
    #[doc(hidden)]
    #[must_use]
    pub fn over(store: Arc<dyn object_store::ObjectStore>, url: &str) -> Self {
        Self {
            backend: Backend::S3(Arc::new(S3::over(store))),
            url: url.into(),
            prefix: "".into(),
        }
    }

    /// The root `name` levels below this one, as the store of one workspace.
    ///
    /// # Errors
    /// [`Error::InvalidPath`] when `name` is no plain path.
    pub fn child(&self, name: &str) -> Result<Self> {
        path::check(name)?;
        Ok(Self {
            backend: self.backend.clone(),
            url: format!("{}/{name}", self.url).into(),
            prefix: path::join(&self.prefix, name).into(),
        })
    }

    /// The URL as it was given, with the names of children added.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What stands behind the root.
    #[must_use]
    pub const fn kind(&self) -> RootKind {
        match self.backend {
            Backend::Folder(_) => RootKind::Folder,
            Backend::S3(_) => RootKind::S3,
            Backend::Server(_) => RootKind::Server,
        }
    }

    /// The file that holds an object, when the root is a folder.
    #[must_use]
    pub fn local_file(&self, path: &str) -> Option<std::path::PathBuf> {
        match &self.backend {
            Backend::Folder(folder) => self.full(path).ok().map(|full| folder.base().join(full)),
            _ => None,
        }
    }

    /// An object as a memory map, where the root is a folder of this machine; `None` elsewhere.
    /// Only for objects that are never changed once they are written.
    ///
    /// # Errors
    /// [`Error::NotFound`] and failures of the file system.
    pub fn map(&self, path: &str) -> Result<Option<Bytes>> {
        match &self.backend {
            Backend::Folder(folder) => folder.map(&self.full(path)?).map(Some),
            Backend::S3(_) | Backend::Server(_) => Ok(None),
        }
    }

    fn full(&self, path: &str) -> Result<String> {
        path::check(path)?;
        Ok(path::join(&self.prefix, path))
    }

    fn read_only(&self) -> Error {
        Error::ReadOnly {
            url: self.url.to_string(),
        }
    }

    /// A whole object.
    ///
    /// # Errors
    /// [`Error::NotFound`] and failures of the store.
    pub async fn get(&self, path: &str) -> Result<Bytes> {
        let full = self.full(path)?;
        match &self.backend {
            Backend::Folder(folder) => folder.get(full).await,
            Backend::S3(s3) => s3.get(&full).await,
            Backend::Server(server) => server.get(&full, None).await,
        }
    }

    /// A whole object, or `None` when there is none.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn get_opt(&self, path: &str) -> Result<Option<Bytes>> {
        match self.get(path).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A whole object and the version to give to [`ObjectRoot::update`]; `None` when there is none.
    ///
    /// # Errors
    /// Failures of the store; [`Error::ReadOnly`] on a server.
    pub async fn get_versioned(&self, path: &str) -> Result<Option<(Bytes, Version)>> {
        let full = self.full(path)?;
        let read = match &self.backend {
            Backend::Folder(folder) => folder.get_versioned(full).await,
            Backend::S3(s3) => s3.get_versioned(&full).await,
            Backend::Server(_) => Err(self.read_only()),
        };
        match read {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The bytes `range` of an object, all of them.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::ShortObject`], and failures of the store.
    pub async fn get_range(&self, path: &str, range: Range<u64>) -> Result<Bytes> {
        let mut parts = self.get_ranges(path, std::slice::from_ref(&range)).await?;
        Ok(parts.pop().unwrap_or_default())
    }

    /// Several ranges of one object, in the order asked for. Ranges that lie near one another are
    /// read together where a request costs more than the gap.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::ShortObject`], and failures of the store.
    pub async fn get_ranges(&self, path: &str, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let full = self.full(path)?;
        if let Some(range) = ranges.iter().find(|range| range.start > range.end) {
            return Err(Error::ShortObject {
                path: full,
                bytes: 0,
                start: range.start,
                end: range.end,
            });
        }
        match &self.backend {
            Backend::Folder(folder) => folder.get_ranges(full, ranges.to_vec()).await,
            Backend::S3(s3) => s3.get_ranges(&full, ranges).await,
            Backend::Server(server) => server.get_ranges(&full, ranges).await,
        }
    }

    /// Length and time of an object, or `None` when there is none.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn head(&self, path: &str) -> Result<Option<ObjectInfo>> {
        let full = self.full(path)?;
        let found = match &self.backend {
            Backend::Folder(folder) => folder.head(full).await,
            Backend::S3(s3) => s3.head(&full).await,
            Backend::Server(server) => server.head(&full).await,
        };
        match found {
            Ok(info) => Ok(Some(ObjectInfo {
                path: path.to_owned(),
                ..info
            })),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes an object, replacing what stood there. Only for things that can be derived again.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] and failures of the store.
    pub async fn put(&self, path: &str, bytes: Bytes) -> Result<()> {
        let full = self.full(path)?;
        match &self.backend {
            Backend::Folder(folder) => folder.put(&full, bytes).await,
            Backend::S3(s3) => s3.put(&full, bytes).await,
            Backend::Server(_) => Err(self.read_only()),
        }
    }

    /// Writes an object unless it is there. `true`: written now; `false`: the same bytes stood
    /// there already (also when an earlier try of ours succeeded and its answer was lost).
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] when other bytes stand there; [`Error::ReadOnly`]; failures.
    pub async fn put_if_absent(&self, path: &str, bytes: Bytes) -> Result<bool> {
        self.put_parts_if_absent(path, vec![bytes]).await
    }

    /// As [`ObjectRoot::put_if_absent`], for an object whose bytes lie in several places.
    ///
    /// # Errors
    /// As [`ObjectRoot::put_if_absent`].
    pub async fn put_parts_if_absent(&self, path: &str, parts: Vec<Bytes>) -> Result<bool> {
        let full = self.full(path)?;
        let payload: PutPayload = parts.iter().cloned().collect();
        let written = match &self.backend {
            Backend::Folder(folder) => folder.create(&full, payload).await,
            Backend::S3(s3) => s3.create(&full, payload).await,
            Backend::Server(_) => Err(self.read_only()),
        };
        match written {
            Ok(()) => Ok(true),
            Err(Error::AlreadyExists { .. } | Error::Conflict { .. }) => {
                if self
                    .get_opt(path)
                    .await?
                    .is_some_and(|there| is_made_of(&there, &parts))
                {
                    Ok(false)
                } else {
                    Err(Error::AlreadyExists {
                        path: path.to_owned(),
                    })
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Compare and swap: writes `bytes` if the object is still at `expected` (`None`: absent).
    ///
    /// # Errors
    /// [`Error::Conflict`] when someone else was faster; [`Error::ReadOnly`]; failures.
    pub async fn update(
        &self,
        path: &str,
        bytes: Bytes,
        expected: Option<&Version>,
    ) -> Result<Version> {
        let full = self.full(path)?;
        let written = match &self.backend {
            Backend::Folder(folder) => folder.update(full, bytes.clone(), expected.cloned()).await,
            Backend::S3(s3) => s3.update(&full, bytes.clone(), expected).await,
            Backend::Server(_) => Err(self.read_only()),
        };
        match written {
            Err(Error::AlreadyExists { .. } | Error::Conflict { .. }) => {
                // A retried request can meet its own first try: then what we wanted stands there.
                match self.get_versioned(path).await? {
                    Some((there, version)) if there == bytes => Ok(version),
                    _ => Err(Error::Conflict {
                        path: path.to_owned(),
                    }),
                }
            }
            other => other,
        }
    }

    /// Writes a long object from a stream, in parts, replacing what stood there. Memory use is a
    /// few parts of 8 MiB. Dropping the future leaves no object (S3 may keep unfinished parts).
    ///
    /// # Errors
    /// [`Error::ReadOnly`], errors of the stream, failures of the store.
    pub async fn put_stream<S>(&self, path: &str, stream: S) -> Result<u64>
    where
        S: Stream<Item = Result<Bytes>> + Send + Unpin,
    {
        let full = self.full(path)?;
        match &self.backend {
            Backend::Folder(folder) => folder.put_stream(&full, stream).await,
            Backend::S3(s3) => s3.put_stream(&full, stream).await,
            Backend::Server(_) => Err(self.read_only()),
        }
    }

    /// All objects under a prefix of whole segments (empty: all), sorted by path. Names that begin
    /// with a dot are left out.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn list(&self, prefix: &str) -> Result<Vec<ObjectInfo>> {
        let prefix = prefix.trim_end_matches('/');
        let full = if prefix.is_empty() {
            self.prefix.to_string()
        } else {
            self.full(prefix)?
        };
        let mut found = match &self.backend {
            Backend::Folder(folder) => folder.list(&full).await?,
            Backend::S3(s3) => s3.list(&full).await?,
            Backend::Server(server) => server.list(&full).await?,
        };
        if !self.prefix.is_empty() {
            for info in &mut found {
                info.path.drain(..=self.prefix.len());
            }
        }
        found.retain(|info| !info.path.split('/').any(|segment| segment.starts_with('.')));
        found.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// Deletes an object; one that is not there is no error.
    ///
    /// # Errors
    /// [`Error::ReadOnly`] and failures of the store.
    pub async fn delete(&self, path: &str) -> Result<()> {
        let full = self.full(path)?;
        let deleted = match &self.backend {
            Backend::Folder(folder) => folder.delete(&full).await,
            Backend::S3(s3) => s3.delete(&full).await,
            Backend::Server(_) => Err(self.read_only()),
        };
        match deleted {
            Err(error) if error.is_not_found() => Ok(()),
            other => other,
        }
    }

    /// Deletes what writers that were killed left under a prefix, last written at `before_ms`
    /// (milliseconds since 1970 in UTC) or earlier: files of a folder that never became objects. Tells how
    /// many there were, and their bytes. Elsewhere nothing is left: a put that is cut off is no object.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn sweep_unfinished(
        &self,
        prefix: &str,
        before_ms: i64,
        dry_run: bool,
    ) -> Result<(u64, u64)> {
        let full = self.full(prefix)?;
        match &self.backend {
            Backend::Folder(folder) => folder.sweep_unfinished(&full, before_ms, dry_run).await,
            Backend::S3(_) | Backend::Server(_) => Ok((0, 0)),
        }
    }

    /// Copies an object into a local file, streaming.
    ///
    /// # Errors
    /// [`Error::NotFound`] and failures of the store or the file.
    pub async fn download(&self, path: &str, target: &Path) -> Result<()> {
        const PART: u64 = 16 * 1024 * 1024;
        let info = self.head(path).await?.ok_or_else(|| Error::NotFound {
            path: path.to_owned(),
        })?;
        let failed = |error: std::io::Error| Error::of_file(&target.display().to_string(), &error);
        let mut file = tokio::fs::File::create(target).await.map_err(failed)?;
        let mut at = 0;
        while at < info.bytes {
            let part = self.get_range(path, at..info.bytes.min(at + PART)).await?;
            at += part.len() as u64;
            tokio::io::AsyncWriteExt::write_all(&mut file, &part)
                .await
                .map_err(failed)?;
        }
        tokio::io::AsyncWriteExt::flush(&mut file)
            .await
            .map_err(failed)
    }
}

/// Whether `whole` is the parts, one after another.
fn is_made_of(whole: &[u8], parts: &[Bytes]) -> bool {
    let mut rest = whole;
    let fits = parts.iter().all(|part| {
        rest.strip_prefix(part.as_ref())
            .map(|left| rest = left)
            .is_some()
    });
    fits && rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_compared_in_order_and_to_the_end() {
        let parts = [Bytes::from("ab"), Bytes::new(), Bytes::from("c")];
        assert!(is_made_of(b"abc", &parts));
        for other in ["ab", "abcd", "acb", ""] {
            assert!(!is_made_of(other.as_bytes(), &parts), "{other}");
        }
    }
}
