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
    /// What is imported, as provenance and lineage name it, so that a person knows it again.
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
    /// The objects `entries`, which `open` opens by their path. They are named after the folder that
    /// all of them are in, or after the first of them.
    pub fn new<F>(mut entries: Vec<Entry>, open: F) -> Self
    where
        F: Fn(String) -> BoxFuture<'static, io::Result<ByteStream>> + Send + Sync + 'static,
    {
        // What a browser sends along of a dropped folder is hidden from a local import, too.
        entries.retain(|entry| !entry.path.split('/').any(|part| part.starts_with('.')));
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        Self {
            name: name_of(&entries),
            entries,
            open: Arc::new(open),
        }
    }
}

impl StagedObjects {
    /// The same objects, under the name of the folder or file that was chosen.
    #[must_use]
    pub fn named(mut self, chosen: &str) -> Self {
        let alone = matches!(&self.entries[..], [only] if only.path == chosen);
        self.name = if alone {
            chosen.to_owned()
        } else {
            counted(chosen, self.entries.len())
        };
        self
    }
}

impl Source for StagedObjects {
    fn name(&self) -> &str {
        &self.name
    }

    fn entries(&self) -> BoxFuture<'_, Result<Vec<std::result::Result<Entry, Refusal>>>> {
        let entries = self.entries.iter().cloned().map(Ok).collect();
        Box::pin(async move { Ok(entries) })
    }

    fn open(&self, path: &str) -> BoxFuture<'static, io::Result<ByteStream>> {
        (self.open)(path.to_owned())
    }
}

/// A name for files that were sent together, as in `pets (30 files)` or `a.csv and 4 more`.
fn name_of(entries: &[Entry]) -> String {
    let Some((first, others)) = entries.split_first() else {
        return "nothing".to_owned();
    };
    if let Some((top, _)) = first.path.split_once('/') {
        let below = |entry: &Entry| entry.path.split_once('/').is_some_and(|(t, _)| t == top);
        if others.iter().all(below) {
            return counted(top, entries.len());
        }
    }
    match others.len() {
        0 => first.path.clone(),
        more => format!("{} and {more} more", first.path),
    }
}

fn counted(folder: &str, files: usize) -> String {
    let plural = if files == 1 { "" } else { "s" };
    format!("{folder} ({files} file{plural})")
}

#[cfg(test)]
mod tests {
    use super::{Entry, name_of};

    #[test]
    fn uploads_have_names_that_people_know() {
        let name = |paths: &[&str]| {
            let entries = paths.iter().map(|path| Entry {
                path: (*path).to_owned(),
                bytes: 1,
            });
            name_of(&entries.collect::<Vec<_>>())
        };
        assert_eq!(name(&["pets/cat/1.png", "pets/2.png"]), "pets (2 files)");
        assert_eq!(name(&["pets/1.png"]), "pets (1 file)");
        assert_eq!(name(&["a.csv"]), "a.csv");
        assert_eq!(name(&["a.csv", "b.csv", "c/d.csv"]), "a.csv and 2 more");
        assert_eq!(name(&["a/1.png", "b/2.png"]), "a/1.png and 1 more");
        assert_eq!(name(&[]), "nothing");
    }
}
