//! Making entries of a blob: whole, or cut where that pays.
//!
//! A blob of a type whose bytes may repeat is cut by content: a chunk ends where the last 64 bytes
//! say so (FastCDC: a hash by gears, and two masks that keep chunks near the middle length). So what
//! is put in or taken out changes the chunks around it alone. Other long blobs are cut into equal pieces.

use bytes::{Buf, Bytes, BytesMut};
use ids::{Hash, Hasher};

use crate::chunk_list::{self, ListRow};
use crate::media::is_compressed;
use crate::pack::{EntryKind, Prepared, entry_hash};

const KIB: usize = 1024;
/// No chunk is shorter, unless the blob ends.
const MIN_BYTES: usize = 24 * KIB;
/// Before this, few places end a chunk; after it, many.
const MIDDLE_BYTES: usize = 48 * KIB;
/// No chunk is longer.
const MAX_BYTES: usize = 128 * KIB;
/// One place in 2^17 ends a chunk that is shorter than the middle …
const RARE_MASK: u64 = 0x1_FFFF << 46;
/// … and one in 2^14 one that is longer.
const OFTEN_MASK: u64 = 0x3FFF << 49;
/// A blob that may be cut by content is cut if it has more.
const CONTENT_ABOVE_BYTES: usize = 512 * KIB;
/// Any other blob is cut if it has more.
const PIECES_ABOVE_BYTES: usize = 64 * KIB * KIB;
/// Length of the pieces of such a blob.
const PIECE_BYTES: usize = 16 * KIB * KIB;

/// A blob that was hashed, compressed and cut where that pays. Made on any thread, written by
/// [`BlobWriter::put_prepared`](crate::BlobWriter::put_prepared).
#[derive(Debug, Clone)]
pub struct PreparedBlob {
    pub(crate) whole: Prepared,
    pub(crate) parts: Vec<Prepared>,
}

impl PreparedBlob {
    /// BLAKE3 of the blob.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.whole.hash
    }

    /// Length of the blob in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.whole.raw_len
    }
}

/// Hashes, compresses and cuts a blob: the part of writing that can run on many threads. An empty
/// media type is one that is not known.
#[must_use]
pub fn prepare_blob(bytes: Bytes, media_type: &str) -> PreparedBlob {
    let mut cutter = Cutter::new(media_type);
    let mut parts = cutter.feed(vec![bytes]);
    let (rest, whole) = cutter.finish();
    parts.extend(rest);
    PreparedBlob { whole, parts }
}

/// Takes a blob in pieces and gives its entries as they become known.
#[derive(Debug)]
pub(crate) struct Cutter {
    is_compressed: bool,
    whole: Hasher,
    /// All pieces so far, until there are too many bytes for one entry.
    waiting: Option<Vec<Bytes>>,
    bytes: usize,
    /// What follows the last chunk.
    carry: BytesMut,
    chunks: Vec<ListRow>,
}

impl Cutter {
    pub(crate) fn new(media_type: &str) -> Self {
        Self {
            is_compressed: is_compressed(media_type),
            whole: Hasher::new(),
            waiting: Some(Vec::new()),
            bytes: 0,
            carry: BytesMut::new(),
            chunks: Vec::new(),
        }
    }

    /// Takes the next pieces; gives the chunks that end in them.
    pub(crate) fn feed(&mut self, pieces: Vec<Bytes>) -> Vec<Prepared> {
        let mut made = Vec::new();
        for piece in pieces {
            self.bytes = self.bytes.saturating_add(piece.len());
            let Some(waiting) = &mut self.waiting else {
                self.whole.update(&piece);
                self.cut(piece, &mut made);
                continue;
            };
            waiting.push(piece);
            let most = if self.is_compressed {
                PIECES_ABOVE_BYTES
            } else {
                CONTENT_ABOVE_BYTES
            };
            if self.bytes > most {
                for piece in self.waiting.take().unwrap_or_default() {
                    self.whole.update(&piece);
                    self.cut(piece, &mut made);
                }
            }
        }
        made
    }

    /// The last parts, and the entry of the blob itself.
    pub(crate) fn finish(mut self) -> (Vec<Prepared>, Prepared) {
        if let Some(mut waiting) = self.waiting.take() {
            let raw = match waiting.len() {
                1 => waiting.remove(0),
                _ => Bytes::from(waiting.concat()),
            };
            return (Vec::new(), self.prepare(EntryKind::Blob, raw));
        }
        let mut parts = Vec::new();
        if !self.carry.is_empty() {
            let last = self.carry.split().freeze();
            parts.push(self.chunk(last));
        }
        let (lists, top) = chunk_list::entries_of(self.whole.finish(), self.chunks);
        parts.extend(lists);
        (parts, top)
    }

    fn cut(&mut self, mut piece: Bytes, made: &mut Vec<Prepared>) {
        while !piece.is_empty() {
            let carried = self.carry.len();
            if carried == 0 {
                let Some(end) = self.end_of_chunk(&piece) else {
                    self.carry.extend_from_slice(&piece);
                    return;
                };
                made.push(self.chunk(piece.split_to(end)));
                continue;
            }
            let most = if self.is_compressed {
                PIECE_BYTES
            } else {
                MAX_BYTES
            };
            let taken = piece.len().min(most - carried);
            self.carry.extend_from_slice(&piece[..taken]);
            let Some(end) = self.end_of_chunk(&self.carry) else {
                return;
            };
            // No chunk ends in what was carried: it was looked at before.
            piece.advance(end.saturating_sub(carried));
            let mut chunk = std::mem::take(&mut self.carry);
            chunk.truncate(end);
            made.push(self.chunk(chunk.freeze()));
        }
    }

    /// Where the chunk that begins with `bytes` ends, if it ends in them.
    fn end_of_chunk(&self, bytes: &[u8]) -> Option<usize> {
        if self.is_compressed {
            return (bytes.len() >= PIECE_BYTES).then_some(PIECE_BYTES);
        }
        let end = bytes.len().min(MAX_BYTES);
        let middle = end.min(MIDDLE_BYTES);
        let start = end.min(MIN_BYTES);
        let mut gears = gearhash::Hasher::default();
        if let Some(length) = gears.next_match(&bytes[start..middle], RARE_MASK) {
            return Some(start + length);
        }
        if let Some(length) = gears.next_match(&bytes[middle..end], OFTEN_MASK) {
            return Some(middle + length);
        }
        (end == MAX_BYTES).then_some(MAX_BYTES)
    }

    fn chunk(&mut self, raw: Bytes) -> Prepared {
        let bytes = raw.len() as u64;
        let entry = self.prepare(EntryKind::Chunk, raw);
        self.chunks.push(ListRow {
            hash: entry.hash,
            bytes,
        });
        entry
    }

    fn prepare(&self, kind: EntryKind, raw: Bytes) -> Prepared {
        let hash = entry_hash(kind, &raw);
        if self.is_compressed {
            Prepared::raw(kind, hash, raw)
        } else {
            Prepared::named(kind, hash, raw)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::pack::Codec;

    fn noise(length: usize) -> Vec<u8> {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    /// Names of the chunks, fed in pieces of a length.
    fn chunks(bytes: &[u8], piece: usize) -> (Vec<Hash>, PreparedBlob) {
        let mut cutter = Cutter::new("application/octet-stream");
        let pieces = bytes.chunks(piece).map(Bytes::copy_from_slice).collect();
        let mut parts = cutter.feed(pieces);
        let (rest, whole) = cutter.finish();
        parts.extend(rest);
        let names = parts.iter().map(|part| part.hash).collect();
        (names, PreparedBlob { whole, parts })
    }

    #[test]
    fn chunks_do_not_depend_on_the_pieces_and_make_the_whole() {
        let bytes = noise(3_000_000);
        let (names, blob) = chunks(&bytes, 3_000_000);
        assert_eq!((blob.hash(), blob.bytes()), (Hash::of(&bytes), 3_000_000));
        assert_eq!(blob.whole.codec, Codec::Cut);
        let whole: Vec<u8> = blob
            .parts
            .iter()
            .flat_map(|part| part.stored.to_vec())
            .collect();
        assert!(whole == bytes);
        for part in &blob.parts[..blob.parts.len() - 1] {
            assert!((MIN_BYTES..=MAX_BYTES).contains(&part.stored.len()));
        }
        for piece in [1000, 65_536, 131_072, 1_000_000] {
            assert!(chunks(&bytes, piece).0 == names, "{piece}");
        }
    }

    #[test]
    fn a_byte_in_front_changes_one_chunk() {
        let bytes = noise(4_000_000);
        let old: HashSet<Hash> = chunks(&bytes, 1 << 20).0.into_iter().collect();
        let moved = [&[7], bytes.as_slice()].concat();
        let new = chunks(&moved, 1 << 20).0;
        let changed = new.iter().filter(|name| !old.contains(*name)).count();
        assert!(changed <= 2, "{changed} of {}", new.len());
    }

    #[test]
    fn small_and_compressed_blobs_stay_whole() {
        let small = prepare_blob(noise(500_000).into(), "");
        assert!(small.parts.is_empty() && small.whole.codec == Codec::Raw);
        let jpeg = prepare_blob(noise(2_000_000).into(), "image/jpeg");
        assert!(jpeg.parts.is_empty() && jpeg.whole.codec == Codec::Raw);
        let text = "the same line again and again\n".repeat(1000);
        assert_eq!(
            prepare_blob(text.clone().into(), "text/plain").whole.codec,
            Codec::Zstd
        );
        assert_eq!(
            prepare_blob(text.into(), "video/mp4").whole.codec,
            Codec::Raw
        );
        assert_eq!(prepare_blob(Bytes::new(), "").hash(), Hash::of(b""));
    }

    #[test]
    fn long_video_is_cut_into_equal_pieces() {
        let bytes = noise(PIECES_ABOVE_BYTES + 5);
        let video = prepare_blob(bytes.into(), "video/mp4");
        let lengths: Vec<_> = video.parts.iter().map(|part| part.stored.len()).collect();
        assert_eq!(
            lengths,
            [PIECE_BYTES, PIECE_BYTES, PIECE_BYTES, PIECE_BYTES, 5]
        );
        assert_eq!(video.bytes(), PIECES_ABOVE_BYTES as u64 + 5);
    }
}
