//! Files that were uploaded and wait in an object store.
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;

use crate::{ByteStream, Entries, Entry, Opened, Source};

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

    fn place(&self) -> Option<String> {
        None
    }

    fn entries(&self) -> Entries {
        Box::new(
            self.entries
                .clone()
                .into_iter()
                .map(|entry| Ok((entry, None))),
        )
    }

    fn local(&self, _path: &str) -> Option<PathBuf> {
        None
    }

    fn open(&self, path: &str) -> BoxFuture<'static, io::Result<Opened>> {
        let opening = (self.open)(path.to_owned());
        Box::pin(async move { Ok(opening.await?.into()) })
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
