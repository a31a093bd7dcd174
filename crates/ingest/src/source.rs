//! Where the files of an import come from.
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use futures::stream::{BoxStream, StreamExt, try_unfold};
use interchange::{Refusal, walk_folder};
use tokio::io::AsyncReadExt;

use crate::{Error, Result};

/// The bytes of a file, piece by piece.
pub type ByteStream = BoxStream<'static, io::Result<Bytes>>;

/// A file of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path below the source, with `/` between its parts.
    pub path: String,
    /// Length in bytes.
    pub bytes: u64,
}

/// Files to import, by relative path.
pub trait Source: Send + Sync {
    /// What is imported, as provenance names it: the folder's or the upload's name.
    fn name(&self) -> &str;

    /// All files, in the order of their paths, or why one can't be read.
    fn entries(&self) -> BoxFuture<'_, Result<Vec<std::result::Result<Entry, Refusal>>>>;

    /// The bytes of one file.
    fn open(&self, path: &str) -> BoxFuture<'static, io::Result<ByteStream>>;
}

/// A folder, or one file, on this machine.
#[derive(Debug, Clone)]
pub struct LocalFiles {
    root: PathBuf,
    name: String,
    single: bool,
}

impl LocalFiles {
    /// The folder or the file `path`.
    ///
    /// # Errors
    /// [`Error::Source`] where there is neither.
    pub fn new(path: &Path) -> Result<Self> {
        let refuse = |reason: String| Error::Source {
            path: path.display().to_string(),
            reason,
        };
        let facts = std::fs::metadata(path).map_err(|error| refuse(error.to_string()))?;
        let absolute = path
            .canonicalize()
            .map_err(|error| refuse(error.to_string()))?;
        let name = absolute
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        if facts.is_dir() {
            return Ok(Self {
                root: absolute,
                name,
                single: false,
            });
        }
        let parent = absolute.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self {
            root: parent,
            name,
            single: true,
        })
    }

    fn list(&self) -> Result<Vec<std::result::Result<Entry, Refusal>>> {
        if self.single {
            let path = self.root.join(&self.name);
            let facts = std::fs::metadata(&path).map_err(|error| Error::Source {
                path: self.name.clone(),
                reason: error.to_string(),
            })?;
            return Ok(vec![Ok(Entry {
                path: self.name.clone(),
                bytes: facts.len(),
            })]);
        }
        let found = walk_folder(&self.root);
        Ok(found
            .map(|file| {
                file.map(|file| Entry {
                    path: file.relative,
                    bytes: file.bytes,
                })
            })
            .collect())
    }
}

impl Source for LocalFiles {
    fn name(&self) -> &str {
        &self.name
    }

    fn entries(&self) -> BoxFuture<'_, Result<Vec<std::result::Result<Entry, Refusal>>>> {
        let files = self.clone();
        Box::pin(async move {
            tokio::task::spawn_blocking(move || files.list())
                .await
                .map_err(|error| Error::Stopped(error.to_string()))?
        })
    }

    fn open(&self, path: &str) -> BoxFuture<'static, io::Result<ByteStream>> {
        const PIECE: usize = 256 << 10;
        let path = self.root.join(path);
        Box::pin(async move {
            let file = tokio::fs::File::open(path).await?;
            let pieces = try_unfold(file, |mut file| async move {
                let mut piece = BytesMut::with_capacity(PIECE);
                let read = file.read_buf(&mut piece).await?;
                Ok((read > 0).then(|| (piece.freeze(), file)))
            });
            Ok(pieces.boxed())
        })
    }
}

/// How a staged object is opened, by the path that it has in the upload.
type Opener = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<ByteStream>> + Send + Sync>;

/// Objects that were uploaded and wait in an object store.
#[derive(Clone)]
pub struct StagedObjects {
    name: String,
    entries: Vec<Entry>,
    open: Opener,
}

impl StagedObjects {
    /// The objects `entries`, which `open` opens by their path.
    pub fn new<F>(name: &str, mut entries: Vec<Entry>, open: F) -> Self
    where
        F: Fn(String) -> BoxFuture<'static, io::Result<ByteStream>> + Send + Sync + 'static,
    {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Self {
            name: name.to_owned(),
            entries,
            open: Arc::new(open),
        }
    }
}

impl Source for StagedObjects {
    fn name(&self) -> &str {
        &self.name
    }

    fn entries(&self) -> BoxFuture<'_, Result<Vec<std::result::Result<Entry, Refusal>>>> {
        // What a browser sends along of a dropped folder is hidden from a local import, too.
        let hidden = |path: &str| path.split('/').any(|part| part.starts_with('.'));
        let visible = self
            .entries
            .iter()
            .filter(|entry| !hidden(&entry.path))
            .cloned()
            .map(Ok);
        let visible = visible.collect();
        Box::pin(async move { Ok(visible) })
    }

    fn open(&self, path: &str) -> BoxFuture<'static, io::Result<ByteStream>> {
        (self.open)(path.to_owned())
    }
}
