//! Walking a folder in the order of keys, with one look at each file.
use std::fs::{DirEntry, Metadata};
use std::path::{Path, PathBuf};

use crate::Refusal;

/// What tells a file's state without reading it: equal stamps, equal bytes, unless somebody sets the clock back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileStamp {
    /// Length in bytes.
    pub bytes: u64,
    /// When the bytes were last changed, nanoseconds since 1970.
    pub modified_ns: i64,
    /// When bytes or metadata were last changed, nanoseconds since 1970; nobody can set it.
    pub changed_ns: i64,
    /// The file's number on its device.
    pub inode: u64,
    /// The device.
    pub device: u64,
}

impl FileStamp {
    /// The stamp in a file's metadata.
    #[cfg(unix)]
    #[must_use]
    pub fn of(facts: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let ns = |seconds: i64, ns: i64| seconds.saturating_mul(1_000_000_000).saturating_add(ns);
        Some(Self {
            bytes: facts.len(),
            modified_ns: ns(facts.mtime(), facts.mtime_nsec()),
            changed_ns: ns(facts.ctime(), facts.ctime_nsec()),
            inode: facts.ino(),
            device: facts.dev(),
        })
    }

    /// Elsewhere no time that nobody can set is known.
    #[cfg(not(unix))]
    #[must_use]
    pub fn of(_facts: &Metadata) -> Option<Self> {
        None
    }
}

/// A file below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Path below the folder, with `/` between its parts.
    pub relative: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// What tells its state, where the system tells it.
    pub stamp: Option<FileStamp>,
}

/// The files below `root` in the order of their paths' bytes, without what is hidden (a name that
/// starts with a dot). Links to files inside the folder are followed, other links are refused.
pub fn walk_folder(root: &Path) -> FolderWalk {
    let mut walk = FolderWalk {
        root: root.to_owned(),
        real_root: None,
        open: Vec::new(),
        waiting: None,
    };
    walk.enter("");
    walk
}

/// The iterator of [`walk_folder`]. Holds the names of the folders that lead to where it is.
#[derive(Debug)]
pub struct FolderWalk {
    root: PathBuf,
    real_root: Option<PathBuf>,
    /// Listings from the root down, each with its path and a slash; what is left of them is reversed.
    open: Vec<(String, Vec<Listed>)>,
    waiting: Option<Refusal>,
}

#[derive(Debug)]
struct Listed {
    /// With a slash behind a folder's name, which sorts it where the paths beneath it belong.
    name: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Folder,
    File(Facts),
    Link,
    Refused(Box<Refusal>),
}

/// What is kept of a file's metadata.
#[derive(Debug, Clone, Copy)]
struct Facts {
    bytes: u64,
    stamp: Option<FileStamp>,
    is_file: bool,
}

impl Facts {
    fn of(facts: &Metadata) -> Self {
        Self {
            bytes: facts.len(),
            stamp: FileStamp::of(facts),
            is_file: facts.is_file(),
        }
    }
}

impl FolderWalk {
    /// Lists a folder; `path` has a slash at its end, or is empty for the root.
    fn enter(&mut self, path: &str) {
        match list(&self.root.join(path), path) {
            Ok(listed) => self.open.push((path.to_owned(), listed)),
            Err(error) => {
                let path = path.trim_end_matches('/');
                self.waiting = Some(Refusal::file(path, "file_unreadable", error.to_string()));
            }
        }
    }

    fn file(&mut self, relative: String, facts: Facts) -> Result<FoundFile, Refusal> {
        if !facts.is_file {
            let message = "this is neither a file nor a folder";
            return Err(Refusal::file(&relative, "not_a_file", message));
        }
        Ok(FoundFile {
            relative,
            bytes: facts.bytes,
            stamp: facts.stamp,
        })
    }

    /// What a link leads to, unless that is outside.
    fn follow(&mut self, relative: String) -> Result<FoundFile, Refusal> {
        let unreadable =
            |error: std::io::Error| Refusal::file(&relative, "file_unreadable", error.to_string());
        let path = self.root.join(&relative);
        let target = path.canonicalize().map_err(unreadable)?;
        let real_root = match &self.real_root {
            Some(root) => root,
            None => {
                let root = self.root.canonicalize().map_err(unreadable)?;
                self.real_root.insert(root)
            }
        };
        if !target.starts_with(real_root) {
            let message = "the link leads out of the folder";
            return Err(Refusal::file(&relative, "link_outside", message));
        }
        let facts = Facts::of(&target.metadata().map_err(unreadable)?);
        // The link can be turned to another file without a trace in that file.
        let facts = Facts {
            stamp: None,
            ..facts
        };
        self.file(relative, facts)
    }
}

impl Iterator for FolderWalk {
    type Item = Result<FoundFile, Refusal>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(refusal) = self.waiting.take() {
                return Some(Err(refusal));
            }
            let (path, listed) = self.open.last_mut()?;
            let Some(next) = listed.pop() else {
                self.open.pop();
                continue;
            };
            let relative = format!("{path}{}", next.name);
            match next.kind {
                Kind::Folder => self.enter(&relative),
                Kind::File(facts) => return Some(self.file(relative, facts)),
                Kind::Link => return Some(self.follow(relative)),
                Kind::Refused(refusal) => return Some(Err(*refusal)),
            }
        }
    }
}

/// What a folder holds, last first.
fn list(folder: &Path, path: &str) -> std::io::Result<Vec<Listed>> {
    let mut listed = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().as_encoded_bytes().starts_with(b".") {
            listed.push(look(&entry, path));
        }
    }
    listed.sort_unstable_by(|a, b| b.name.cmp(&a.name));
    Ok(listed)
}

fn look(entry: &DirEntry, path: &str) -> Listed {
    let mut name = match entry.file_name().into_string() {
        Ok(name) => name,
        Err(name) => {
            let name = name.to_string_lossy().into_owned();
            let shown = format!("{path}{name}");
            let refusal = Refusal::file(&shown, "utf8_invalid", "the file's name is not UTF-8");
            return Listed {
                name,
                kind: Kind::Refused(Box::new(refusal)),
            };
        }
    };
    let kind = entry.file_type().and_then(|kind| {
        Ok(if kind.is_dir() {
            name.push('/');
            Kind::Folder
        } else if kind.is_symlink() {
            Kind::Link
        } else {
            Kind::File(Facts::of(&entry.metadata()?))
        })
    });
    let kind = kind.unwrap_or_else(|error| {
        let shown = format!("{path}{name}");
        Kind::Refused(Box::new(Refusal::file(
            &shown,
            "file_unreadable",
            error.to_string(),
        )))
    });
    Listed { name, kind }
}
