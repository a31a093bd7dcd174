//! Files that are a sample each: many are read at once, and they are packed in the order of their keys.
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::stream::{self, StreamExt, TryStreamExt};
use ids::{Hash, Hasher};
use interchange::Refusal;
use tokio::sync::Semaphore;
use version_store::ExternalBlob;

use crate::listing::{Listed, Listing};
use crate::record::Record;
use crate::sample::{Made, Origin, SampleMaker};
use crate::source::Stamp;
use crate::stat_cache::{Known, Recall};
use crate::{Entry, Error, Opened, Result, Source};

/// Files that are read in one go, at most.
const BATCH_FILES: usize = 64;
/// Bytes that are read in one go, unless a single file has more.
const BATCH_BYTES: u64 = 1 << 20;
/// Files of one batch that are fetched at once, where they are not on this machine.
const FETCHES: usize = 16;
/// Bytes of files that may be in memory at once, in MiB.
const FILES_MIB: u32 = 96;

/// What is to be done with a file.
pub(crate) enum Item {
    /// Nothing.
    Done(Done),
    Read(Entry, Option<Stamp>),
}

/// What was done with a file.
pub(crate) enum Done {
    /// What became of it the last time is known.
    Known(Entry, Option<Stamp>, Record),
    /// It is to be written while it is read.
    Large(Entry, Option<Stamp>),
    /// It was read and is a sample.
    Made(u64, Made),
    /// It was read and is none.
    Refused(u64, Record),
    /// It is no file that could be read, or the folder could not be listed.
    Unlisted(Refusal),
}

/// Reads the files of a source.
pub(crate) struct FileReader<'a> {
    pub source: &'a dyn Source,
    pub maker: Arc<SampleMaker>,
    pub parallel: usize,
    memory: Semaphore,
}

impl<'a> FileReader<'a> {
    pub fn new(source: &'a dyn Source, maker: Arc<SampleMaker>, parallel: usize) -> Self {
        Self {
            source,
            maker,
            parallel: parallel.max(1),
            memory: Semaphore::new(FILES_MIB as usize),
        }
    }

    /// What became of all files, in the order of the listing.
    pub fn read<'b>(
        &'b self,
        listing: &'b mut Listing,
        known: &'b mut Known,
    ) -> impl stream::Stream<Item = Result<Vec<Done>>> + Send + 'b {
        let maker = Arc::clone(&self.maker);
        let items = stream::unfold((listing, known), move |(listing, known)| {
            let maker = Arc::clone(&maker);
            async move {
                let listed = listing.next().await?;
                let items = plan(listed, known, &maker);
                Some((stream::iter(batches(items)), (listing, known)))
            }
        });
        items
            .flatten()
            .map(|batch| self.batch(batch))
            // In the order of the files, so that neighbours in the folder are neighbours in a pack.
            .buffered(self.parallel)
    }

    /// Reads one batch.
    pub async fn batch(&self, items: Vec<Item>) -> Result<Vec<Done>> {
        let done = |item: Item| match item {
            Item::Done(done) => Some(done),
            Item::Read(..) => None,
        };
        let bytes = items.iter().map(bytes_to_read).sum::<u64>();
        if items.iter().all(|item| matches!(item, Item::Done(_))) {
            return Ok(items.into_iter().filter_map(done).collect());
        }
        let held = if self.maker.is_hashed() { 0 } else { bytes };
        let permits = u32::try_from((held >> 20) + 1).unwrap_or(u32::MAX);
        let _memory = self
            .memory
            .acquire_many(permits.min(FILES_MIB))
            .await
            .map_err(|error| Error::Stopped(error.to_string()))?;
        let loads: Vec<_> = items.into_iter().map(|item| self.load(item)).collect();
        let loaded: Vec<Loaded> = stream::iter(loads).buffered(FETCHES).collect().await;
        let maker = Arc::clone(&self.maker);
        let done = tokio::task::spawn_blocking(move || {
            let done = loaded.into_iter().map(|loaded| finish(&maker, loaded));
            done.collect()
        });
        done.await
            .map_err(|error| Error::Stopped(error.to_string()))
    }

    /// Fetches what is not on this machine.
    async fn load(&self, item: Item) -> Loaded {
        let (entry, stamp) = match item {
            Item::Done(done) => return Loaded::Done(done),
            Item::Read(entry, stamp) => (entry, stamp),
        };
        let most = self.maker.max_bytes();
        if entry.bytes > most {
            return Loaded::Failed(too_large(&entry, most), stamp, entry.bytes);
        }
        let origin = |etag| {
            let url = self.source.url(&entry.path);
            let url = url.filter(|_| self.maker.is_in_place())?;
            Some(Origin { url, etag })
        };
        if let (false, Some(path)) = (self.maker.is_hashed(), self.source.local(&entry.path)) {
            let origin = origin(None);
            return Loaded::Local(entry, stamp, path, origin);
        }
        // It may be readable the next time without having changed.
        let failed = |refusal| Loaded::Failed(refusal, None, entry.bytes);
        if self.maker.is_hashed() {
            return match self.hash(&entry).await {
                Err(refusal) => failed(refusal),
                Ok((hash, bytes, etag)) => {
                    let stamp = as_read(stamp, etag.as_deref());
                    let blob = origin(etag).map(|origin| origin.blob(hash, bytes));
                    Loaded::Hashed(entry, stamp, blob)
                }
            };
        }
        match self.fetch(&entry, most).await {
            Err(refusal) => failed(refusal),
            Ok((bytes, etag)) => {
                let stamp = as_read(stamp, etag.as_deref());
                let origin = origin(etag);
                Loaded::Bytes(entry, stamp, bytes, origin)
            }
        }
    }

    /// Hash and length of a file, and the state in which it was read.
    async fn hash(&self, entry: &Entry) -> std::result::Result<Hashed, Refusal> {
        let unreadable = |error: io::Error| unreadable(entry, &error);
        let opened = self.source.open(&entry.path).await.map_err(unreadable)?;
        let Opened { mut pieces, etag } = opened;
        let (mut hasher, mut bytes) = (Hasher::new(), 0);
        while let Some(piece) = pieces.try_next().await.map_err(unreadable)? {
            hasher.update(&piece);
            bytes += piece.len() as u64;
        }
        Ok((hasher.finish(), bytes, etag))
    }

    async fn fetch(
        &self,
        entry: &Entry,
        most: u64,
    ) -> std::result::Result<(Bytes, Option<String>), Refusal> {
        let unreadable = |error: io::Error| unreadable(entry, &error);
        let opened = self.source.open(&entry.path).await.map_err(unreadable)?;
        let Opened { mut pieces, etag } = opened;
        let mut bytes = BytesMut::with_capacity(usize::try_from(entry.bytes).unwrap_or(0));
        while let Some(piece) = pieces.try_next().await.map_err(unreadable)? {
            if bytes.len() as u64 + piece.len() as u64 > most {
                return Err(too_large(entry, most));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok((bytes.freeze(), etag))
    }
}

/// Hash, length, and what the place calls the state.
type Hashed = (Hash, u64, Option<String>);

/// The stamp of what was read: none where it was listed in another state.
fn as_read(listed: Option<Stamp>, etag: Option<&str>) -> Option<Stamp> {
    listed.filter(|stamp| match stamp {
        Stamp::File(_) => true,
        Stamp::Object { etag: listed, .. } => {
            etag.is_some_and(|etag| Hash::of(etag.as_bytes()) == *listed)
        }
    })
}

/// A file on its way to a thread that may block.
enum Loaded {
    Done(Done),
    Local(Entry, Option<Stamp>, PathBuf, Option<Origin>),
    Bytes(Entry, Option<Stamp>, Bytes, Option<Origin>),
    /// It was read and stays where it is.
    Hashed(Entry, Option<Stamp>, Option<ExternalBlob>),
    Failed(Refusal, Option<Stamp>, u64),
}

fn finish(maker: &SampleMaker, loaded: Loaded) -> Done {
    let (entry, stamp, bytes, origin) = match loaded {
        Loaded::Done(done) => return done,
        Loaded::Failed(refusal, stamp, bytes) => {
            return Done::Refused(bytes, Record::refused(refusal, stamp));
        }
        Loaded::Hashed(entry, stamp, blob) => {
            let made = blob.ok_or_else(|| no_place(&entry));
            let made = made.and_then(|blob| maker.hashed(&entry.path, stamp, blob));
            return as_made(&entry, stamp, made);
        }
        Loaded::Bytes(entry, stamp, bytes, origin) => (entry, stamp, bytes, origin),
        Loaded::Local(entry, stamp, path, origin) => {
            match read_file(&entry, &path, maker.max_bytes()) {
                Ok(bytes) => (entry, stamp, bytes, origin),
                // It may be readable the next time without having changed.
                Err(refusal) => return Done::Refused(entry.bytes, Record::refused(refusal, None)),
            }
        }
    };
    let made = match origin.is_none() && maker.is_in_place() {
        true => Err(no_place(&entry)),
        false => maker.make((&entry, stamp), bytes, origin),
    };
    as_made(&entry, stamp, made)
}

fn as_made(entry: &Entry, stamp: Option<Stamp>, made: std::result::Result<Made, Refusal>) -> Done {
    match made {
        Ok(made) => Done::Made(entry.bytes, made),
        Err(refusal) => Done::Refused(entry.bytes, Record::refused(refusal, stamp)),
    }
}

fn no_place(entry: &Entry) -> Refusal {
    let message = "it has no address under which it can be read again";
    Refusal::file(&entry.path, "external_unreachable", message)
}

fn read_file(entry: &Entry, path: &PathBuf, most: u64) -> std::result::Result<Bytes, Refusal> {
    let refuse = |error: io::Error| unreadable(entry, &error);
    // A byte more than was listed, so that the end is seen without growing.
    let mut bytes = Vec::with_capacity(usize::try_from(entry.bytes).unwrap_or(0) + 1);
    let file = File::open(path).map_err(refuse)?;
    file.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(refuse)?;
    if bytes.len() as u64 > most {
        return Err(too_large(entry, most));
    }
    Ok(bytes.into())
}

fn unreadable(entry: &Entry, error: &io::Error) -> Refusal {
    Refusal::file(&entry.path, "file_unreadable", error.to_string())
}

fn too_large(entry: &Entry, most: u64) -> Refusal {
    let message = format!("a file may have {most} bytes at most");
    Refusal::file(&entry.path, "file_too_large", message)
}

fn bytes_to_read(item: &Item) -> u64 {
    match item {
        Item::Read(entry, _) => entry.bytes,
        Item::Done(_) => 0,
    }
}

/// Says of each listed file whether it must be read.
fn plan(listed: Vec<Listed>, known: &mut Known, maker: &SampleMaker) -> Vec<Item> {
    let item = |listed: Listed| {
        let (entry, stamp) = match listed {
            Ok(listed) => listed,
            Err(refusal) => return Item::Done(Done::Unlisted(refusal)),
        };
        let recalled = known.recall(&entry.path, stamp);
        let stamp = known.trusted(stamp);
        match recalled {
            Recall::Same(record) => Item::Done(Done::Known(entry, stamp, record)),
            Recall::Moved(before) => match maker.moved(&entry.path, &before) {
                Some(record) => Item::Done(Done::Known(entry, stamp, record)),
                None => Item::Read(entry, stamp),
            },
            Recall::Nothing if maker.is_streamed(&entry) => Item::Done(Done::Large(entry, stamp)),
            Recall::Nothing => Item::Read(entry, stamp),
        }
    };
    listed.into_iter().map(item).collect()
}

/// Divides files into what is read in one go.
fn batches(items: Vec<Item>) -> Vec<Vec<Item>> {
    let mut batches = Vec::new();
    let mut batch = Vec::new();
    let (mut files, mut bytes) = (0, 0);
    for item in items {
        let length = bytes_to_read(&item);
        if files == BATCH_FILES || (bytes > 0 && bytes + length > BATCH_BYTES) {
            batches.push(std::mem::take(&mut batch));
            (files, bytes) = (0, 0);
        }
        files += usize::from(matches!(item, Item::Read(..)));
        bytes += length;
        batch.push(item);
    }
    batches.push(batch);
    batches
}
