//! Reading a source: rows and refusals out, blobs into packs.
use dataset::Sample;
use futures::{StreamExt, stream};
use interchange::{Refusal, SeenKeys};
use version_store::{BlobWriter, PreparedBlob, Repository};

use crate::pictures::Pictures;
use crate::progress::Ledger;
use crate::texts::{self, Taken};
use crate::{Entry, Format, ImportOptions, Observer, Progress, Result, Source};

/// A sample to import, with its class if it has one.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub sample: Sample,
    pub label: Option<String>,
}

/// A source that was read: its rows are here, its blobs are in the store.
#[derive(Debug)]
pub struct Reading {
    pub(crate) source: String,
    pub(crate) rows: Vec<Row>,
    /// Counts of what was read.
    pub progress: Progress,
    /// The first refusals; `progress.refused` counts all.
    pub refused: Vec<Refusal>,
    /// Bytes of blobs that were new in the store, as stored.
    pub stored_bytes: u64,
}

/// Reads `source` and writes its blobs into packs of `repository`. Says how it goes to `observer`.
///
/// Cancel-safe: a dropped future leaves blobs that nothing names, which garbage collection takes.
///
/// # Errors
/// Where the source can't be listed or the store can't be written; a file or row that can't be
/// imported is no error but a refusal.
pub async fn read(
    source: &dyn Source,
    options: &ImportOptions,
    repository: &Repository,
    observer: &mut dyn Observer,
) -> Result<Reading> {
    let mut ledger = Ledger::new(observer, options.max_refusals);
    let entries = accepted(source, options, &mut ledger).await?;
    ledger.tell();
    let blobs = repository.write_blobs().await?;
    let mut rows = Rows {
        kept: Vec::new(),
        seen: SeenKeys::new(),
        blobs,
    };
    match options.format {
        Format::Folder => {
            rows.pictures(source, options, &entries, &mut ledger)
                .await?
        }
        Format::JsonLines | Format::Csv => {
            rows.texts(source, options.format, &entries, &mut ledger)
                .await?
        }
    }
    let stored_bytes = rows.blobs.stored_bytes();
    rows.blobs.finish().await?;
    ledger.tell();
    Ok(Reading {
        source: source.name().to_owned(),
        rows: rows.kept,
        progress: ledger.progress,
        refused: ledger.refused,
        stored_bytes,
    })
}

/// Lists the source and refuses what can't be read or is of another format.
async fn accepted(
    source: &dyn Source,
    options: &ImportOptions,
    ledger: &mut Ledger<'_>,
) -> Result<Vec<Entry>> {
    let listed = source.entries().await?;
    // A file that is named itself is read whatever it is called.
    let alone = listed.len() == 1;
    let mut entries = Vec::with_capacity(listed.len());
    for entry in listed {
        match entry {
            Ok(entry) if alone || options.format.takes(&entry.path) != Some(false) => {
                entries.push(entry)
            }
            Ok(entry) => {
                let message = "the name of the file is not one of this format";
                ledger.refuse(Refusal::file(&entry.path, "format_mismatch", message));
            }
            Err(refusal) => ledger.refuse(refusal),
        }
    }
    ledger.progress.files_total = entries.len() as u64;
    ledger.progress.bytes_total = entries.iter().map(|entry| entry.bytes).sum();
    Ok(entries)
}

/// The rows so far, and where their blobs go.
struct Rows {
    kept: Vec<Row>,
    seen: SeenKeys,
    blobs: BlobWriter,
}

impl Rows {
    async fn pictures(
        &mut self,
        source: &dyn Source,
        options: &ImportOptions,
        entries: &[Entry],
        ledger: &mut Ledger<'_>,
    ) -> Result<()> {
        let pictures = Pictures::new(source, options);
        let mut read = stream::iter(entries)
            .map(|entry| {
                let pictures = &pictures;
                async move { (entry, pictures.read(entry).await) }
            })
            // In the order of the entries, so that neighbours in the folder are neighbours in a pack.
            .buffered(options.parallel.max(1));
        while let Some((entry, picture)) = read.next().await {
            ledger.progress.files_done += 1;
            ledger.progress.bytes_done += entry.bytes;
            match picture? {
                Ok(picture) => {
                    self.keep(picture.row, Some(picture.blob), (&entry.path, None), ledger)
                        .await?
                }
                Err(refusal) => ledger.refuse(refusal),
            }
            ledger.tell();
        }
        Ok(())
    }

    async fn texts(
        &mut self,
        source: &dyn Source,
        format: Format,
        entries: &[Entry],
        ledger: &mut Ledger<'_>,
    ) -> Result<()> {
        for entry in entries {
            match source.open(&entry.path).await {
                Ok(pieces) => {
                    let mut taken = texts::rows(pieces, &entry.path, format);
                    while let Some(taken) = taken.recv().await {
                        match taken {
                            Taken::Bytes(bytes) => {
                                ledger.progress.bytes_done += bytes;
                                ledger.tell();
                            }
                            Taken::Row(row) => match *row {
                                Ok(row) => {
                                    let line = row.line;
                                    let (row, blob) = texts::sample(row);
                                    self.keep(row, blob, (&entry.path, Some(line)), ledger)
                                        .await?;
                                }
                                Err(refusal) => ledger.refuse(refusal),
                            },
                        }
                    }
                }
                Err(error) => ledger.refuse(Refusal::file(
                    &entry.path,
                    "file_unreadable",
                    error.to_string(),
                )),
            }
            ledger.progress.files_done += 1;
            ledger.tell();
        }
        Ok(())
    }

    /// Keeps a row and writes its blob, unless its key came before.
    async fn keep(
        &mut self,
        row: Row,
        blob: Option<PreparedBlob>,
        (path, line): (&str, Option<u64>),
        ledger: &mut Ledger<'_>,
    ) -> Result<()> {
        if !self.seen.insert(&row.sample.key) {
            let message = format!("the key {:?} was there before", row.sample.key.as_str());
            ledger.refuse(match line {
                Some(line) => Refusal::line(path, line, "duplicate_key", message),
                None => Refusal::file(path, "duplicate_key", message),
            });
            return Ok(());
        }
        if let Some(blob) = blob {
            self.blobs.put_prepared(&blob).await?;
        }
        ledger.progress.samples += 1;
        self.kept.push(row);
        Ok(())
    }
}
