//! A local folder. Writes go through `object_store` with fsync; reads go straight to the files.

use std::fs::File;
use std::io::Write;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, WriteMultipart};

use crate::root::{ObjectInfo, Version};
use crate::{Error, Result};

/// Name of the file whose lock makes [`Folder::update`] atomic.
const LOCK_FILE: &str = ".lock";

#[derive(Debug)]
pub(crate) struct Folder {
    base: PathBuf,
    store: LocalFileSystem,
}

impl Folder {
    pub(crate) fn new(base: PathBuf) -> Self {
        // No prefix: object_store would insist that the folder exists, and reading must create none.
        Self {
            base,
            store: LocalFileSystem::new().with_fsync(true),
        }
    }

    pub(crate) fn base(&self) -> &Path {
        &self.base
    }

    fn object(&self, path: &str) -> Result<object_store::path::Path> {
        object_store::path::Path::from_absolute_path(self.base.join(path)).map_err(|_| {
            Error::InvalidPath {
                path: path.to_owned(),
            }
        })
    }

    pub(crate) async fn get(&self, path: String) -> Result<Bytes> {
        let file = self.base.join(&path);
        blocking(move || {
            std::fs::read(file)
                .map(Bytes::from)
                .map_err(|error| Error::of_file(&path, &error))
        })
        .await
    }

    pub(crate) async fn get_versioned(&self, path: String) -> Result<(Bytes, Version)> {
        let bytes = self.get(path).await?;
        let version = version_of(&bytes);
        Ok((bytes, version))
    }

    pub(crate) async fn get_ranges(
        &self,
        path: String,
        ranges: Vec<Range<u64>>,
    ) -> Result<Vec<Bytes>> {
        let file = self.base.join(&path);
        blocking(move || {
            let file = File::open(file).map_err(|error| Error::of_file(&path, &error))?;
            let total = file
                .metadata()
                .map_err(|error| Error::of_file(&path, &error))?
                .len();
            let mut parts = Vec::with_capacity(ranges.len());
            for range in ranges {
                // Checked before memory is asked for: a damaged index could name any length.
                if range.end > total {
                    let (start, end) = (range.start, range.end);
                    return Err(Error::ShortObject {
                        path,
                        bytes: total,
                        start,
                        end,
                    });
                }
                let length = usize::try_from(range.end - range.start)
                    .map_err(|_| Error::InvalidPath { path: path.clone() })?;
                let mut part = vec![0; length];
                file.read_exact_at(&mut part, range.start)
                    .map_err(|error| Error::of_file(&path, &error))?;
                parts.push(Bytes::from(part));
            }
            Ok(parts)
        })
        .await
    }

    pub(crate) async fn head(&self, path: String) -> Result<ObjectInfo> {
        let file = self.base.join(&path);
        blocking(move || {
            let metadata =
                std::fs::metadata(file).map_err(|error| Error::of_file(&path, &error))?;
            if !metadata.is_file() {
                return Err(Error::NotFound { path });
            }
            Ok(ObjectInfo {
                path,
                bytes: metadata.len(),
                modified_ms: modified_ms(&metadata),
            })
        })
        .await
    }

    pub(crate) async fn put(&self, path: &str, bytes: Bytes) -> Result<()> {
        let put = self.store.put(&self.object(path)?, bytes.into()).await;
        put.map(|_| ()).map_err(|error| self.failed(path, error))
    }

    pub(crate) async fn create(&self, path: &str, payload: PutPayload) -> Result<()> {
        let options = PutOptions {
            mode: PutMode::Create,
            ..PutOptions::default()
        };
        let put = self
            .store
            .put_opts(&self.object(path)?, payload, options)
            .await;
        put.map(|_| ()).map_err(|error| self.failed(path, error))
    }

    #[allow(unsafe_code)]
    pub(crate) fn map(&self, path: &str) -> Result<Bytes> {
        let failed = |error: std::io::Error| Error::of_file(path, &error);
        let file = File::open(self.base.join(path)).map_err(failed)?;
        if file.metadata().map_err(failed)?.len() == 0 {
            return Ok(Bytes::new());
        }
        // SAFETY: what is mapped is written whole, renamed into place and never changed; removing it leaves
        // the mapping whole. Only someone who cuts a file short by hand while it is read can break this.
        let map = unsafe { memmap2::Mmap::map(&file).map_err(failed)? };
        Ok(Bytes::from_owner(map))
    }

    pub(crate) async fn update(
        &self,
        path: String,
        bytes: Bytes,
        expected: Option<Version>,
    ) -> Result<Version> {
        let base = self.base.clone();
        blocking(move || {
            let failed = |error: std::io::Error| Error::of_file(&path, &error).below(&base);
            std::fs::create_dir_all(&base).map_err(failed)?;
            let lock = File::options()
                .create(true)
                .truncate(false)
                .write(true)
                .open(base.join(LOCK_FILE))
                .map_err(failed)?;
            // Held until `lock` is dropped, also when this process dies.
            lock.lock().map_err(failed)?;
            let target = base.join(&path);
            let current = match std::fs::read(&target) {
                Ok(there) => Some(version_of(&there)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
                Err(error) => return Err(failed(error)),
            };
            if current != expected {
                return Err(Error::Conflict { path: path.clone() });
            }
            replace(&target, &bytes).map_err(failed)?;
            Ok(version_of(&bytes))
        })
        .await
    }

    pub(crate) async fn put_stream<S>(&self, path: &str, stream: S) -> Result<u64>
    where
        S: Stream<Item = Result<Bytes>> + Send + Unpin,
    {
        let upload = self.store.put_multipart(&self.object(path)?).await;
        let upload = upload.map_err(|error| self.failed(path, error))?;
        let written = write_parts(path, WriteMultipart::new(upload), stream).await;
        written.map_err(|error| error.below(&self.base))
    }

    /// Names an error after the object it happened to, and where there is no room left, after its file.
    fn failed(&self, path: &str, error: object_store::Error) -> Error {
        Error::of_object(path, error).below(&self.base)
    }

    /// Deletes what writers that were killed left under a prefix: files that never got their name, last
    /// written at `before_ms` or earlier. Tells how many, and their bytes.
    pub(crate) async fn sweep_unfinished(
        &self,
        prefix: &str,
        before_ms: i64,
        dry_run: bool,
    ) -> Result<(u64, u64)> {
        let folder = self.base.join(prefix);
        let path = prefix.to_owned();
        blocking(move || {
            let failed = |error: std::io::Error| Error::of_file(&path, &error);
            let (mut files, mut bytes) = (0, 0);
            let mut open = vec![folder];
            while let Some(folder) = open.pop() {
                let listed = match std::fs::read_dir(&folder) {
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                    listed => listed.map_err(failed)?,
                };
                for entry in listed {
                    let entry = entry.map_err(failed)?;
                    if entry.file_type().map_err(failed)?.is_dir() {
                        open.push(entry.path());
                        continue;
                    }
                    let name = entry.file_name();
                    // Its writer may have given it its name since it was listed.
                    let Ok(found) = entry.metadata() else {
                        continue;
                    };
                    if !is_unfinished(&name.to_string_lossy()) || modified_ms(&found) > before_ms {
                        continue;
                    }
                    if !dry_run {
                        std::fs::remove_file(entry.path()).map_err(failed)?;
                    }
                    files += 1;
                    bytes += found.len();
                }
            }
            Ok((files, bytes))
        })
        .await
    }

    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<ObjectInfo>> {
        if !self.base.join(prefix).is_dir() {
            return Ok(Vec::new());
        }
        let base = object_store::path::Path::from_absolute_path(&self.base).map_err(|_| {
            Error::InvalidPath {
                path: prefix.to_owned(),
            }
        })?;
        let under = if prefix.is_empty() {
            base.clone()
        } else {
            self.object(prefix)?
        };
        let found: Vec<_> = self
            .store
            .list(Some(&under))
            .try_collect()
            .await
            .map_err(|error| Error::of_object(prefix, error))?;
        let skip = base.as_ref().len() + usize::from(!base.as_ref().is_empty());
        Ok(found
            .into_iter()
            .filter_map(|meta| info_of(&meta, skip))
            .collect())
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<()> {
        self.store
            .delete(&self.object(path)?)
            .await
            .map_err(|error| Error::of_object(path, error))
    }
}

/// Writes beside the target, then renames over it; both the bytes and the name reach the disk.
fn replace(target: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = target.parent().ok_or(std::io::ErrorKind::InvalidInput)?;
    std::fs::create_dir_all(folder)?;
    // One name is enough: writers stand in line at the lock.
    let staged = folder.join(".update");
    let mut file = File::options()
        .create(true)
        .write(true)
        .truncate(true)
        .open(&staged)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&staged, target)?;
    File::open(folder)?.sync_all()
}

/// Whether `object_store` names files so before they are whole: `NAME#NUMBER`. No object has such a name.
fn is_unfinished(name: &str) -> bool {
    let number = name.rsplit_once('#').map_or("", |(_, number)| number);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// When a file was last written, milliseconds since 1970 in UTC.
fn modified_ms(metadata: &std::fs::Metadata) -> i64 {
    let modified = metadata.modified().ok();
    let since_1970 = modified.and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    since_1970
        .and_then(|age| i64::try_from(age.as_millis()).ok())
        .unwrap_or(0)
}

/// On folders a version is the content itself, by hash.
fn version_of(bytes: &[u8]) -> Version {
    Version(ids::Hash::of(bytes).to_string())
}

pub(crate) fn info_of(meta: &object_store::ObjectMeta, skip: usize) -> Option<ObjectInfo> {
    let path = meta.location.as_ref().get(skip..)?.to_owned();
    Some(ObjectInfo {
        path,
        bytes: meta.size,
        modified_ms: meta.last_modified.timestamp_millis(),
    })
}

/// Feeds a stream into a multipart upload, at most four parts in flight.
pub(crate) async fn write_parts<S>(
    path: &str,
    mut upload: WriteMultipart,
    mut stream: S,
) -> Result<u64>
where
    S: Stream<Item = Result<Bytes>> + Send + Unpin,
{
    let mut written = 0;
    while let Some(part) = stream.next().await {
        let part = match part {
            Ok(part) => part,
            Err(error) => {
                // Best effort: the error that stopped the stream is the one to report.
                let _ = upload.abort().await;
                return Err(error);
            }
        };
        written += part.len() as u64;
        upload
            .wait_for_capacity(4)
            .await
            .map_err(|error| Error::of_object(path, error))?;
        upload.put(part);
    }
    upload
        .finish()
        .await
        .map_err(|error| Error::of_object(path, error))?;
    Ok(written)
}

async fn blocking<T, F>(work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T> + Send + 'static,
{
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(Error::Failed {
            path: String::new(),
            detail: error.to_string(),
        }),
    }
}
