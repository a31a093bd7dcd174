//! Writing files below a folder and nowhere else.
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::{Error, Result};

/// Begins the names of files that are being written.
const PART: &str = ".strata-part-";

/// A folder that is written to. Links in it are not followed.
#[derive(Debug)]
pub(crate) struct FolderWriter {
    root: PathBuf,
    /// Folders below the root that were made or looked at, by relative path.
    folders: Mutex<HashSet<String>>,
    parts: AtomicU64,
}

impl FolderWriter {
    /// Makes the folder, or takes an empty one; one that is not empty only if `force`.
    pub fn open(root: &Path, force: bool) -> Result<Self> {
        let of_disk = |error| Error::of_disk(&root.display().to_string(), error);
        std::fs::create_dir_all(root).map_err(of_disk)?;
        if !force && std::fs::read_dir(root).map_err(of_disk)?.next().is_some() {
            return Err(Error::NotEmpty {
                path: root.display().to_string(),
            });
        }
        Ok(Self {
            root: root.to_owned(),
            folders: Mutex::new(HashSet::new()),
            parts: AtomicU64::new(0),
        })
    }

    /// Where a file lies.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A new file in place of one that an interrupted run left.
    pub fn create(path: &Path) -> io::Result<File> {
        match File::create_new(path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                std::fs::remove_file(path)?;
                File::create_new(path)
            }
            made => made,
        }
    }

    /// Writes a file, in place of one that is there. `relative` has plain parts only.
    pub fn write(&self, relative: &str, bytes: &[u8]) -> io::Result<()> {
        let mut part = self.begin(relative)?;
        part.file.write_all(bytes)?;
        part.finish()
    }

    /// Begins a file that gets its name when it is finished.
    pub fn begin(&self, relative: &str) -> io::Result<Part> {
        let parent = relative.rsplit_once('/').map_or("", |(parent, _)| parent);
        self.make_folder(parent)?;
        let number = self.parts.fetch_add(1, Ordering::Relaxed);
        let path = self.root.join(parent).join(format!("{PART}{number}"));
        Ok(Part {
            file: Self::create(&path)?,
            path,
            name: self.root.join(relative),
            is_named: false,
        })
    }

    fn make_folder(&self, relative: &str) -> io::Result<()> {
        let known = |path: &str| {
            path.is_empty() || {
                let folders = self.folders.lock();
                folders
                    .unwrap_or_else(PoisonError::into_inner)
                    .contains(path)
            }
        };
        if known(relative) {
            return Ok(());
        }
        let ends = relative.match_indices('/').map(|(at, _)| at);
        for end in ends.chain([relative.len()]) {
            let path = &relative[..end];
            if known(path) {
                continue;
            }
            let whole = self.root.join(path);
            match std::fs::create_dir(&whole) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    // Of a link this says link, and not what it leads to.
                    if !std::fs::symlink_metadata(&whole)?.is_dir() {
                        return Err(io::Error::new(
                            ErrorKind::NotADirectory,
                            "a link or a file is where a folder must be",
                        ));
                    }
                }
                Err(error) => return Err(error),
            }
            let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            folders.insert(path.to_owned());
        }
        Ok(())
    }
}

/// A file that is being written. Dropped before it is finished, it is gone.
#[derive(Debug)]
pub(crate) struct Part {
    pub file: File,
    path: PathBuf,
    name: PathBuf,
    is_named: bool,
}

impl Part {
    /// Gives the file its name.
    pub fn finish(mut self) -> io::Result<()> {
        std::fs::rename(&self.path, &self.name)?;
        self.is_named = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_named {
            // Whoever dropped it has an error that says more.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
