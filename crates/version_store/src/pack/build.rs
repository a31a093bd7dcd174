//! Building packs in memory, one at a time.

use bytes::Bytes;
use ids::Hash;

use super::location::entry_hash;
use super::{
    ALIGNMENT, Codec, EntryKind, FOOTER_ENTRY_BYTES, HEADER_MAGIC, Location, TAIL_MAGIC, VERSION,
};

/// How much of a blob is compressed on trial.
const PROBE_BYTES: usize = 4096;
/// Below this, compression gains nothing worth a frame header.
const MIN_COMPRESS_BYTES: usize = 256;

/// Content ready to be written: named by its hash, compressed if that pays.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) hash: Hash,
    pub(crate) kind: EntryKind,
    pub(crate) codec: Codec,
    pub(crate) raw_len: u64,
    pub(crate) stored: Bytes,
}

impl Prepared {
    pub(crate) fn new(kind: EntryKind, raw: Bytes) -> Self {
        Self::named(kind, entry_hash(kind, &raw), raw)
    }

    /// Content whose name is known already.
    pub(crate) fn named(kind: EntryKind, hash: Hash, raw: Bytes) -> Self {
        let raw_len = raw.len() as u64;
        match compress(&raw) {
            Some(stored) => Self {
                hash,
                kind,
                codec: Codec::Zstd,
                raw_len,
                stored: stored.into(),
            },
            None => Self {
                hash,
                kind,
                codec: Codec::Raw,
                raw_len,
                stored: raw,
            },
        }
    }
}

/// A blob that was hashed, and compressed if that pays. Made on any thread, written by
/// [`BlobWriter::put_prepared`](crate::BlobWriter::put_prepared).
#[derive(Debug, Clone)]
pub struct PreparedBlob(pub(crate) Prepared);

impl PreparedBlob {
    /// BLAKE3 of the blob.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.0.hash
    }

    /// Length of the blob in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.raw_len
    }
}

/// Hashes and compresses a blob: the part of writing that can run on many threads.
#[must_use]
pub fn prepare_blob(bytes: Bytes) -> PreparedBlob {
    PreparedBlob(Prepared::new(EntryKind::Blob, bytes))
}

/// One zstd-1 frame, if a look at the beginning says that the whole will shrink, and it does.
fn compress(raw: &[u8]) -> Option<Vec<u8>> {
    if raw.len() < MIN_COMPRESS_BYTES {
        return None;
    }
    let shrinks = |part: &[u8]| {
        let packed = zstd::bulk::compress(part, 1).ok()?;
        // An eighth is worth the time of unpacking.
        (packed.len() < part.len() - part.len() / 8).then_some(packed)
    };
    if raw.len() > PROBE_BYTES {
        shrinks(&raw[..PROBE_BYTES])?;
    }
    shrinks(raw)
}

/// A pack under construction.
#[derive(Debug)]
pub(crate) struct PackBuilder {
    bytes: Vec<u8>,
    entries: Vec<(Hash, Location)>,
}

/// A finished pack: its name, its bytes, and what it holds.
#[derive(Debug)]
pub(crate) struct SealedPack {
    pub(crate) hash: Hash,
    pub(crate) bytes: Bytes,
    pub(crate) entries: Vec<(Hash, Location)>,
}

impl PackBuilder {
    pub(crate) fn new() -> Self {
        let mut bytes = Vec::with_capacity(64 * 1024);
        bytes.extend_from_slice(HEADER_MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.resize(ALIGNMENT as usize, 0);
        Self {
            bytes,
            entries: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn push(&mut self, entry: &Prepared) {
        let offset = self.len();
        self.bytes.extend_from_slice(&entry.stored);
        let end = self.len().next_multiple_of(ALIGNMENT);
        self.bytes.resize(end as usize, 0);
        let location = Location {
            // The name is known when the pack is sealed.
            pack: Hash::from_bytes([0; 32]),
            offset,
            stored_len: entry.stored.len() as u64,
            raw_len: entry.raw_len,
            codec: entry.codec,
            kind: entry.kind,
        };
        self.entries.push((entry.hash, location));
    }

    pub(crate) fn seal(mut self) -> SealedPack {
        let footer_offset = self.len();
        for (hash, location) in &self.entries {
            let start = self.bytes.len();
            self.bytes.extend_from_slice(hash.as_bytes());
            for number in [location.offset, location.stored_len, location.raw_len] {
                self.bytes.extend_from_slice(&number.to_le_bytes());
            }
            self.bytes.push(location.codec.to_byte());
            self.bytes.push(location.kind.to_byte());
            self.bytes.resize(start + FOOTER_ENTRY_BYTES, 0);
        }
        let footer_hash = Hash::of(&self.bytes[footer_offset as usize..]);
        self.bytes.extend_from_slice(&footer_offset.to_le_bytes());
        self.bytes
            .extend_from_slice(&(self.entries.len() as u64).to_le_bytes());
        self.bytes.extend_from_slice(footer_hash.as_bytes());
        self.bytes.extend_from_slice(&VERSION.to_le_bytes());
        self.bytes.extend_from_slice(&0_u32.to_le_bytes());
        self.bytes.extend_from_slice(TAIL_MAGIC);
        let hash = Hash::of(&self.bytes);
        for (_, location) in &mut self.entries {
            location.pack = hash;
        }
        SealedPack {
            hash,
            bytes: self.bytes.into(),
            entries: self.entries,
        }
    }
}
