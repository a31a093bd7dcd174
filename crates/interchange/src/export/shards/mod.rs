//! Exports of whole samples, bytes and all, in files of bounded size: what training libraries read.

mod huggingface;
mod mds;
mod overview;
mod webdataset;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dataset::{Field, LabelRow, Sample};

pub use huggingface::HuggingFaceExport;
pub use mds::MdsExport;
pub use overview::Overview;
pub use webdataset::WebDatasetExport;

use super::ExportError;

/// A sample with its labels and the bytes of its blobs.
#[derive(Debug, Clone)]
pub struct WholeSample<'a> {
    /// The sample.
    pub sample: &'a Sample,
    /// Its labels, in the order of their keys.
    pub labels: &'a [LabelRow],
    /// The bytes of each blob, by the name of its field.
    pub blobs: Vec<(&'a str, &'a [u8])>,
}

impl WholeSample<'_> {
    fn blob(&self, field: &str) -> Option<&[u8]> {
        let found = self.blobs.iter().find(|(name, _)| *name == field);
        found.map(|(_, bytes)| *bytes)
    }

    /// The class of the sample in a layer that has one class for a sample.
    fn class(&self, layer: &str) -> Option<&str> {
        let found = self.labels.iter().find(|row| row.item.layer == layer);
        found.map(|row| row.item.class.as_str())
    }

    /// The bytes or the text of a field; other values as JSON.
    fn field(&self, name: &str) -> Option<Vec<u8>> {
        match self.sample.fields.get(name)? {
            Field::Blob(_) => self.blob(name).map(<[u8]>::to_vec),
            Field::Inline(serde_json::Value::String(text)) => Some(text.clone().into_bytes()),
            Field::Inline(value) => Some(value.to_string().into_bytes()),
        }
    }

    fn does_not_fit(&self, reason: impl Into<String>) -> ExportError {
        ExportError::DoesNotFit {
            key: self.sample.key.as_str().to_owned(),
            reason: reason.into(),
        }
    }
}

/// Takes whole samples and writes them into the files of a folder.
pub trait ShardExport {
    /// Writes one sample.
    ///
    /// # Errors
    /// [`ExportError`] where the sample does not fit the format, or a file can't be written.
    fn add(&mut self, sample: &WholeSample<'_>) -> Result<(), ExportError>;

    /// Ends all files and says how many samples they hold.
    ///
    /// # Errors
    /// [`ExportError`] where a file can't be written.
    fn finish(self: Box<Self>) -> Result<u64, ExportError>;
}

/// One writer for each split, made when the split is first met.
struct BySplit<W> {
    folder: PathBuf,
    writers: BTreeMap<Option<String>, W>,
}

/// The most splits: each has files of its own open.
const MAX_SPLITS: usize = 256;

impl<W> BySplit<W> {
    fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            writers: BTreeMap::new(),
        }
    }

    /// The writer of a sample's split. `make` gets the folder and a name for the split that files can have.
    fn writer(
        &mut self,
        sample: &WholeSample<'_>,
        make: impl FnOnce(&Path, Option<&str>) -> Result<W, ExportError>,
    ) -> Result<&mut W, ExportError> {
        let split = &sample.sample.split;
        if !self.writers.contains_key(split) {
            if self.writers.len() == MAX_SPLITS {
                return Err(sample.does_not_fit(format!("there are more than {MAX_SPLITS} splits")));
            }
            let name = split.as_deref().map(plain_name);
            if self
                .writers
                .keys()
                .any(|other| other.as_deref().map(plain_name) == name)
            {
                let reason =
                    format!("its split {split:?} and another one have the same name in files");
                return Err(sample.does_not_fit(reason));
            }
            let made = make(&self.folder, name.as_deref())?;
            self.writers.insert(split.clone(), made);
        }
        // It was put there a moment ago.
        self.writers
            .get_mut(split)
            .ok_or_else(|| ExportError::Format("a split has no writer".to_owned()))
    }
}

/// A name of letters, digits, `_` and `-`, in lower case, for files and columns.
fn plain_name(name: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '-' {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    name.chars().map(plain).collect()
}
