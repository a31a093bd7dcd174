//! Reading blobs: whole, in parts and as streams; whatever is handed out was checked.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures::Stream;
use futures::future::BoxFuture;
use ids::{Hash, Hasher};

use crate::chunk_list::{ListRow, Lists};
use crate::external::Outside;
use crate::objects::Objects;
use crate::pack::{Codec, EntryKind, Location};
use crate::{Error, Result, Store};

/// Chunks that are read together, unless one has more.
const READ_BYTES: u64 = 8 * 1024 * 1024;

impl Store {
    /// A whole blob, checked against its hash.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Damaged`], failures of the store.
    pub async fn blob(&self, hash: &Hash) -> Result<Bytes> {
        let mut blobs = self.blobs(std::slice::from_ref(hash)).await?;
        blobs.pop().ok_or(Error::Missing {
            what: "blob",
            hash: *hash,
        })
    }

    /// Several whole blobs, in the order asked for; neighbours in a pack are read together.
    ///
    /// # Errors
    /// As [`Store::blob`].
    pub async fn blobs(&self, hashes: &[Hash]) -> Result<Vec<Bytes>> {
        let places = self.locate_many(hashes).await?;
        let of = |is_one: fn(&Location) -> bool| -> Vec<(Hash, Location)> {
            let all = hashes.iter().copied().zip(places.iter().copied());
            all.filter(|(_, place)| is_one(place)).collect()
        };
        let here = of(Location::is_here);
        let outside = of(|place| place.codec == Codec::External);
        let mut read = self.objects.read_many(&here).await?.into_iter();
        let mut fetched = self.objects.read_outside(&outside).await?.into_iter();
        let mut found = Vec::with_capacity(hashes.len());
        for (hash, place) in hashes.iter().zip(&places) {
            let whole = match place.codec {
                Codec::Raw | Codec::Zstd => read.next(),
                Codec::External => fetched.next(),
                Codec::Cut => None,
            };
            found.push(match whole {
                Some(whole) => whole,
                None => {
                    let pieces = BlobPieces::open(&self.objects, hash, place).await?;
                    pieces.join(0..place.raw_len).await?
                }
            });
        }
        Ok(found)
    }

    /// A part of a blob. Of a blob that is cut only the chunks that hold it are read and checked;
    /// any other is read and checked whole.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the blob is shorter; as [`Store::blob`].
    pub async fn blob_range(&self, hash: &Hash, range: Range<u64>) -> Result<Bytes> {
        let place = self.locate(hash).await?;
        if range.start > range.end || range.end > place.raw_len {
            return Err(Error::damaged(
                format!("the range of blob {hash}"),
                "it goes beyond the blob",
            ));
        }
        match place.codec {
            Codec::Raw | Codec::Zstd => {
                let whole = self.objects.read_many(&[(*hash, place)]).await?;
                let whole = whole.into_iter().next().unwrap_or_default();
                // Within the length checked above, which fits into memory.
                Ok(whole.slice(range.start as usize..range.end as usize))
            }
            Codec::Cut => {
                let pieces = BlobPieces::of_chunks(&self.objects, (hash, &place), &range).await?;
                pieces.join(range).await
            }
            Codec::External => {
                let pieces = BlobPieces::open(&self.objects, hash, &place).await?;
                pieces.join(range).await
            }
        }
    }

    /// A blob of any length, in pieces of some megabytes. Pieces of a blob that is cut are checked
    /// one by one; of one that lies outside the whole is known to be right only when the stream
    /// ends without an error.
    ///
    /// # Errors
    /// As [`Store::blob`]; also in the stream.
    pub async fn blob_stream(
        &self,
        hash: &Hash,
    ) -> Result<impl Stream<Item = Result<Bytes>> + Send + Unpin + use<>> {
        let place = self.locate(hash).await?;
        let pieces = BlobPieces::open(&self.objects, hash, &place).await?;
        let stream = futures::stream::try_unfold(pieces, |mut pieces| async move {
            Ok(pieces.next().await?.map(|piece| (piece, pieces)))
        });
        Ok(Box::pin(stream))
    }
}

/// A blob on its way to a reader.
struct BlobPieces {
    objects: Arc<Objects>,
    blob: Hash,
    /// Where in the blob the next piece begins.
    at: u64,
    rest: Rest,
    /// Of all pieces so far, where the whole is read.
    hasher: Option<Hasher>,
}

enum Rest {
    /// The blob itself.
    Here(Option<Location>),
    Chunks(VecDeque<ListRow>),
    Outside(Outside, u64),
}

impl BlobPieces {
    async fn open(objects: &Arc<Objects>, blob: &Hash, place: &Location) -> Result<Self> {
        let rest = match place.codec {
            Codec::Raw | Codec::Zstd => Rest::Here(Some(*place)),
            Codec::Cut => {
                let whole = 0..place.raw_len;
                let pieces = Self::of_chunks(objects, (blob, place), &whole).await?;
                return Ok(Self {
                    hasher: Some(Hasher::new()),
                    ..pieces
                });
            }
            Codec::External => {
                let opening: BoxFuture<'_, Result<Outside>> =
                    Box::pin(objects.open_outside(blob, place));
                let outside = opening.await?;
                Rest::Outside(outside, place.raw_len)
            }
        };
        let hasher = matches!(rest, Rest::Outside(..)).then(Hasher::new);
        Ok(Self {
            objects: Arc::clone(objects),
            blob: *blob,
            at: 0,
            rest,
            hasher,
        })
    }

    /// The chunks that hold a range.
    async fn of_chunks(
        objects: &Arc<Objects>,
        (blob, place): (&Hash, &Location),
        range: &Range<u64>,
    ) -> Result<Self> {
        let lists = Lists::read(objects, blob, place).await?;
        let chunks = lists.chunks(objects, range.clone()).await?;
        Ok(Self {
            objects: Arc::clone(objects),
            blob: *blob,
            at: chunks.first().map_or(0, |(start, _)| *start),
            rest: Rest::Chunks(chunks.into_iter().map(|(_, chunk)| chunk).collect()),
            hasher: None,
        })
    }

    async fn next(&mut self) -> Result<Option<Bytes>> {
        let objects = &self.objects;
        let (piece, is_last) = match &mut self.rest {
            Rest::Here(place) => match place.take() {
                None => return Ok(None),
                Some(place) => (objects.read_many(&[(self.blob, place)]).await?.pop(), true),
            },
            Rest::Chunks(rest) if rest.is_empty() => return Ok(None),
            Rest::Chunks(rest) => {
                let piece = read_chunks(objects, rest).await?;
                (Some(piece), rest.is_empty())
            }
            Rest::Outside(outside, total) => {
                if self.at >= *total {
                    return Ok(None);
                }
                let end = (*total).min(self.at + READ_BYTES);
                (Some(outside.read(self.at..end).await?), end == *total)
            }
        };
        let piece = piece.unwrap_or_default();
        self.at += piece.len() as u64;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(&piece);
            if is_last && hasher.finish() != self.blob {
                return Err(self.is_another().await);
            }
        }
        Ok(Some(piece))
    }

    async fn is_another(&self) -> Error {
        if let Rest::Outside(outside, _) = &self.rest {
            return outside.is_another().await;
        }
        Error::damaged(
            format!("blob {}", self.blob),
            "its bytes are not those that its hash names",
        )
    }

    /// The bytes `range` of the blob, from the pieces that are left; all of these are read.
    async fn join(mut self, range: Range<u64>) -> Result<Bytes> {
        let mut joined = BytesMut::new();
        loop {
            let start = self.at;
            let Some(piece) = self.next().await? else {
                return Ok(joined.freeze());
            };
            let from = range.start.saturating_sub(start).min(piece.len() as u64);
            let to = range.end.saturating_sub(start).min(piece.len() as u64);
            if from == 0 && to == piece.len() as u64 && to == range.end - range.start {
                joined = BytesMut::from(piece);
            } else {
                joined.extend_from_slice(&piece[from as usize..to.max(from) as usize]);
            }
        }
    }
}

/// The next chunks, as one piece.
async fn read_chunks(objects: &Objects, rest: &mut VecDeque<ListRow>) -> Result<Bytes> {
    let mut bytes = 0;
    let fits = rest.iter().take_while(|chunk| {
        bytes += chunk.bytes;
        bytes <= READ_BYTES
    });
    let now: Vec<ListRow> = {
        let count = fits.count().max(1);
        rest.drain(..count).collect()
    };
    let names: Vec<Hash> = now.iter().map(|chunk| chunk.hash).collect();
    let chunks = objects.entries(EntryKind::Chunk, &names).await?;
    for (chunk, row) in chunks.iter().zip(&now) {
        if chunk.len() as u64 != row.bytes {
            let what = format!("chunk {}", row.hash);
            return Err(Error::damaged(what, "its length is not the one recorded"));
        }
    }
    match <[Bytes; 1]>::try_from(chunks) {
        Ok([only]) => Ok(only),
        Err(chunks) => Ok(chunks.concat().into()),
    }
}
