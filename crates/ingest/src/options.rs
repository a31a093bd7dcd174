//! What an import is asked to do.
use std::str::FromStr;

use media::Limits;
use version_store::Scratch;

use crate::StatCache;

/// How the source is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A folder of images.
    Folder,
    /// A folder of any files, as they are.
    Files,
    /// JSON lines of texts.
    JsonLines,
    /// CSV of texts.
    Csv,
    /// Parquet, a row a sample.
    Parquet,
    /// A folder that a checkout wrote.
    Checkout,
}

impl Format {
    /// Whether a file of this name is read; `None` where any is.
    pub(crate) fn takes(self, path: &str) -> Option<bool> {
        let lower = path.to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
        match self {
            Self::Folder | Self::Files | Self::Checkout => None,
            Self::Parquet => Some(ends(&[".parquet"])),
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
            "files" => Ok(Self::Files),
            "parquet" => Ok(Self::Parquet),
            "checkout" => Ok(Self::Checkout),
            "jsonl" => Ok(Self::JsonLines),
            "csv" => Ok(Self::Csv),
            other => Err(format!(
                "unknown format {other:?}; there are folder, files, jsonl, csv, parquet and checkout"
            )),
        }
    }
}

/// Memory for the changes of a commit, of each kind of row; more go to scratch storage.
const CHANGES_BYTES: usize = 32 << 20;

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
    /// Whether the bytes stay where they are, outside the store: `folder` and `files` only.
    pub in_place: bool,
    /// Whether samples that the source lacks are removed.
    pub mirror: bool,
    /// What earlier imports found; without it every file is read.
    pub cache: Option<StatCache>,
    /// Refusals that are kept in the outcome; the observer gets all of them.
    pub max_refusals: usize,
    /// Where the rows of a large import are kept until they are committed.
    pub scratch: Scratch,
}

impl ImportOptions {
    /// The defaults for a format: labels from folders, 512 MiB a file, two files a processor, scratch storage
    /// where the system keeps temporary files.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            label_from_folder: true,
            limits: Limits::default(),
            max_file_bytes: 512 << 20,
            parallel: std::thread::available_parallelism().map_or(4, usize::from) * 2,
            in_place: false,
            mirror: false,
            cache: None,
            max_refusals: 1000,
            scratch: Scratch::new(&std::env::temp_dir(), CHANGES_BYTES),
        }
    }
}
