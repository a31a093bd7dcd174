//! Writing what others read.
mod csv_rows;
mod file_names;
mod json_lines;
mod parquet;
mod parquet_labels;
mod parquet_values;
mod shards;

pub use csv_rows::CsvExport;
pub use file_names::{FileNames, key_of_file};
pub use json_lines::JsonLinesExport;
pub use parquet::ParquetExport;
pub use shards::{
    HuggingFaceExport, MdsExport, Overview, ShardExport, WebDatasetExport, WholeSample,
};

use annotation::Shape;
use dataset::{Field, LabelRow, Sample};
use thiserror::Error;

/// Why an export failed.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The file can't be written.
    #[error("the export can't be written: {0}")]
    Io(#[from] std::io::Error),
    /// A sample does not fit the format.
    #[error("sample {key}: {reason}")]
    DoesNotFit {
        /// The sample.
        key: String,
        /// What the format can't hold.
        reason: String,
    },
    /// The writer of the format failed.
    #[error("the export failed: {0}")]
    Format(String),
}

impl ExportError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::DoesNotFit { .. } => "export_does_not_fit",
            Self::Io(_) | Self::Format(_) => "export_failed",
        }
    }
}

/// The text of a sample whose only field is an inline text named `text`.
fn plain_text(sample: &Sample) -> Option<&str> {
    match (sample.fields.len(), sample.fields.get("text")) {
        (1, Some(field)) => Field::text(field),
        _ => None,
    }
}

/// The class of a sample's only label, where it is one that an import makes.
fn plain_label(labels: &[LabelRow]) -> Option<&str> {
    match labels {
        [row]
            if row.item.layer == "label"
                && row.item.shape == Shape::Classification
                && row.item.attributes.is_empty() =>
        {
            Some(&row.item.class)
        }
        _ => None,
    }
}
