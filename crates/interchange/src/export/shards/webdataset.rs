//! WebDataset: tar files whose neighbouring members with one name before the first dot are a sample.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use dataset::Field;
use serde_json::{Value, json};

use super::overview::FieldForm;
use super::{BySplit, ExportError, Overview, ShardExport, WholeSample, plain_name};

/// A tar ends when it has so many bytes.
const SHARD_BYTES: u64 = 256 * 1024 * 1024;

/// Writes `train-000000.tar`, … for each split (`data-` for samples without one).
///
/// A sample is called by its number. Its members: each blob and each text under the ending of its media type, with the
/// field's name before it where there are several; `cls`, the class id, where one layer has one class for a sample;
/// and `json` with key, split, metadata, other fields and all labels.
pub struct WebDatasetExport {
    shards: BySplit<Tars>,
    /// What stands before the ending of a field's members.
    prefixes: BTreeMap<String, String>,
    class: Option<(String, Vec<String>)>,
    samples: u64,
}

impl WebDatasetExport {
    /// Writes into `folder`, which is there.
    ///
    /// # Errors
    /// [`ExportError::Format`] where two fields would have members of one name.
    pub fn new(folder: &Path, overview: &Overview) -> Result<Self, ExportError> {
        let members = overview
            .fields
            .iter()
            .filter(|(_, field)| field.form() != FieldForm::Json);
        let names: Vec<&String> = members.map(|(name, _)| name).collect();
        let mut prefixes = BTreeMap::new();
        for name in &names {
            let prefix = match names.len() {
                1 => String::new(),
                // A dot would begin another ending.
                _ => format!("{}.", plain_name(name)),
            };
            if prefixes.values().any(|other| *other == prefix) {
                let message =
                    format!("the field {name:?} and another one would have members of one name");
                return Err(ExportError::Format(message));
            }
            prefixes.insert((*name).clone(), prefix);
        }
        let mut single = overview.single_layers().into_iter();
        Ok(Self {
            shards: BySplit::new(folder),
            prefixes,
            class: single.next().filter(|_| single.next().is_none()),
            samples: 0,
        })
    }
}

impl ShardExport for WebDatasetExport {
    fn add(&mut self, sample: &WholeSample<'_>) -> Result<(), ExportError> {
        let number = self.samples;
        let tars = self.shards.writer(sample, |folder, split| {
            Ok(Tars::new(folder, split.unwrap_or("data")))
        })?;
        tars.next_sample()?;
        let mut others = serde_json::Map::new();
        for (name, field) in &sample.sample.fields {
            let ending = match field {
                Field::Blob(blob) => ending(&blob.media_type),
                Field::Inline(Value::String(_)) => "txt",
                Field::Inline(value) => {
                    others.insert(name.clone(), value.clone());
                    continue;
                }
            };
            let prefix = self.prefixes.get(name).map_or("", String::as_str);
            let bytes = sample.field(name).unwrap_or_default();
            tars.member(number, &format!("{prefix}{ending}"), &bytes)?;
        }
        if let Some((layer, classes)) = &self.class
            && let Some(class) = sample.class(layer)
            && let Ok(id) = classes.binary_search_by(|name| name.as_str().cmp(class))
        {
            tars.member(number, "cls", id.to_string().as_bytes())?;
        }
        let items: Vec<_> = sample.labels.iter().map(|row| &row.item).collect();
        let about = json!({
            "key": sample.sample.key, "split": sample.sample.split, "metadata": sample.sample.metadata,
            "fields": others, "labels": items,
        });
        tars.member(number, "json", about.to_string().as_bytes())?;
        self.samples += 1;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<u64, ExportError> {
        for (_, tars) in self.shards.writers {
            tars.finish()?;
        }
        Ok(self.samples)
    }
}

/// The tar files of one split, one after another.
struct Tars {
    folder: PathBuf,
    split: String,
    shard: u32,
    current: Option<tar::Builder<BufWriter<File>>>,
    bytes: u64,
}

impl Tars {
    fn new(folder: &Path, split: &str) -> Self {
        Self {
            folder: folder.to_owned(),
            split: split.to_owned(),
            shard: 0,
            current: None,
            bytes: 0,
        }
    }

    /// Ends the tar if it is full: a sample never crosses two.
    fn next_sample(&mut self) -> Result<(), ExportError> {
        if self.bytes >= SHARD_BYTES
            && let Some(full) = self.current.take()
        {
            end(full)?;
            self.shard += 1;
            self.bytes = 0;
        }
        Ok(())
    }

    fn member(&mut self, sample: u64, ending: &str, bytes: &[u8]) -> Result<(), ExportError> {
        if self.current.is_none() {
            let name = format!("{}-{:06}.tar", self.split, self.shard);
            let file = File::create(self.folder.join(name))?;
            self.current = Some(tar::Builder::new(BufWriter::new(file)));
        }
        if let Some(tar) = &mut self.current {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, format!("{sample:09}.{ending}"), bytes)?;
        }
        // Members are padded to blocks, and each has one before it.
        self.bytes += (bytes.len() as u64).next_multiple_of(512) + 512;
        Ok(())
    }

    fn finish(self) -> Result<(), ExportError> {
        self.current.map_or(Ok(()), end)
    }
}

fn end(tar: tar::Builder<BufWriter<File>>) -> Result<(), ExportError> {
    Ok(tar.into_inner()?.flush()?)
}

/// The ending that decoders know a media type by.
fn ending(media_type: &str) -> &'static str {
    match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/gif" => "gif",
        "image/tiff" => "tif",
        "image/bmp" => "bmp",
        "audio/wav" => "wav",
        "audio/flac" => "flac",
        "audio/mpeg" => "mp3",
        "audio/ogg" => "ogg",
        "video/mp4" => "mp4",
        "text/html" => "html",
        "application/pdf" => "pdf",
        "application/x-npy" => "npy",
        text if text.starts_with("text/") => "txt",
        _ => "bin",
    }
}
