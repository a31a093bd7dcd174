//! A version as a folder: each blob a file, and one file about all samples.
//!
//! `samples.jsonl` has a line for each sample, in key order ([`CheckoutLine`]). A blob lies in the file that its
//! line names: the sample's key, with `.FIELD` behind it where the sample has more blobs, or `.FIELD.txt` where it
//! is a text that came in a row. An import of the folder gives the same samples and labels.
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use dataset::{BlobField, Field, LabelRow, Query, Sample};
use futures::stream::{self, StreamExt};
use ids::Hash;
use interchange::{CHECKOUT_FILE, CheckoutBlob, CheckoutField, CheckoutLine, FileNames, Refusal};
use serde::Serialize;
use version_store::{Version, VersionScan};

use crate::error::is_full;
use crate::folder_writer::FolderWriter;
use crate::progress::Ledger;
use crate::{Error, Observer, Result};

/// Files that are written in one go, at most.
const BATCH_FILES: usize = 128;
/// Bytes that are read in one go, unless a single blob has more.
const BATCH_BYTES: u64 = 4 << 20;
/// A blob that has more bytes is written while it is read.
const LARGE_BYTES: u64 = 8 << 20;
/// Batches in flight.
const PARALLEL: usize = 4;

/// What a checkout wrote.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct CheckoutOutcome {
    /// Samples written.
    pub samples: u64,
    /// Files written, less the one about all samples.
    pub files: u64,
    /// Bytes in these files.
    pub bytes: u64,
    /// Samples left out.
    pub refused: u64,
    /// The first of these.
    pub refusals: Vec<Refusal>,
}

/// Writes the samples of `version` that `query` picks into the folder `out`. Nothing is written outside of it and no
/// link in it is followed; a file appears under its name when it is whole. `force`: the folder may hold something;
/// files of the same name are replaced, others stay.
///
/// # Errors
/// [`Error::NotEmpty`], where the version can't be read, and where the folder or its list can't be written. A sample
/// that can't be written is a refusal.
pub async fn checkout(
    version: &Version,
    query: &Query,
    (out, force): (&Path, bool),
    observer: &mut dyn Observer,
) -> Result<CheckoutOutcome> {
    let of_disk = |error| Error::of_disk(&out.display().to_string(), error);
    let folder = Arc::new(FolderWriter::open(out, force)?);
    let about = out.join(format!(".{CHECKOUT_FILE}.part"));
    let mut lines = BufWriter::new(FolderWriter::create(&about).map_err(&of_disk)?);
    let mut ledger = Ledger::new(observer, 1000);
    ledger.progress.files_total = version.sample_count();
    let picker = Picker {
        scan: version.scan().await?,
        query,
        names: FileNames::new(&[CHECKOUT_FILE]),
        at_end: false,
    };
    let batches = stream::unfold(picker, |mut picker| async move {
        let batch = picker.batch().await.transpose()?;
        Some((batch, picker))
    });
    let mut written = std::pin::pin!(
        batches
            .map(|batch| write(version, &folder, batch))
            .buffered(PARALLEL)
    );
    let mut outcome = CheckoutOutcome::default();
    while let Some(batch) = written.next().await {
        for written in batch? {
            match written {
                Ok(Written { line, files, bytes }) => {
                    lines.write_all(&line).map_err(&of_disk)?;
                    outcome.samples += 1;
                    outcome.files += files;
                    outcome.bytes += bytes;
                }
                Err(refusal) => ledger.refuse(refusal),
            }
        }
        ledger.progress.samples = outcome.samples;
        ledger.progress.files_done = outcome.files;
        ledger.progress.bytes_done = outcome.bytes;
        ledger.tell();
    }
    lines.flush().map_err(&of_disk)?;
    std::fs::rename(&about, out.join(CHECKOUT_FILE)).map_err(&of_disk)?;
    outcome.refused = ledger.progress.refused;
    outcome.refusals = ledger.refused;
    Ok(outcome)
}

/// A sample that was written.
struct Written {
    line: Vec<u8>,
    files: u64,
    bytes: u64,
}

/// A sample that is to be written, or why it can't be.
type Picked = std::result::Result<Plan, Refusal>;

struct Plan {
    line: CheckoutLine,
    blobs: Vec<(String, BlobField)>,
}

/// Picks samples and gives names to their files.
struct Picker<'a> {
    scan: VersionScan,
    query: &'a Query,
    names: FileNames,
    at_end: bool,
}

impl Picker<'_> {
    /// What is read and written in one go; none at the end.
    async fn batch(&mut self) -> Result<Option<Vec<Picked>>> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while !self.at_end && batch.len() < BATCH_FILES && bytes < BATCH_BYTES {
            let Some((sample, labels)) = self.scan.next().await? else {
                self.at_end = true;
                break;
            };
            if !self.query.matches(&sample, &labels) {
                continue;
            }
            let plan = self.plan(sample, labels);
            if let Ok(plan) = &plan {
                bytes += plan.blobs.iter().map(|(_, blob)| blob.bytes).sum::<u64>();
            }
            batch.push(plan);
        }
        Ok((!batch.is_empty()).then_some(batch))
    }

    fn plan(&mut self, sample: Sample, labels: Vec<LabelRow>) -> Picked {
        let blob_count = sample.fields.values().filter_map(Field::blob).count();
        let mut blobs = Vec::with_capacity(blob_count);
        let mut fields = std::collections::BTreeMap::new();
        for (name, field) in sample.fields {
            let field = match field {
                Field::Inline(value) => CheckoutField::Value { value },
                Field::Blob(blob) => {
                    let file = self
                        .names
                        .name(&sample.key, &ending(&name, &blob, blob_count))?;
                    let told = CheckoutBlob {
                        file: file.clone(),
                        media_type: blob.media_type.clone(),
                        width: blob.width,
                        height: blob.height,
                    };
                    blobs.push((file, blob));
                    CheckoutField::File(told)
                }
            };
            fields.insert(name, field);
        }
        let line = CheckoutLine {
            key: sample.key,
            split: sample.split,
            fields,
            metadata: sample.metadata,
            labels: labels.into_iter().map(|row| row.item).collect(),
        };
        Ok(Plan { line, blobs })
    }
}

/// What follows the key in the name of a blob's file.
fn ending(name: &str, blob: &BlobField, blobs: usize) -> String {
    if name == "text" && blob.media_type == "text/plain" {
        ".text.txt".to_owned()
    } else if blobs == 1 {
        String::new()
    } else {
        // A field's name must not make folders.
        format!(".{}", name.replace('/', "_"))
    }
}

/// Reads the blobs of a batch, neighbours in a pack together, and writes them.
async fn write(
    version: &Version,
    folder: &Arc<FolderWriter>,
    batch: Result<Vec<Picked>>,
) -> Result<Vec<std::result::Result<Written, Refusal>>> {
    let batch = batch?;
    let small = |blob: &&(String, BlobField)| blob.1.bytes <= LARGE_BYTES;
    let hashes: Vec<Hash> = batch
        .iter()
        .flatten()
        .flat_map(|plan| plan.blobs.iter().filter(small).map(|(_, blob)| blob.hash))
        .collect();
    let mut bytes = version.store().blobs(&hashes).await?.into_iter();
    let mut loaded = Vec::with_capacity(batch.len());
    for picked in batch {
        loaded.push(match picked {
            Ok(plan) => {
                // Taken in any case: the next sample's come next.
                let small: Vec<Bytes> = bytes.by_ref().take(plan.small()).collect();
                let large = stream_large(version, folder, &plan).await?;
                large.map(|()| (small, plan))
            }
            Err(refusal) => Err(refusal),
        });
    }
    let folder = Arc::clone(folder);
    let written = tokio::task::spawn_blocking(move || {
        let write = |loaded: std::result::Result<(Vec<Bytes>, Plan), Refusal>| match loaded {
            Ok((blobs, plan)) => write_sample(&folder, &plan, &blobs),
            Err(refusal) => Ok(Err(refusal)),
        };
        loaded.into_iter().map(write).collect()
    });
    written
        .await
        .unwrap_or_else(|error| Err(Error::Stopped(error.to_string())))
}

/// Writes the blobs of a sample that are never in memory as a whole.
async fn stream_large(
    version: &Version,
    folder: &FolderWriter,
    plan: &Plan,
) -> Result<std::result::Result<(), Refusal>> {
    for (file, blob) in plan.blobs.iter().filter(|(_, b)| b.bytes > LARGE_BYTES) {
        let mut part = match folder.begin(file) {
            Ok(part) => part,
            Err(error) => return plan.refuse(folder, file, error).map(Err),
        };
        let mut pieces = version.store().blob_stream(&blob.hash).await?;
        while let Some(piece) = pieces.next().await {
            if let Err(error) = part.file.write_all(&piece?) {
                return plan.refuse(folder, file, error).map(Err);
            }
        }
        if let Err(error) = part.finish() {
            return plan.refuse(folder, file, error).map(Err);
        }
    }
    Ok(Ok(()))
}

impl Plan {
    /// How many of the blobs are read whole.
    fn small(&self) -> usize {
        let small = self.blobs.iter().filter(|(_, b)| b.bytes <= LARGE_BYTES);
        small.count()
    }

    /// A sample that can't be written is left out; where there is no room left, none can.
    fn refuse(&self, folder: &FolderWriter, file: &str, error: std::io::Error) -> Result<Refusal> {
        if is_full(&error) {
            return Err(Error::of_disk(
                &folder.path(file).display().to_string(),
                error,
            ));
        }
        let key = self.line.key.as_str();
        let message = format!("{file}: {error}");
        Ok(Refusal::file(key, "file_unwritable", message))
    }
}

fn write_sample(
    folder: &FolderWriter,
    plan: &Plan,
    blobs: &[Bytes],
) -> Result<std::result::Result<Written, Refusal>> {
    let small = plan.blobs.iter().filter(|(_, b)| b.bytes <= LARGE_BYTES);
    for ((file, _), bytes) in small.zip(blobs) {
        if let Err(error) = folder.write(file, bytes) {
            return plan.refuse(folder, file, error).map(Err);
        }
    }
    let mut line = match serde_json::to_vec(&plan.line) {
        Ok(line) => line,
        Err(error) => return plan.refuse(folder, CHECKOUT_FILE, error.into()).map(Err),
    };
    line.push(b'\n');
    Ok(Ok(Written {
        line,
        files: plan.blobs.len() as u64,
        bytes: plan.blobs.iter().map(|(_, blob)| blob.bytes).sum(),
    }))
}

/// Whether a folder looks like one that a checkout wrote.
#[must_use]
pub fn is_checkout(path: &Path) -> bool {
    let about: PathBuf = path.join(CHECKOUT_FILE);
    let begin = std::fs::File::open(about).and_then(|file| {
        let mut begin = [0; 8];
        std::io::Read::read_exact(&mut &file, &mut begin)?;
        Ok(begin)
    });
    begin.is_ok_and(|begin| begin.starts_with(b"{\"key\":"))
}
