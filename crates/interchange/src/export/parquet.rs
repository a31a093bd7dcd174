//! Parquet: one row for each sample, in row groups that are written as they fill.
use std::io::Write;

use dataset::{LabelRow, Sample};
use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{
    Column, DataFrame, DataType, ParquetCompression, ParquetWriter, PlSmallStr, PolarsError, Schema,
};
use serde_json::Value;

use super::{ExportError, plain_label};

/// Samples in a row group.
const ROW_GROUP: usize = 20_000;
/// The columns; all hold texts.
const COLUMNS: [&str; 6] = ["key", "split", "label", "fields", "metadata", "labels"];

/// Writes the columns `key`, `split`, `label` (the class, where there is one classification
/// and nothing else), and `fields`, `metadata` and `labels` as JSON.
pub struct ParquetExport<W: Write> {
    out: BatchedWriter<W>,
    columns: [Vec<Option<String>>; 6],
    rows: u64,
}

impl<W: Write> ParquetExport<W> {
    /// Writes to `out`.
    ///
    /// # Errors
    /// [`ExportError`] where `out` can't be written.
    pub fn new(out: W) -> Result<Self, ExportError> {
        let schema: Schema = COLUMNS
            .iter()
            .map(|name| (PlSmallStr::from_static(name), DataType::String))
            .collect();
        let out = ParquetWriter::new(out)
            .with_compression(ParquetCompression::Snappy)
            .set_parallel(false)
            .batched(&schema)
            .map_err(failed)?;
        Ok(Self {
            out,
            columns: Default::default(),
            rows: 0,
        })
    }

    /// Takes one sample; writes a row group where one is full.
    ///
    /// # Errors
    /// [`ExportError`] where the file can't be written.
    pub fn add(&mut self, sample: &Sample, labels: &[LabelRow]) -> Result<(), ExportError> {
        let items: Vec<_> = labels.iter().map(|row| &row.item).collect();
        let row = [
            Some(sample.key.as_str().to_owned()),
            sample.split.clone(),
            plain_label(labels).map(str::to_owned),
            Some(json(&serde_json::to_value(&sample.fields))?),
            Some(json(&serde_json::to_value(&sample.metadata))?),
            Some(json(&serde_json::to_value(items))?),
        ];
        for (column, value) in self.columns.iter_mut().zip(row) {
            column.push(value);
        }
        self.rows += 1;
        if self.columns[0].len() == ROW_GROUP {
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
        if !self.columns[0].is_empty() {
            self.write_group()?;
        }
        self.out.finish().map_err(failed)?;
        Ok(self.rows)
    }

    fn write_group(&mut self) -> Result<(), ExportError> {
        let height = self.columns[0].len();
        let columns: Vec<Column> = COLUMNS
            .iter()
            .zip(&mut self.columns)
            .map(|(name, values)| {
                Column::new(PlSmallStr::from_static(name), std::mem::take(values))
            })
            .collect();
        let frame = DataFrame::new(height, columns).map_err(failed)?;
        self.out.write_batch(&frame).map_err(failed)
    }
}

fn json(value: &serde_json::Result<Value>) -> Result<String, ExportError> {
    match value {
        Ok(value) => Ok(value.to_string()),
        Err(error) => Err(ExportError::Format(error.to_string())),
    }
}

fn failed(error: PolarsError) -> ExportError {
    ExportError::Format(error.to_string())
}
