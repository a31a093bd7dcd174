//! A folder of files: what is in it, and what a file's place says about its sample.
use std::path::{Path, PathBuf};

use dataset::SampleKey;
use walkdir::{DirEntry, WalkDir};

use super::row::name;
use crate::Refusal;

/// Names of a first-level folder that stand for a split.
const SPLITS: [&str; 4] = ["train", "test", "val", "validation"];

/// A file below a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundFile {
    /// Path below the folder, with `/` between its parts.
    pub relative: String,
    /// Where the file is.
    pub path: PathBuf,
    /// Its length in bytes.
    pub bytes: u64,
}

/// What a file's place says about its sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedFile {
    /// The relative path.
    pub key: SampleKey,
    /// The first level, where it is one of train, test, val and validation.
    pub split: Option<String>,
    /// The next level, where labels are taken from folders.
    pub label: Option<String>,
}

/// The files below `root`, in the order of their paths, without what is hidden (a name that
/// starts with a dot). Links to files inside the folder are followed, other links are refused.
pub fn walk_folder(root: &Path) -> impl Iterator<Item = Result<FoundFile, Refusal>> + use<> {
    let root = root.to_owned();
    let visible = |entry: &DirEntry| {
        entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".")
    };
    WalkDir::new(&root)
        .min_depth(1)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(visible)
        .filter_map(move |entry| match entry {
            Ok(entry) if entry.file_type().is_dir() => None,
            Ok(entry) => Some(found(&root, &entry)),
            Err(error) => {
                let path = error
                    .path()
                    .map(|path| path.display().to_string())
                    .unwrap_or_default();
                Some(Err(Refusal::file(
                    &path,
                    "file_unreadable",
                    error.to_string(),
                )))
            }
        })
}

fn found(root: &Path, entry: &DirEntry) -> Result<FoundFile, Refusal> {
    let below = entry.path().strip_prefix(root).unwrap_or(entry.path());
    let shown = below.display().to_string();
    let parts: Option<Vec<&str>> = below.iter().map(|part| part.to_str()).collect();
    let relative = parts
        .ok_or_else(|| Refusal::file(&shown, "utf8_invalid", "the file's name is not UTF-8"))?
        .join("/");
    let unreadable =
        |error: std::io::Error| Refusal::file(&relative, "file_unreadable", error.to_string());
    let mut path = entry.path().to_owned();
    if entry.path_is_symlink() {
        let target = path.canonicalize().map_err(unreadable)?;
        if !target.starts_with(root.canonicalize().map_err(unreadable)?) {
            return Err(Refusal::file(
                &relative,
                "link_outside",
                "the link leads out of the folder",
            ));
        }
        path = target;
    }
    let facts = path.metadata().map_err(unreadable)?;
    if !facts.is_file() {
        return Err(Refusal::file(
            &relative,
            "not_a_file",
            "this is neither a file nor a folder",
        ));
    }
    Ok(FoundFile {
        relative,
        path,
        bytes: facts.len(),
    })
}

/// What the path of a file, relative to the imported folder, says about its sample.
///
/// # Errors
/// A [`Refusal`] where the path can't be a key or its folder can't be a label.
pub fn place_file(relative: &str, label_from_folder: bool) -> Result<PlacedFile, Refusal> {
    let refuse = |(code, message): (&str, String)| Refusal::file(relative, code, message);
    let key =
        SampleKey::new(relative).map_err(|error| refuse(("key_invalid", error.to_string())))?;
    let mut folders: Vec<&str> = relative.split('/').collect();
    folders.pop();
    let split = folders
        .first()
        .filter(|first| SPLITS.contains(first))
        .map(|first| (*first).to_owned());
    let label = folders
        .get(usize::from(split.is_some()))
        .filter(|_| label_from_folder);
    if let Some(label) = label {
        name("label", "label_invalid", label, 200).map_err(refuse)?;
    }
    Ok(PlacedFile {
        key,
        split,
        label: label.map(|label| (*label).to_owned()),
    })
}
