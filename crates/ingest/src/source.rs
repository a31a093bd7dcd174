//! Where the files of an import come from.
use std::io;
use std::path::{Path, PathBuf};

use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use futures::stream::{BoxStream, StreamExt, try_unfold};
use ids::Hash;
use interchange::{FileStamp, Refusal, walk_folder};
use tokio::io::AsyncReadExt;

use crate::{Error, Result};

/// The bytes of a file, piece by piece.
pub type ByteStream = BoxStream<'static, io::Result<Bytes>>;

/// A file that was opened.
pub struct Opened {
    /// Its bytes.
    pub pieces: ByteStream,
    /// What its place calls the state in which they are read, where it does.
    pub etag: Option<String>,
}

impl From<ByteStream> for Opened {
    fn from(pieces: ByteStream) -> Self {
        Self { pieces, etag: None }
    }
}

/// What tells the state of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// Of a file.
    File(FileStamp),
    /// Of an object in a bucket.
    Object {
        /// Length in bytes.
        bytes: u64,
        /// The hash of its `ETag`.
        etag: Hash,
    },
}

/// Why something of a source is not listed.
#[derive(Debug)]
pub enum Unlisted {
    /// One file can't be read; the others can.
    Refused(Refusal),
    /// The source can't be listed to its end: what it has is not known.
    Failed(Error),
}

impl From<Refusal> for Unlisted {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A file of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path below the source, with `/` between its parts.
    pub path: String,
    /// Length in bytes.
    pub bytes: u64,
}

/// The files of a source, each with its state where that is told without reading it.
pub type Entries =
    Box<dyn Iterator<Item = std::result::Result<(Entry, Option<Stamp>), Unlisted>> + Send>;

/// Files to import, by relative path.
pub trait Source: Send + Sync {
    /// What is imported, as provenance and lineage name it, so that a person knows it again.
    fn name(&self) -> &str;

    /// Where it is, if the same place may be imported again and what was found is worth keeping.
    fn place(&self) -> Option<String>;

    /// All files in the order of their paths' bytes, or why one can't be read. The iterator blocks.
    fn entries(&self) -> Entries;

    /// The file on this machine, where it is one.
    fn local(&self, path: &str) -> Option<PathBuf>;

    /// The bytes of one file.
    fn open(&self, path: &str) -> BoxFuture<'static, io::Result<Opened>>;

    /// The URL under which a store that does not take the file in finds it again, if there is one.
    fn url(&self, _path: &str) -> Option<String> {
        None
    }
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
}

impl Source for LocalFiles {
    fn name(&self) -> &str {
        &self.name
    }

    fn place(&self) -> Option<String> {
        let path = if self.single {
            self.root.join(&self.name)
        } else {
            self.root.clone()
        };
        Some(path.to_string_lossy().into_owned())
    }

    fn entries(&self) -> Entries {
        if self.single {
            return Box::new(std::iter::once(single(&self.root, &self.name)));
        }
        Box::new(walk_folder(&self.root).map(|file| {
            let file = file?;
            let entry = Entry {
                path: file.relative,
                bytes: file.bytes,
            };
            Ok((entry, file.stamp.map(Stamp::File)))
        }))
    }

    fn local(&self, path: &str) -> Option<PathBuf> {
        Some(self.root.join(path))
    }

    fn url(&self, path: &str) -> Option<String> {
        Some(format!("file://{}", self.root.join(path).to_str()?))
    }

    fn open(&self, path: &str) -> BoxFuture<'static, io::Result<Opened>> {
        const PIECE: usize = 256 << 10;
        let path = self.root.join(path);
        Box::pin(async move {
            let file = tokio::fs::File::open(path).await?;
            let pieces = try_unfold(file, |mut file| async move {
                let mut piece = BytesMut::with_capacity(PIECE);
                let read = file.read_buf(&mut piece).await?;
                Ok((read > 0).then(|| (piece.freeze(), file)))
            });
            Ok(pieces.boxed().into())
        })
    }
}

fn single(root: &Path, name: &str) -> std::result::Result<(Entry, Option<Stamp>), Unlisted> {
    let facts = std::fs::metadata(root.join(name))
        .map_err(|error| Refusal::file(name, "file_unreadable", error.to_string()))?;
    let entry = Entry {
        path: name.to_owned(),
        bytes: facts.len(),
    };
    Ok((entry, FileStamp::of(&facts).map(Stamp::File)))
}
