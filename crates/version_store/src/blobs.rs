//! Writing blobs.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::{Stream, StreamExt};
use ids::Hash;
use tokio::task::JoinHandle;

use crate::cut::{Cutter, PreparedBlob, prepare_blob};
use crate::external::Record;
use crate::pack::{Codec, EntryKind, Location, Prepared};
use crate::pack_writer::{PackWriter, Unindexed};
use crate::tombstones::Erased;
use crate::{Error, Result, Store};

/// How much of a stream is worked on at once, while the next is read.
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// Shorter pieces of a stream are joined.
const PIECE_BYTES: usize = 256 * 1024;

/// A blob that is in the store, or will be when its writer is finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlobRef {
    /// BLAKE3 of the bytes.
    pub hash: Hash,
    /// Length in bytes.
    pub bytes: u64,
    /// Whether it had to be written; `false` when the store has it already.
    pub written: bool,
}

/// A blob that stays where it is, outside the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalBlob {
    /// BLAKE3 of the bytes, by whoever read them.
    pub hash: Hash,
    /// Length in bytes.
    pub bytes: u64,
    /// `s3://bucket/key` or `file:///path`.
    pub url: String,
    /// The `ETag` under which the bytes were read, where the place has such.
    pub etag: Option<String>,
}

/// Writes blobs into packs, in the order in which they come: the order in which trainers read.
///
/// Nothing counts before [`BlobWriter::finish`]; a writer that is dropped leaves garbage only.
#[derive(Debug)]
pub struct BlobWriter {
    store: Store,
    packs: PackWriter,
    erased: Erased,
}

impl BlobWriter {
    pub(crate) async fn start(store: &Store) -> Result<Self> {
        // Know what others wrote, so that it is not written again.
        store.objects.refresh_for_writing().await?;
        Ok(Self {
            store: store.clone(),
            packs: PackWriter::new(Arc::clone(&store.objects), store.pack_bytes),
            erased: store.objects.erased().await?,
        })
    }

    /// Writes a blob of a type that is not known, unless the store has it.
    ///
    /// # Errors
    /// [`Error::ErasedBefore`](crate::Error::ErasedBefore) when the blob was erased; failures of the store, also of earlier packs.
    pub async fn put(&mut self, bytes: Bytes) -> Result<BlobRef> {
        self.put_prepared(&prepare_blob(bytes, "")).await
    }

    /// Writes a blob that was hashed, compressed and cut elsewhere, unless the store has it.
    ///
    /// # Errors
    /// As [`BlobWriter::put`].
    pub async fn put_prepared(&mut self, blob: &PreparedBlob) -> Result<BlobRef> {
        self.erased.check_blob(&blob.hash())?;
        for part in &blob.parts {
            self.packs.put(part).await?;
        }
        let written = self.packs.put(&blob.whole).await?;
        Ok(BlobRef {
            hash: blob.hash(),
            bytes: blob.bytes(),
            written,
        })
    }

    /// Whether the bytes of a blob are in the store or were written here, as far as is known without looking
    /// again.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn has(&self, hash: &Hash) -> Result<bool> {
        let place = self.place(hash).await?;
        Ok(self.packs.wrote(hash) || place.is_some_and(|place| place.codec != Codec::External))
    }

    /// As [`BlobWriter::has`], or whether it is recorded where outside they lie.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn has_or_records(&self, hash: &Hash) -> Result<bool> {
        Ok(self.packs.wrote(hash) || self.place(hash).await?.is_some())
    }

    async fn place(&self, hash: &Hash) -> Result<Option<Location>> {
        self.store.objects.kept_place(EntryKind::Blob, hash).await
    }

    /// Writes a blob of any length from a stream that is read once: a few megabytes of it are in
    /// memory, or up to 64 MiB where its type is a compressed one.
    ///
    /// # Errors
    /// [`Error::Source`] when the stream fails; as [`BlobWriter::put`].
    pub async fn put_stream<S>(&mut self, mut pieces: S, media_type: &str) -> Result<BlobRef>
    where
        S: Stream<Item = std::io::Result<Bytes>> + Send + Unpin,
    {
        let mut cutter = Cutter::new(media_type);
        let mut batch = next_batch(&mut pieces).await?;
        while !batch.is_empty() {
            let work = tokio::task::spawn_blocking(move || {
                let made = cutter.feed(batch);
                (cutter, made)
            });
            let (done, next) = tokio::join!(work, next_batch(&mut pieces));
            let (then, made) = done.map_err(|error| stopped(&error))?;
            for part in &made {
                self.packs.put(part).await?;
            }
            cutter = then;
            batch = next?;
        }
        self.finish_cut(cutter).await
    }

    /// As [`BlobWriter::put_stream`], of a file from where it stands to its end.
    ///
    /// # Errors
    /// As [`BlobWriter::put_stream`].
    pub async fn put_file(&mut self, file: File, media_type: &str) -> Result<BlobRef> {
        // Stretches that lie in packs until those are written; then their memory is used again.
        let mut used = VecDeque::new();
        let mut next = read_on(file, Cutter::new(media_type), BytesMut::new());
        loop {
            let FileStep {
                file,
                cutter,
                made,
                buffer,
            } = next.await.map_err(|error| stopped(&error))??;
            if buffer.is_empty() {
                return self.finish_cut(cutter).await;
            }
            // The next stretch is worked on while this one goes into packs.
            next = read_on(file, cutter, spare(&mut used));
            let is_kept = self.is_mostly_new(&made, buffer.len()).await?;
            for part in made {
                if is_kept && part.codec == Codec::Raw {
                    self.packs.put_apart(&part).await?;
                } else {
                    self.packs.put(&part).await?;
                }
            }
            used.push_back(buffer);
        }
    }

    /// Whether most of a stretch goes into packs as it is: then it need not be copied, and keeping it takes little
    /// more memory than the packs would.
    async fn is_mostly_new(&self, made: &[Prepared], length: usize) -> Result<bool> {
        let mut new = 0;
        for part in made.iter().filter(|part| part.codec == Codec::Raw) {
            if !self.packs.has(part.kind, &part.hash).await? {
                new += part.stored.len();
            }
        }
        Ok(new >= length - length / 4)
    }

    async fn finish_cut(&mut self, cutter: Cutter) -> Result<BlobRef> {
        let finish = tokio::task::spawn_blocking(move || cutter.finish());
        let (parts, whole) = finish.await.map_err(|error| stopped(&error))?;
        self.put_prepared(&PreparedBlob { whole, parts }).await
    }

    /// Records a blob that stays outside the store, unless the store has it, or another object outside that
    /// is as it was recorded. The bytes are not read here; whoever reads them later is told if they are other ones.
    ///
    /// # Errors
    /// [`Error::External`] when the URL can't be used from this store; as [`BlobWriter::put`].
    pub async fn put_external(&mut self, blob: &ExternalBlob) -> Result<BlobRef> {
        self.erased.check_blob(&blob.hash)?;
        let record = Record::new(blob.url.clone(), blob.etag.clone());
        self.store.objects.outside(record.clone(), blob.bytes)?;
        let entry = record.entry(blob.hash, blob.bytes)?;
        let written = match self.outlived(&blob.hash, &record).await? {
            Some(place) => {
                self.packs.replace(&entry, place).await?;
                true
            }
            None => self.packs.put(&entry).await?,
        };
        Ok(BlobRef {
            hash: blob.hash,
            bytes: blob.bytes,
            written,
        })
    }

    /// The place of another record of the blob that leads to its bytes no more.
    async fn outlived(&self, blob: &Hash, record: &Record) -> Result<Option<Location>> {
        if self.packs.wrote(blob) {
            return Ok(None);
        }
        let place = self.place(blob).await?;
        let Some(place) = place.filter(|place| place.codec == Codec::External) else {
            return Ok(None);
        };
        let before = self.store.objects.outside_of(blob, &place).await?;
        let is_as_it_was = match before.record.url == record.url {
            true => before.record == *record,
            false => before.check_state(blob).await.is_ok(),
        };
        Ok((!is_as_it_was).then_some(place))
    }

    /// Bytes written so far, as stored.
    #[must_use]
    pub fn stored_bytes(&self) -> u64 {
        self.packs.stored_bytes
    }

    /// Makes what was written so far durable, at the price of a pack that is not full: an import that is killed
    /// later need not read it again.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn checkpoint(&mut self) -> Result<()> {
        self.packs.checkpoint().await
    }

    /// Seals the packs and their index; after this the blobs are durable and can be committed.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn finish(mut self) -> Result<()> {
        let outlived = self.packs.take_outlived();
        self.packs.finish().await?;
        self.store.leave_places(&outlived).await
    }

    /// Seals the packs. What is given must go into the changes that name the blobs
    /// ([`Changes::index`](crate::Changes::index)): the commit writes the index of both.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn finish_unindexed(mut self) -> Result<Unindexed> {
        let outlived = self.packs.take_outlived();
        if outlived.is_empty() {
            return self.packs.finish_unindexed().await;
        }
        // What is already named, but lies elsewhere now, counts without a commit.
        self.packs.finish().await?;
        self.store.leave_places(&outlived).await?;
        Ok(Unindexed::default())
    }
}

/// A stretch of a file that was read and cut.
struct FileStep {
    file: File,
    cutter: Cutter,
    made: Vec<Prepared>,
    /// What was read; nothing at the end.
    buffer: Bytes,
}

/// The memory of the oldest stretch, if nobody needs it any more.
fn spare(used: &mut VecDeque<Bytes>) -> BytesMut {
    match used.pop_front().map(Bytes::try_into_mut) {
        Some(Ok(spare)) => spare,
        Some(Err(still_used)) => {
            used.push_front(still_used);
            BytesMut::new()
        }
        None => BytesMut::new(),
    }
}

/// Reads the next stretch of a file, into memory that was used before, and cuts it.
fn read_on(
    mut file: File,
    mut cutter: Cutter,
    mut buffer: BytesMut,
) -> JoinHandle<Result<FileStep>> {
    tokio::task::spawn_blocking(move || {
        buffer.resize(BATCH_BYTES, 0);
        let mut length = 0;
        while length < BATCH_BYTES {
            match file.read(&mut buffer[length..]) {
                Ok(0) => break,
                Ok(read) => length += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Error::Source {
                        detail: error.to_string(),
                    });
                }
            }
        }
        buffer.truncate(length);
        let buffer = buffer.freeze();
        let made = match length {
            0 => Vec::new(),
            _ => cutter.feed(vec![buffer.clone()]),
        };
        Ok(FileStep {
            file,
            cutter,
            made,
            buffer,
        })
    })
}

/// The next pieces of a stream; none at its end.
async fn next_batch<S>(pieces: &mut S) -> Result<Vec<Bytes>>
where
    S: Stream<Item = std::io::Result<Bytes>> + Unpin,
{
    let mut batch = Vec::new();
    let mut joined = BytesMut::new();
    let mut bytes = 0;
    while bytes < BATCH_BYTES
        && let Some(piece) = pieces.next().await
    {
        let piece = piece.map_err(|error| Error::Source {
            detail: error.to_string(),
        })?;
        bytes += piece.len();
        if piece.len() < PIECE_BYTES {
            joined.extend_from_slice(&piece);
            continue;
        }
        if !joined.is_empty() {
            batch.push(joined.split().freeze());
        }
        batch.push(piece);
    }
    if !joined.is_empty() {
        batch.push(joined.freeze());
    }
    Ok(batch)
}

fn stopped(error: &tokio::task::JoinError) -> Error {
    Error::damaged("a blob on its way", error.to_string())
}
