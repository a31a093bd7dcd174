//! Building packs in memory, one at a time.

use bytes::{Bytes, BytesMut};
use ids::Hash;
use xxhash_rust::xxh3::xxh3_64;

use super::compress::compress;
use super::location::entry_hash;
use super::{ALIGNMENT, Codec, EntryKind, FOOTER_ENTRY_BYTES, Location, pack_name};
use super::{HEADER_MAGIC, TAIL_MAGIC, VERSION};

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
        let (codec, stored) = match compress(kind, &raw) {
            Some(stored) => (Codec::Zstd, stored.into()),
            None => (Codec::Raw, raw),
        };
        Self {
            hash,
            kind,
            codec,
            raw_len,
            stored,
        }
    }

    /// Content that is stored as it is, because it was compressed by whoever made it.
    pub(crate) fn raw(kind: EntryKind, hash: Hash, raw: Bytes) -> Self {
        Self {
            hash,
            kind,
            codec: Codec::Raw,
            raw_len: raw.len() as u64,
            stored: raw,
        }
    }
}

/// A pack under construction.
#[derive(Debug)]
pub(crate) struct PackBuilder {
    /// What is finished, in order.
    parts: Vec<Bytes>,
    /// What follows.
    bytes: BytesMut,
    len: u64,
    footer: Vec<u8>,
    entries: Vec<(Hash, Location)>,
}

/// A finished pack: its name, its bytes in parts with footer and tail, and what it holds.
#[derive(Debug)]
pub(crate) struct SealedPack {
    pub(crate) hash: Hash,
    pub(crate) parts: Vec<Bytes>,
    pub(crate) entries: Vec<(Hash, Location)>,
}

impl SealedPack {
    /// The memory of the pack, if it is all its own and nobody reads it any more.
    pub(crate) fn into_spare(self) -> Option<BytesMut> {
        let [entries, _footer] = <[Bytes; 2]>::try_from(self.parts).ok()?;
        entries.try_into_mut().ok()
    }
}

/// The first bytes of every pack.
pub(crate) fn header() -> [u8; ALIGNMENT as usize] {
    let mut bytes = [0; ALIGNMENT as usize];
    bytes[..8].copy_from_slice(HEADER_MAGIC);
    bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
    bytes
}

/// What the footer says about stored bytes that no hash of an entry covers.
pub(crate) fn check_of(codec: Codec, kind: EntryKind, stored: &[u8]) -> [u8; 6] {
    let mut check = [0; 6];
    if codec != Codec::Raw || kind == EntryKind::Node {
        check.copy_from_slice(&xxh3_64(stored).to_le_bytes()[..6]);
    }
    check
}

impl PackBuilder {
    /// A pack in memory that was used before: fresh memory costs as much as hashing what it holds.
    pub(crate) fn within(mut bytes: BytesMut) -> Self {
        bytes.clear();
        bytes.extend_from_slice(&header());
        Self {
            len: bytes.len() as u64,
            parts: Vec::new(),
            bytes,
            footer: Vec::new(),
            entries: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn push(&mut self, entry: &Prepared) {
        self.bytes.extend_from_slice(&entry.stored);
        self.pushed(entry);
    }

    /// As [`PackBuilder::push`], but the bytes stay where they are until the pack is written.
    pub(crate) fn push_apart(&mut self, entry: &Prepared) {
        if !self.bytes.is_empty() {
            self.parts.push(self.bytes.split().freeze());
        }
        self.parts.push(entry.stored.clone());
        self.pushed(entry);
    }

    fn pushed(&mut self, entry: &Prepared) {
        let location = Location {
            // The name is known when the pack is sealed.
            pack: Hash::from_bytes([0; 32]),
            offset: self.len(),
            stored_len: entry.stored.len() as u64,
            raw_len: entry.raw_len,
            codec: entry.codec,
            kind: entry.kind,
        };
        let end = (self.len + location.stored_len).next_multiple_of(ALIGNMENT);
        let zeros = end - self.len - location.stored_len;
        self.bytes.resize(self.bytes.len() + zeros as usize, 0);
        self.len = end;
        self.push_footer(
            &entry.hash,
            &location,
            check_of(entry.codec, entry.kind, &entry.stored),
        );
        self.entries.push((entry.hash, location));
    }

    fn push_footer(&mut self, hash: &Hash, location: &Location, check: [u8; 6]) {
        let end = self.footer.len() + FOOTER_ENTRY_BYTES;
        self.footer.extend_from_slice(hash.as_bytes());
        for number in [location.offset, location.stored_len, location.raw_len] {
            self.footer.extend_from_slice(&number.to_le_bytes());
        }
        self.footer.push(location.codec.to_byte());
        self.footer.push(location.kind.to_byte());
        self.footer.extend_from_slice(&check);
        debug_assert_eq!(self.footer.len(), end);
    }

    pub(crate) fn seal(mut self) -> SealedPack {
        let mut footer = std::mem::take(&mut self.footer);
        footer.extend_from_slice(&self.len().to_le_bytes());
        footer.extend_from_slice(&(self.entries.len() as u64).to_le_bytes());
        footer.resize(footer.len() + 36, 0);
        footer.extend_from_slice(&VERSION.to_le_bytes());
        footer.extend_from_slice(TAIL_MAGIC);
        let hash = pack_name(&footer);
        for (_, location) in &mut self.entries {
            location.pack = hash;
        }
        self.parts.push(self.bytes.freeze());
        self.parts.push(footer.into());
        SealedPack {
            hash,
            parts: self.parts,
            entries: self.entries,
        }
    }
}
