//! What an import is asked to do.
use std::str::FromStr;

use media::Limits;

/// How the source is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A folder of images.
    Folder,
    /// JSON lines of texts.
    JsonLines,
    /// CSV of texts.
    Csv,
}

impl Format {
    /// Whether a file of this name is read; `None` where any is.
    pub(crate) fn takes(self, path: &str) -> Option<bool> {
        let lower = path.to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
        match self {
            Self::Folder => None,
            Self::JsonLines => Some(ends(&[".jsonl", ".ndjson", ".json"])),
            Self::Csv => Some(ends(&[".csv", ".tsv"])),
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "folder" => Ok(Self::Folder),
            "jsonl" => Ok(Self::JsonLines),
            "csv" => Ok(Self::Csv),
            other => Err(format!(
                "unknown format {other:?}; there are folder, jsonl and csv"
            )),
        }
    }
}

/// What an import is asked to do.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// How the source is to be read.
    pub format: Format,
    /// Whether a folder's name is the class of what is in it.
    pub label_from_folder: bool,
    /// What is read of an image at most.
    pub limits: Limits,
    /// Largest image file in bytes.
    pub max_file_bytes: u64,
    /// Files that are read and checked at once.
    pub parallel: usize,
    /// Refusals that are kept in the outcome; the observer gets all of them.
    pub max_refusals: usize,
}

impl ImportOptions {
    /// The defaults for a format: labels from folders, 512 MiB a file, two files a processor.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            label_from_folder: true,
            limits: Limits::default(),
            max_file_bytes: 512 << 20,
            parallel: std::thread::available_parallelism().map_or(4, usize::from) * 2,
            max_refusals: 1000,
        }
    }
}
