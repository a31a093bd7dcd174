//! JSON lines: what an import of JSON lines reads, and more where a sample has more.
use std::io::Write;

use dataset::{LabelRow, Sample};
use serde::Serialize;

use super::{ExportError, plain_label, plain_text};

/// Writes `{"key","text","label"?,"split"?,"metadata"?}`; a sample with other fields has
/// `"fields"` in place of `"text"`, one with other labels has `"labels"`, a list of items.
pub struct JsonLinesExport<W> {
    out: W,
    rows: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    key: &'a dataset::SampleKey,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<&'a std::collections::BTreeMap<String, dataset::Field>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<&'a annotation::Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    split: Option<&'a str>,
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    metadata: &'a std::collections::BTreeMap<String, serde_json::Value>,
}

impl<W: Write> JsonLinesExport<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, rows: 0 }
    }

    /// Writes one sample.
    ///
    /// # Errors
    /// [`ExportError::Io`].
    pub fn add(&mut self, sample: &Sample, labels: &[LabelRow]) -> Result<(), ExportError> {
        let text = plain_text(sample);
        let label = plain_label(labels);
        let line = Line {
            key: &sample.key,
            text,
            fields: text.is_none().then_some(&sample.fields),
            label,
            labels: if label.is_none() {
                labels.iter().map(|row| &row.item).collect()
            } else {
                Vec::new()
            },
            split: sample.split.as_deref(),
            metadata: &sample.metadata,
        };
        serde_json::to_writer(&mut self.out, &line).map_err(std::io::Error::from)?;
        self.out.write_all(b"\n")?;
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
