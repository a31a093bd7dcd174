//! CSV of texts: `key,text,label,split` and one column for each metadata name.
use std::io::Write;

use dataset::{LabelRow, Sample};
use serde_json::Value;

use super::{ExportError, plain_label, plain_text};

/// Writes what an import of CSV reads. Only texts with at most one class fit.
pub struct CsvExport<W: Write> {
    out: csv::Writer<W>,
    metadata: Vec<String>,
    rows: u64,
}

impl<W: Write> CsvExport<W> {
    /// Writes to `out`, with a column for each name in `metadata`: all that occur in the version.
    ///
    /// # Errors
    /// [`ExportError`] where `out` can't be written.
    pub fn new(out: W, metadata: impl IntoIterator<Item = String>) -> Result<Self, ExportError> {
        let metadata: Vec<String> = metadata.into_iter().collect();
        let mut out = csv::Writer::from_writer(out);
        let fixed = ["key", "text", "label", "split"];
        let header = fixed.into_iter().chain(metadata.iter().map(String::as_str));
        out.write_record(header).map_err(failed)?;
        Ok(Self {
            out,
            metadata,
            rows: 0,
        })
    }

    /// Writes one sample.
    ///
    /// # Errors
    /// [`ExportError::DoesNotFit`] for a sample that is no plain text with at most one class.
    pub fn add(&mut self, sample: &Sample, labels: &[LabelRow]) -> Result<(), ExportError> {
        let refuse = |reason: &str| ExportError::DoesNotFit {
            key: sample.key.to_string(),
            reason: reason.to_owned(),
        };
        let text =
            plain_text(sample).ok_or_else(|| refuse("CSV holds samples with one text only"))?;
        let label = plain_label(labels);
        if label.is_none() && !labels.is_empty() {
            return Err(refuse("CSV holds one class a sample"));
        }
        let mut record = vec![
            sample.key.as_str().to_owned(),
            text.to_owned(),
            label.unwrap_or_default().to_owned(),
            sample.split.clone().unwrap_or_default(),
        ];
        record.extend(
            self.metadata
                .iter()
                .map(|name| sample.metadata.get(name).map(cell).unwrap_or_default()),
        );
        self.out.write_record(&record).map_err(failed)?;
        self.rows += 1;
        Ok(())
    }

    /// Ends the file and says how many samples it holds.
    ///
    /// # Errors
    /// [`ExportError::Io`].
    pub fn finish(mut self) -> Result<u64, ExportError> {
        self.out.flush()?;
        Ok(self.rows)
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn failed(error: csv::Error) -> ExportError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => ExportError::Format(format!("{other:?}")),
    }
}
