//! Parquet: one row for each sample, in row groups that are written as they fill.
use std::io::Write;

use annotation::Provenance;
use dataset::columns::{Columns, MetadataColumn};
use dataset::{Field, LabelKey, LabelRow, Sample};
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{
    Column, DataFrame, ParquetCompression, ParquetWriter, PlSmallStr, PolarsError, PolarsResult,
};

use super::ExportError;
use super::parquet_labels::LabelBuffer;
use super::parquet_values::{FieldBuffer, ValueBuffer, structure};

/// Most samples in a row group.
const ROW_GROUP: usize = 20_000;
/// A row group ends when its texts have so many bytes.
const ROW_GROUP_BYTES: usize = 32 * 1024 * 1024;

/// Writes the columns `key`, `split`, one for each field, `metadata` and `labels`
/// (`docs/format.md` has them all).
pub struct ParquetExport<W: Write> {
    out: BatchedWriter<W>,
    group: Group,
    rows: u64,
}

impl<W: Write> ParquetExport<W> {
    /// Writes to `out`. Samples must fit into `columns`: those gathered over them, or over more.
    ///
    /// # Errors
    /// [`ExportError`] where `out` can't be written.
    pub fn new(out: W, columns: &Columns) -> Result<Self, ExportError> {
        let mut group = Group::new(columns);
        let empty = group.take().map_err(failed)?;
        let out = ParquetWriter::new(out)
            .with_compression(ParquetCompression::Snappy)
            .set_parallel(false)
            .batched(empty.schema())
            .map_err(failed)?;
        Ok(Self {
            out,
            group,
            rows: 0,
        })
    }

    /// Takes one sample, its labels, and where these come from, both in the order of their keys;
    /// writes a row group where one is full.
    ///
    /// # Errors
    /// [`ExportError`] where the file can't be written.
    pub fn add(
        &mut self,
        sample: &Sample,
        labels: &[LabelRow],
        provenance: &[(LabelKey, Provenance)],
    ) -> Result<(), ExportError> {
        self.group.add(sample, labels, provenance);
        self.rows += 1;
        if self.group.keys.len() >= ROW_GROUP || self.group.bytes >= ROW_GROUP_BYTES {
            self.write_group()
        } else {
            Ok(())
        }
    }

    /// Ends the file and says how many samples it holds.
    ///
    /// # Errors
    /// [`ExportError`] where the file can't be written.
    pub fn finish(mut self) -> Result<u64, ExportError> {
        if !self.group.keys.is_empty() {
            self.write_group()?;
        }
        self.out.finish().map_err(failed)?;
        Ok(self.rows)
    }

    fn write_group(&mut self) -> Result<(), ExportError> {
        let frame = self.group.take().map_err(failed)?;
        self.out.write_batch(&frame).map_err(failed)
    }
}

/// The rows of one row group, as they come.
struct Group {
    keys: Vec<String>,
    splits: Vec<Option<String>>,
    fields: Vec<FieldBuffer>,
    metadata: MetadataBuffer,
    labels: LabelBuffer,
    bytes: usize,
}

enum MetadataBuffer {
    Typed(Vec<(String, ValueBuffer)>),
    Json(Vec<Option<String>>),
}

impl Group {
    fn new(columns: &Columns) -> Self {
        let metadata = match &columns.metadata {
            MetadataColumn::Typed(types) => MetadataBuffer::Typed(
                types
                    .iter()
                    .map(|(name, of)| (name.clone(), ValueBuffer::new(*of)))
                    .collect(),
            ),
            MetadataColumn::Json => MetadataBuffer::Json(Vec::new()),
        };
        Self {
            keys: Vec::new(),
            splits: Vec::new(),
            fields: columns.fields.iter().map(FieldBuffer::new).collect(),
            metadata,
            labels: LabelBuffer::default(),
            bytes: 0,
        }
    }

    fn add(&mut self, sample: &Sample, labels: &[LabelRow], provenance: &[(LabelKey, Provenance)]) {
        self.bytes += sample.key.as_str().len() + sample.metadata.len() * 16 + labels.len() * 128;
        self.bytes += sample
            .fields
            .values()
            .map(|field| Field::text(field).map_or(128, str::len))
            .sum::<usize>();
        self.keys.push(sample.key.as_str().to_owned());
        self.splits.push(sample.split.clone());
        for buffer in &mut self.fields {
            buffer.push(sample.fields.get(buffer.field()));
        }
        match &mut self.metadata {
            MetadataBuffer::Typed(buffers) => {
                for (name, buffer) in buffers {
                    buffer.push(sample.metadata.get(name.as_str()));
                }
            }
            MetadataBuffer::Json(texts) => {
                let object = sample.metadata.clone().into_iter().collect();
                texts.push(Some(serde_json::Value::Object(object).to_string()));
            }
        }
        self.labels.push(labels, provenance);
    }

    /// The rows as a table; the next group begins empty.
    fn take(&mut self) -> PolarsResult<DataFrame> {
        let height = self.keys.len();
        self.bytes = 0;
        let named = |name: &'static str| PlSmallStr::from_static(name);
        let mut columns = vec![
            Column::new(named("key"), std::mem::take(&mut self.keys)),
            Column::new(named("split"), std::mem::take(&mut self.splits)),
        ];
        for field in &mut self.fields {
            columns.push(field.take(height)?);
        }
        match &mut self.metadata {
            // A structure without members can't be stored.
            MetadataBuffer::Typed(buffers) if buffers.is_empty() => {}
            MetadataBuffer::Typed(buffers) => {
                let members: Vec<Column> = buffers
                    .iter_mut()
                    .map(|(name, buffer)| buffer.take(name))
                    .collect();
                columns.push(structure("metadata", height, &members)?);
            }
            MetadataBuffer::Json(texts) => {
                columns.push(Column::new(named("metadata"), std::mem::take(texts)));
            }
        }
        columns.push(self.labels.take()?);
        DataFrame::new(height, columns)
    }
}

pub(super) fn failed(error: PolarsError) -> ExportError {
    ExportError::Format(error.to_string())
}
