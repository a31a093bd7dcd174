//! Reading a source: rows and refusals out, blobs into packs.
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, TryStreamExt};
use ids::Hash;
use interchange::{CHECKOUT_FILE, Refusal, SeenKeys, media_type_of};
use version_store::{BlobWriter, PreparedBlob, Repository, Scratch, Unindexed};

use crate::files::{Done, FileReader, Item};
use crate::journal::{End, Journal, JournalWriter};
use crate::listing::{Counts, Listed, Listing};
use crate::progress::Ledger;
use crate::record::{Fate, Record};
use crate::rows::{RowSorter, Rows};
use crate::sample::{Content, SampleMaker, record_of};
use crate::source::Stamp;
use crate::stat_cache::Known;
use crate::texts::{self, RowFile, RowSample, Taken};
use crate::unsaved::Unsaved;
use crate::{Entry, Error, Format, ImportOptions, Observer, Progress, Result, Source};

/// A source that was read: its rows are in a journal, its blobs are in packs, of which the last are in no
/// index before [`Reading::commit`].
#[derive(Debug)]
pub struct Reading {
    pub(crate) source: String,
    pub(crate) rows: Rows,
    pub(crate) remembered: Remembered,
    pub(crate) mirror: bool,
    pub(crate) scratch: Scratch,
    pub(crate) unindexed: Unindexed,
    /// Counts of what was read.
    pub progress: Progress,
    /// The first refusals; `progress.refused` counts all.
    pub refused: Vec<Refusal>,
    /// Bytes of blobs that were new in the store, as stored.
    pub stored_bytes: u64,
}

/// What is kept of the import beyond itself.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    /// How the last import of the same files ended, if nothing changed since.
    pub before: Option<End>,
    /// The journal, where it is kept in the cache.
    pub journal: Option<Journal>,
    /// Whether everything of the source is in the journal under its key.
    pub is_whole: bool,
}

/// Reads `source` and writes its blobs into packs of `repository`. Says how it goes to `observer`.
///
/// Cancel-safe: a dropped future leaves blobs that nothing names, which garbage collection takes.
///
/// # Errors
/// Where the store or the journal can't be written; a file or row that can't be imported is no error
/// but a refusal.
pub async fn read(
    source: &dyn Source,
    options: &ImportOptions,
    repository: &Repository,
    observer: &mut dyn Observer,
) -> Result<Reading> {
    if options.in_place {
        check_in_place(source, options.format)?;
    }
    let listing = Listing::start(source);
    let mut reader = Reader {
        ledger: Ledger::new(observer, options.max_refusals),
        counts: listing.counts(),
        blobs: repository.write_blobs().await?,
        unsaved: Unsaved::default(),
    };
    let (rows, remembered) = match options.format {
        Format::Folder | Format::Files => reader.files(source, options, listing).await?,
        _ => {
            let rows = reader.texts(source, options, listing).await?;
            let remembered = Remembered {
                // A row that is refused has no key to say which sample it would have been.
                is_whole: reader.ledger.progress.refused == 0,
                ..Remembered::default()
            };
            (rows, remembered)
        }
    };
    let Reader { blobs, ledger, .. } = reader;
    let stored_bytes = blobs.stored_bytes();
    let unindexed = blobs.finish_unindexed().await?;
    Ok(Reading {
        unindexed,
        source: source.name().to_owned(),
        rows,
        remembered,
        mirror: options.mirror,
        scratch: options.scratch.clone(),
        progress: ledger.progress,
        refused: ledger.refused,
        stored_bytes,
    })
}

/// Whether the files of a source can stay where they are.
fn check_in_place(source: &dyn Source, format: Format) -> Result<()> {
    let refuse = |reason: &str| {
        Err(Error::Source {
            path: source.name().to_owned(),
            reason: reason.to_owned(),
        })
    };
    match format {
        Format::Folder | Format::Files if source.url("").is_some() => Ok(()),
        Format::Folder | Format::Files => refuse("its files have no address of their own"),
        _ => {
            refuse("only files that are a sample each can stay in place: formats folder and files")
        }
    }
}

/// Counts what is read and writes its blobs.
struct Reader<'a> {
    ledger: Ledger<'a>,
    counts: Counts,
    blobs: BlobWriter,
    unsaved: Unsaved,
}

impl Reader<'_> {
    fn tell(&mut self) {
        let progress = &mut self.ledger.progress;
        let (files, bytes, is_listed) = self.counts.now();
        progress.files_total = files;
        progress.bytes_total = bytes;
        progress.is_listed = is_listed;
        self.ledger.tell();
    }

    fn done(&mut self, files: u64, bytes: u64) {
        self.ledger.progress.files_done += files;
        self.ledger.progress.bytes_done += bytes;
    }

    async fn files(
        &mut self,
        source: &dyn Source,
        options: &ImportOptions,
        mut listing: Listing,
    ) -> Result<(Rows, Remembered)> {
        let (mut known, mut journal, kept) = match (&options.cache, source.place()) {
            (Some(cache), Some(place)) => {
                let (known, journal, kept) = cache.open(&cache_id(&place, options))?;
                (known, journal, Some(kept))
            }
            _ => {
                let journal = JournalWriter::in_temporary_file()?;
                (Known::nothing(), journal, None)
            }
        };
        let maker = SampleMaker::new(options);
        let reader = FileReader::new(source, maker.clone(), options.parallel);
        // What is read out of order must not wait for memory that others hold who wait for it.
        let again = FileReader::new(source, maker, 1);
        let mut is_whole = true;
        {
            let mut batches = std::pin::pin!(reader.read(&mut listing, &mut known));
            while let Some(batch) = batches.next().await {
                for done in batch? {
                    let done = self.known_or_read(done, &again).await?;
                    is_whole &= self.keep(done, &mut journal).await?;
                }
                self.tell();
            }
        }
        if let Some(error) = listing.failure() {
            return Err(error);
        }
        let before = known.unchanged().filter(|_| is_whole);
        let journal = journal.finish()?;
        let remembered = Remembered {
            before,
            journal: kept.as_ref().map(|_| journal.clone()),
            is_whole,
        };
        if let Some(kept) = kept {
            kept.finished();
        }
        Ok((Rows::of(journal), remembered))
    }

    /// Writes a large file, and reads a known one after all where the store has lost its blobs.
    async fn known_or_read(&mut self, done: Done, again: &FileReader<'_>) -> Result<Done> {
        let (entry, stamp) = match done {
            Done::Known(entry, stamp, record) => {
                if self
                    .has_all(record.blobs(), again.maker.is_in_place())
                    .await?
                {
                    return Ok(Done::Known(entry, stamp, record));
                }
                (entry, stamp)
            }
            Done::Large(entry, stamp) => (entry, stamp),
            other => return Ok(other),
        };
        if again.maker.is_streamed(&entry) {
            return self.stream(entry, stamp, again).await;
        }
        let item = Item::Read(entry, stamp);
        let done = again.batch(vec![item]).await?.pop();
        done.ok_or_else(|| Error::Stopped("a file was lost".to_owned()))
    }

    async fn has_all(&self, blobs: &[Hash], in_place: bool) -> Result<bool> {
        for blob in blobs {
            let is_there = match in_place {
                true => self.blobs.has_or_records(blob).await?,
                false => self.blobs.has(blob).await?,
            };
            if !is_there {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn stream(
        &mut self,
        entry: Entry,
        stamp: Option<Stamp>,
        from: &FileReader<'_>,
    ) -> Result<Done> {
        let (path, bytes) = (&entry.path, entry.bytes);
        let refused = |refusal| Ok(Done::Refused(bytes, Record::refused(refusal, None)));
        let unreadable = |message| Refusal::file(path, "file_unreadable", message);
        let media_type = media_type_of(path);
        let put = match from.source.local(path) {
            Some(local) => match std::fs::File::open(local) {
                Ok(file) => self.blobs.put_file(file, media_type).await,
                Err(error) => return refused(unreadable(error.to_string())),
            },
            None => match from.source.open(path).await {
                Ok(opened) => self.blobs.put_stream(opened.pieces, media_type).await,
                Err(error) => return refused(unreadable(error.to_string())),
            },
        };
        let blob = match put {
            Ok(blob) => blob,
            Err(version_store::Error::Source { detail }) => return refused(unreadable(detail)),
            Err(error) => return Err(error.into()),
        };
        match from.maker.streamed(path, stamp, &blob) {
            Ok(made) => Ok(Done::Made(bytes, made)),
            Err(refusal) => refused(refusal),
        }
    }

    /// Takes what became of a file; false where that is no line of the journal.
    async fn keep(&mut self, done: Done, journal: &mut JournalWriter) -> Result<bool> {
        let record = match done {
            Done::Unlisted(refusal) => {
                self.ledger.refuse(refusal);
                return Ok(false);
            }
            Done::Known(entry, stamp, mut record) => {
                self.done(1, entry.bytes);
                self.ledger.progress.files_known += 1;
                self.ledger.progress.bytes_known += entry.bytes;
                record.stamp = stamp;
                record
            }
            Done::Made(bytes, made) => {
                self.done(1, bytes);
                let put = match &made.content {
                    Content::Bytes(blob) => self.blobs.put_prepared(blob).await.map(drop),
                    Content::Outside(blob) => {
                        self.unsaved.add(bytes);
                        self.blobs.put_external(blob).await.map(drop)
                    }
                    Content::Written => Ok(()),
                };
                match put {
                    Ok(()) => made.record,
                    // What was erased on purpose, or can't be named where it lies, is refused by itself; the
                    // rest comes in.
                    Err(
                        error @ (version_store::Error::ErasedBefore { .. }
                        | version_store::Error::External { .. }),
                    ) => Record {
                        fate: Fate::Refused {
                            code: error.code().to_owned(),
                            message: error.to_string(),
                        },
                        ..made.record
                    },
                    Err(error) => return Err(error.into()),
                }
            }
            Done::Refused(bytes, record) => {
                self.done(1, bytes);
                record
            }
            // Was written before it comes here.
            Done::Large(..) => return Ok(false),
        };
        journal.append(&record)?;
        if self.unsaved.is_due() {
            self.blobs.checkpoint().await?;
            self.unsaved.saved();
        }
        match record.fate {
            Fate::Sample { .. } => self.ledger.progress.samples += 1,
            Fate::Refused { code, message } => {
                self.ledger
                    .refuse(Refusal::file(&record.key, &code, message));
            }
        }
        Ok(true)
    }

    async fn texts(
        &mut self,
        source: &dyn Source,
        options: &ImportOptions,
        mut listing: Listing,
    ) -> Result<Rows> {
        let listed = listing.rest().await;
        if let Some(error) = listing.failure() {
            return Err(error);
        }
        let entries = self.accepted(options.format, listed);
        self.tell();
        let mut rows = TextRows {
            sorter: RowSorter::default(),
            seen: SeenKeys::new(),
        };
        for entry in &entries {
            match source.open(&entry.path).await {
                Ok(opened) => {
                    let file = RowFile {
                        path: entry.path.clone(),
                        format: options.format,
                        limits: options.limits,
                        folder: source.local(""),
                    };
                    let mut taken = texts::rows(opened.pieces, file);
                    while let Some(taken) = taken.recv().await {
                        if let Taken::Wanted(name, answer) = taken {
                            // Who asked may be gone: then nobody misses it.
                            let _ = answer.send(whole(source, &name, options.max_file_bytes).await);
                        } else {
                            self.take(taken, &entry.path, &mut rows).await?;
                        }
                    }
                }
                Err(error) => self.ledger.refuse(Refusal::file(
                    &entry.path,
                    "file_unreadable",
                    error.to_string(),
                )),
            }
            self.done(1, 0);
            self.tell();
        }
        Ok(rows.sorter.finish()?)
    }

    /// Refuses what can't be read or is of another format.
    fn accepted(&mut self, format: Format, listed: Vec<Listed>) -> Vec<Entry> {
        // A file that is named itself is read whatever it is called.
        let alone = listed.len() == 1;
        let mut entries = Vec::with_capacity(listed.len());
        for entry in listed {
            match entry {
                // The others are what its lines name.
                Ok((entry, _)) if format == Format::Checkout && entry.path != CHECKOUT_FILE => {
                    self.counts.leave_out(entry.bytes);
                }
                Ok((entry, _)) if alone || format.takes(&entry.path) != Some(false) => {
                    entries.push(entry);
                }
                Ok((entry, _)) => {
                    self.counts.leave_out(entry.bytes);
                    let message = "the name of the file is not one of this format";
                    self.ledger
                        .refuse(Refusal::file(&entry.path, "format_mismatch", message));
                }
                Err(_) if format == Format::Checkout => {}
                Err(refusal) => self.ledger.refuse(refusal),
            }
        }
        entries
    }

    async fn take(&mut self, taken: Taken, path: &str, rows: &mut TextRows) -> Result<()> {
        let row = match taken {
            Taken::Wanted(..) => return Ok(()),
            Taken::Bytes(bytes) => {
                self.done(0, bytes);
                self.tell();
                return Ok(());
            }
            Taken::Row(row) => *row,
        };
        let RowSample {
            place,
            sample,
            labels,
            blobs,
        } = match row {
            Ok(row) => row,
            Err(refusal) => {
                self.ledger.refuse(refusal);
                return Ok(());
            }
        };
        let at_place = |refusal: Refusal| Refusal {
            place: Some(place.clone()),
            ..refusal
        };
        if !rows.seen.insert(&sample.key) {
            let message = format!("the key {:?} was there before", sample.key.as_str());
            let refusal = Refusal::file(path, "duplicate_key", message);
            self.ledger.refuse(at_place(refusal));
            return Ok(());
        }
        let hashes = blobs.iter().map(PreparedBlob::hash).collect();
        let record = match record_of(&sample, None, hashes, labels) {
            Ok(record) => record,
            Err(error) => {
                let refusal = Refusal::file(path, error.code(), error.to_string());
                self.ledger.refuse(at_place(refusal));
                return Ok(());
            }
        };
        for blob in &blobs {
            self.blobs.put_prepared(blob).await?;
        }
        rows.sorter.push(&record)?;
        self.ledger.progress.samples += 1;
        Ok(())
    }
}

/// The bytes of one file of a source, `most` at most.
async fn whole(source: &dyn Source, name: &str, most: u64) -> std::io::Result<Bytes> {
    let mut pieces = source.open(name).await?.pieces;
    let mut bytes = BytesMut::new();
    while let Some(piece) = pieces.try_next().await? {
        bytes.extend_from_slice(&piece);
        if bytes.len() as u64 > most {
            let message = format!("a file may have {most} bytes at most");
            return Err(std::io::Error::other(message));
        }
    }
    Ok(bytes.freeze())
}

/// The rows of texts so far.
struct TextRows {
    sorter: RowSorter,
    seen: SeenKeys,
}

/// Names what is remembered of a source, read in this way.
fn cache_id(place: &str, options: &ImportOptions) -> Hash {
    let ImportOptions {
        format,
        label_from_folder,
        limits,
        max_file_bytes,
        in_place,
        ..
    } = options;
    let way =
        format!("{format:?} {label_from_folder} {limits:?} {max_file_bytes} {in_place} {place}");
    Hash::of(way.as_bytes())
}
