//! MDS, the shards of mosaicml-streaming: `index.json`, and files of `u32` number of samples, `u32` where each begins
//! and the last ends, a JSON text about the columns, and the samples.

use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::overview::FieldForm;
use super::{BySplit, ExportError, Overview, ShardExport, WholeSample};

/// A shard ends before it has more bytes than this.
const SHARD_BYTES: u64 = 64 * 1024 * 1024;

/// Writes shards and an index into the folder, and into a folder for each split.
///
/// Columns: `key`; each field, pictures of one type as `jpeg` or `png`, texts as `str`, other bytes as `bytes`, other
/// values as `json`; each layer with one class for a sample as `int`, -1 without a class; `labels`, all items, and
/// `metadata` as `json`.
pub struct MdsExport {
    columns: Vec<MdsColumn>,
    splits: BySplit<Shards>,
    samples: u64,
}

#[derive(Debug, Clone)]
struct MdsColumn {
    name: String,
    encoding: &'static str,
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    Key,
    Field(String),
    /// The layer and the sorted names of its classes.
    Class(String, Vec<String>),
    Labels,
    Metadata,
}

impl MdsExport {
    /// Writes into `folder`, which is there.
    ///
    /// # Errors
    /// [`ExportError::Format`] where two columns would have one name.
    pub fn new(folder: &Path, overview: &Overview) -> Result<Self, ExportError> {
        let column = |name: &str, encoding, source| MdsColumn {
            name: name.to_owned(),
            encoding,
            source,
        };
        let mut columns = vec![
            column("key", "str", Source::Key),
            column("labels", "json", Source::Labels),
            column("metadata", "json", Source::Metadata),
        ];
        for (name, field) in &overview.fields {
            let picture = match field.media_type() {
                Some("image/jpeg") => "jpeg",
                Some("image/png") => "png",
                _ => "bytes",
            };
            let encoding = match field.form() {
                FieldForm::Texts => "str",
                FieldForm::Json => "json",
                // No bytes are no picture.
                FieldForm::Pictures if !overview.is_missing_somewhere(field) => picture,
                FieldForm::Pictures | FieldForm::Bytes => "bytes",
            };
            columns.push(column(name, encoding, Source::Field(name.clone())));
        }
        for (name, classes) in overview.single_layers() {
            columns.push(column(&name, "int", Source::Class(name.clone(), classes)));
        }
        // The library wants them sorted.
        columns.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(two) = columns.windows(2).find(|two| two[0].name == two[1].name) {
            let message = format!("two columns would be called {:?}", two[0].name);
            return Err(ExportError::Format(message));
        }
        Ok(Self {
            columns,
            splits: BySplit::new(folder),
            samples: 0,
        })
    }

    /// The bytes of a sample: lengths of all columns that vary, then all columns.
    fn encode(&self, sample: &WholeSample<'_>) -> Result<Vec<u8>, ExportError> {
        let (mut head, mut body) = (Vec::new(), Vec::new());
        for column in &self.columns {
            let value = match &column.source {
                Source::Key => sample.sample.key.as_str().as_bytes().to_vec(),
                Source::Field(name) => sample.field(name).unwrap_or_else(|| {
                    if column.encoding == "json" {
                        b"null".to_vec()
                    } else {
                        Vec::new()
                    }
                }),
                Source::Labels => {
                    let items: Vec<_> = sample.labels.iter().map(|row| &row.item).collect();
                    json!(items).to_string().into_bytes()
                }
                Source::Metadata => json!(sample.sample.metadata).to_string().into_bytes(),
                Source::Class(layer, classes) => {
                    let id = sample.class(layer).and_then(|class| {
                        classes
                            .binary_search_by(|name| name.as_str().cmp(class))
                            .ok()
                    });
                    body.extend_from_slice(&id.map_or(-1, |id| id as i64).to_le_bytes());
                    continue;
                }
            };
            let length = u32::try_from(value.len()).map_err(|_| {
                sample.does_not_fit(format!("{:?} is longer than 4 GiB", column.name))
            })?;
            head.extend_from_slice(&length.to_le_bytes());
            body.extend_from_slice(&value);
        }
        head.append(&mut body);
        Ok(head)
    }
}

impl ShardExport for MdsExport {
    fn add(&mut self, sample: &WholeSample<'_>) -> Result<(), ExportError> {
        let bytes = self.encode(sample)?;
        let columns = &self.columns;
        let shards = self.splits.writer(sample, |folder, split| {
            let folder = split.map_or_else(|| folder.to_owned(), |split| folder.join(split));
            std::fs::create_dir_all(&folder)?;
            Ok(Shards::new(folder, columns))
        })?;
        if !shards.fits(bytes.len()) {
            return Err(sample.does_not_fit("it is longer than 4 GiB"));
        }
        shards.add(&bytes)?;
        self.samples += 1;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<u64, ExportError> {
        for (_, shards) in self.splits.writers {
            shards.finish()?;
        }
        Ok(self.samples)
    }
}

/// The shards of one split. Where samples begin stands before them, so they wait in a file without a name.
struct Shards {
    folder: PathBuf,
    /// What a shard says of its columns.
    about: Value,
    body: Option<BufWriter<File>>,
    ends: Vec<u32>,
    written: Vec<Value>,
}

impl Shards {
    fn new(folder: PathBuf, columns: &[MdsColumn]) -> Self {
        let all = |of: &dyn Fn(&MdsColumn) -> Value| columns.iter().map(of).collect::<Value>();
        let about = json!({
            "column_encodings": all(&|column| json!(column.encoding)),
            "column_names": all(&|column| json!(column.name)),
            "column_sizes": all(&|column| if column.encoding == "int" { json!(8) } else { Value::Null }),
            "compression": null, "format": "mds", "hashes": [], "size_limit": SHARD_BYTES, "version": 2,
        });
        Self {
            folder,
            about,
            body: None,
            ends: Vec::new(),
            written: Vec::new(),
        }
    }

    /// Bytes of a shard with these samples in it, before the samples.
    fn head_bytes(&self, samples: usize) -> u64 {
        4 + 4 * (samples as u64 + 1) + self.about.to_string().len() as u64
    }

    fn fits(&self, length: usize) -> bool {
        self.head_bytes(1) + length as u64 <= u64::from(u32::MAX)
    }

    fn add(&mut self, sample: &[u8]) -> Result<(), ExportError> {
        let so_far = u64::from(self.ends.last().copied().unwrap_or(0));
        let with = self.head_bytes(self.ends.len() + 1) + so_far + sample.len() as u64;
        if with > SHARD_BYTES && !self.ends.is_empty() {
            self.end_shard()?;
        }
        let body = match &mut self.body {
            Some(body) => body,
            None => self.body.insert(BufWriter::new(tempfile::tempfile()?)),
        };
        body.write_all(sample)?;
        let before = self.ends.last().copied().unwrap_or(0);
        self.ends.push(before + sample.len() as u32);
        Ok(())
    }

    fn end_shard(&mut self) -> Result<(), ExportError> {
        let Some(body) = self.body.take() else {
            return Ok(());
        };
        let mut body = body
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)?;
        body.rewind()?;
        let head = self.head_bytes(self.ends.len()) as u32;
        let name = format!("shard.{:05}.mds", self.written.len());
        let mut out = BufWriter::new(File::create(self.folder.join(&name))?);
        out.write_all(&(self.ends.len() as u32).to_le_bytes())?;
        for end in std::iter::once(&0).chain(&self.ends) {
            out.write_all(&(head + end).to_le_bytes())?;
        }
        out.write_all(self.about.to_string().as_bytes())?;
        let length = u64::from(head) + std::io::copy(&mut body, &mut out)?;
        out.flush()?;
        let mut about = self.about.clone();
        about["raw_data"] = json!({"basename": name, "bytes": length, "hashes": {}});
        about["zip_data"] = Value::Null;
        about["samples"] = json!(self.ends.len());
        self.written.push(about);
        self.ends.clear();
        Ok(())
    }

    fn finish(mut self) -> Result<(), ExportError> {
        self.end_shard()?;
        let index = json!({"version": 2, "shards": self.written});
        Ok(std::fs::write(
            self.folder.join("index.json"),
            index.to_string(),
        )?)
    }
}
