//! A folder that `datasets.load_dataset` opens: Parquet files with the bytes inside, and a card that types them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{Column, DataFrame, ParquetCompression, ParquetWriter, PlSmallStr};
use serde_json::json;

use super::overview::FieldForm;
use super::{BySplit, ExportError, Overview, ShardExport, WholeSample};
use crate::export::parquet::failed;
use crate::export::parquet_values::structure;

/// A file ends when its samples have so many bytes.
const FILE_BYTES: usize = 500 * 1024 * 1024;
/// A row group ends when its samples have so many bytes, or are so many.
const GROUP_BYTES: usize = 32 * 1024 * 1024;
const GROUP_ROWS: usize = 10_000;

/// Writes `data/train-00000.parquet`, … for each split (`train` for samples without one) and `README.md`.
///
/// Columns: `key`; each field, pictures as `Image`, texts as strings, other bytes as binary, other values as JSON
/// texts; each layer with one class for a sample as `ClassLabel`, null without a class; `labels`, all items, and
/// `metadata` as JSON texts.
pub struct HuggingFaceExport {
    folder: PathBuf,
    columns: Vec<HfColumn>,
    splits: BySplit<Files>,
    samples: u64,
}

#[derive(Debug, Clone)]
struct HfColumn {
    name: String,
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    Key,
    Picture(String),
    Bytes(String),
    Text(String),
    Class(String, Vec<String>),
    Labels,
    Metadata,
}

impl HuggingFaceExport {
    /// Writes into `folder`, which is there.
    ///
    /// # Errors
    /// [`ExportError::Io`] where no folder for the files can be made.
    pub fn new(folder: &Path, overview: &Overview) -> Result<Self, ExportError> {
        let mut sources = vec![("key".to_owned(), Source::Key)];
        for (name, field) in &overview.fields {
            let source = match field.form() {
                // A picture that is not there has no form of its own.
                FieldForm::Pictures if !overview.is_missing_somewhere(field) => {
                    Source::Picture(name.clone())
                }
                FieldForm::Pictures | FieldForm::Bytes => Source::Bytes(name.clone()),
                FieldForm::Texts | FieldForm::Json => Source::Text(name.clone()),
            };
            sources.push((name.clone(), source));
        }
        for (name, classes) in overview.single_layers() {
            sources.push((name.clone(), Source::Class(name, classes)));
        }
        sources.push(("labels".to_owned(), Source::Labels));
        sources.push(("metadata".to_owned(), Source::Metadata));
        let mut taken = BTreeSet::new();
        let columns = sources.into_iter().map(|(wanted, source)| {
            let others = (2_u32..).map(|number| format!("{wanted}_{number}"));
            let mut names = std::iter::once(wanted.clone()).chain(others);
            let name = names
                .find(|name| taken.insert(name.clone()))
                .unwrap_or(wanted);
            HfColumn { name, source }
        });
        let columns = columns.collect();
        std::fs::create_dir_all(folder.join("data"))?;
        Ok(Self {
            folder: folder.to_owned(),
            columns,
            splits: BySplit::new(folder),
            samples: 0,
        })
    }

    fn card(&self, splits: &[String]) -> String {
        let mut card = "---\ndataset_info:\n  features:\n".to_owned();
        // JSON is YAML: names of data can't break out of their quotes.
        for column in &self.columns {
            let _ = writeln!(card, "  - name: {}", json!(column.name));
            let dtype = match &column.source {
                Source::Picture(_) => "image",
                Source::Bytes(_) => "binary",
                Source::Class(_, classes) => {
                    card.push_str("    dtype:\n      class_label:\n        names:\n");
                    for (id, class) in classes.iter().enumerate() {
                        let _ = writeln!(card, "          '{id}': {}", json!(class));
                    }
                    continue;
                }
                Source::Key | Source::Text(_) | Source::Labels | Source::Metadata => "string",
            };
            let _ = writeln!(card, "    dtype: {dtype}");
        }
        card.push_str("configs:\n- config_name: default\n  data_files:\n");
        for split in splits {
            let _ = writeln!(card, "  - split: {split}\n    path: data/{split}-*");
        }
        card.push_str("---\n");
        card
    }
}

impl ShardExport for HuggingFaceExport {
    fn add(&mut self, sample: &WholeSample<'_>) -> Result<(), ExportError> {
        let columns = &self.columns;
        let files = self.splits.writer(sample, |folder, split| {
            Ok(Files {
                folder: folder.join("data"),
                // Names of splits are words there.
                split: split.unwrap_or("train").replace('-', "_"),
                written: 0,
                current: None,
                bytes: 0,
                group: columns
                    .iter()
                    .map(|column| Buffer::new(&column.source))
                    .collect(),
                rows: 0,
                group_bytes: 0,
            })
        })?;
        files.add(columns, sample)?;
        self.samples += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<u64, ExportError> {
        let mut names = Vec::new();
        for files in self.splits.writers.values_mut() {
            files.end_file(&self.columns)?;
            if names.contains(&files.split) {
                let message = format!("two splits would be called {:?}", files.split);
                return Err(ExportError::Format(message));
            }
            names.push(files.split.clone());
        }
        std::fs::write(self.folder.join("README.md"), self.card(&names))?;
        Ok(self.samples)
    }
}

/// The Parquet files of one split, one after another.
struct Files {
    folder: PathBuf,
    split: String,
    written: u32,
    current: Option<BatchedWriter<BufWriter<File>>>,
    /// Bytes of the samples in the current file.
    bytes: usize,
    group: Vec<Buffer>,
    rows: usize,
    group_bytes: usize,
}

enum Buffer {
    Texts(Vec<Option<String>>),
    Bytes(Vec<Option<Vec<u8>>>),
    Ids(Vec<Option<i64>>),
}

impl Buffer {
    const fn new(source: &Source) -> Self {
        match source {
            Source::Picture(_) | Source::Bytes(_) => Self::Bytes(Vec::new()),
            Source::Class(..) => Self::Ids(Vec::new()),
            Source::Key | Source::Text(_) | Source::Labels | Source::Metadata => {
                Self::Texts(Vec::new())
            }
        }
    }
}

impl Files {
    fn add(&mut self, columns: &[HfColumn], sample: &WholeSample<'_>) -> Result<(), ExportError> {
        for (buffer, column) in self.group.iter_mut().zip(columns) {
            let bytes = match (&mut *buffer, &column.source) {
                (Buffer::Ids(all), Source::Class(layer, classes)) => {
                    let id = sample.class(layer);
                    let id = id
                        .and_then(|id| classes.binary_search_by(|name| name.as_str().cmp(id)).ok());
                    all.push(id.map(|id| id as i64));
                    8
                }
                (Buffer::Bytes(all), Source::Picture(name) | Source::Bytes(name)) => {
                    all.push(sample.field(name));
                    all.last().and_then(Option::as_ref).map_or(0, Vec::len)
                }
                (Buffer::Texts(all), source) => {
                    all.push(text(source, sample)?);
                    all.last().and_then(Option::as_ref).map_or(0, String::len)
                }
                // A buffer is made for its column.
                (Buffer::Ids(_) | Buffer::Bytes(_), _) => 0,
            };
            self.group_bytes += bytes;
        }
        self.rows += 1;
        if self.rows == GROUP_ROWS || self.group_bytes >= GROUP_BYTES {
            self.end_group(columns)?;
        }
        if self.bytes >= FILE_BYTES {
            self.end_file(columns)?;
        }
        Ok(())
    }

    fn end_group(&mut self, columns: &[HfColumn]) -> Result<(), ExportError> {
        let height = self.rows;
        let named = columns.iter().zip(&mut self.group).map(|(column, buffer)| {
            let name = PlSmallStr::from_str(&column.name);
            Ok(match (buffer, &column.source) {
                (Buffer::Texts(all), _) => Column::new(name, std::mem::take(all)),
                (Buffer::Ids(all), _) => Column::new(name, std::mem::take(all)),
                (Buffer::Bytes(all), Source::Picture(_)) => {
                    let bytes = Column::new(PlSmallStr::from_static("bytes"), std::mem::take(all));
                    let path: Vec<Option<String>> = vec![None; height];
                    let path = Column::new(PlSmallStr::from_static("path"), path);
                    structure(&column.name, height, &[bytes, path]).map_err(failed)?
                }
                (Buffer::Bytes(all), _) => Column::new(name, std::mem::take(all)),
            })
        });
        let named = named.collect::<Result<Vec<_>, ExportError>>()?;
        let frame = DataFrame::new(height, named).map_err(failed)?;
        let out = match &mut self.current {
            Some(out) => out,
            None => {
                let name = format!("{}-{:05}.parquet", self.split, self.written);
                let file = BufWriter::new(File::create(self.folder.join(name))?);
                let out = ParquetWriter::new(file)
                    .with_compression(ParquetCompression::Snappy)
                    .set_parallel(false)
                    .batched(frame.schema())
                    .map_err(failed)?;
                self.written += 1;
                self.current.insert(out)
            }
        };
        out.write_batch(&frame).map_err(failed)?;
        self.bytes += self.group_bytes;
        self.rows = 0;
        self.group_bytes = 0;
        Ok(())
    }

    fn end_file(&mut self, columns: &[HfColumn]) -> Result<(), ExportError> {
        if self.rows > 0 {
            self.end_group(columns)?;
        }
        if let Some(out) = self.current.take() {
            out.finish().map_err(failed)?;
        }
        self.bytes = 0;
        Ok(())
    }
}

/// The value of a column of texts.
fn text(source: &Source, sample: &WholeSample<'_>) -> Result<Option<String>, ExportError> {
    Ok(match source {
        Source::Key => Some(sample.sample.key.as_str().to_owned()),
        Source::Labels => {
            let items: Vec<_> = sample.labels.iter().map(|row| &row.item).collect();
            Some(json!(items).to_string())
        }
        Source::Metadata => Some(json!(sample.sample.metadata).to_string()),
        Source::Text(name) => {
            let not_utf8 = |_| sample.does_not_fit(format!("{name:?} is not UTF-8"));
            sample
                .field(name)
                .map(String::from_utf8)
                .transpose()
                .map_err(not_utf8)?
        }
        Source::Picture(_) | Source::Bytes(_) | Source::Class(..) => None,
    })
}
