//! Where an entry lies, and how its stored bytes become its content again.

use bytes::Bytes;
use ids::Hash;
use serde::{Deserialize, Serialize};

use crate::{Error, Result, held, node};

/// Context of the hash that names a chunk of a blob.
const CHUNK_CONTEXT: &str = "strata 2026 blob chunk v1";
/// Context of the hash that names a list of chunks.
pub(crate) const CHUNK_LIST_CONTEXT: &str = "strata 2026 chunk list v1";
/// No entry is longer than this when unpacked; a damaged length must not exhaust memory.
const MAX_RAW_BYTES: u64 = 16 * 1024 * 1024 * 1024;

/// How the bytes of an entry are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Codec {
    /// As they are.
    Raw,
    /// One zstd frame.
    Zstd,
    /// What is stored is a record that says where the content lies outside the store.
    External,
    /// What is stored is the list of the chunks that the content is cut into.
    Cut,
}

/// What an entry is; decides the context of its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Bytes of a sample's field.
    Blob,
    /// A tree node.
    Node,
    /// A row value too long for its leaf.
    Value,
    /// A part of a blob.
    Chunk,
    /// A part of the list of a blob's chunks.
    ChunkList,
}

impl EntryKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Node => "node",
            Self::Value => "value",
            Self::Chunk => "chunk",
            Self::ChunkList => "chunk list",
        }
    }

    pub(crate) const fn to_byte(self) -> u8 {
        match self {
            Self::Blob => 0,
            Self::Node => 1,
            Self::Value => 2,
            Self::Chunk => 3,
            Self::ChunkList => 4,
        }
    }

    pub(crate) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Blob),
            1 => Some(Self::Node),
            2 => Some(Self::Value),
            3 => Some(Self::Chunk),
            4 => Some(Self::ChunkList),
            _ => None,
        }
    }
}

impl Codec {
    pub(crate) const fn to_byte(self) -> u8 {
        match self {
            Self::Raw => 0,
            Self::Zstd => 1,
            Self::External => 2,
            Self::Cut => 3,
        }
    }

    pub(crate) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Raw),
            1 => Some(Self::Zstd),
            2 => Some(Self::External),
            3 => Some(Self::Cut),
            _ => None,
        }
    }
}

/// Where an entry lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// The pack, by name.
    pub pack: Hash,
    /// First byte within the pack.
    pub offset: u64,
    /// Bytes as stored.
    pub stored_len: u64,
    /// Bytes of the content, also where it is cut or lies outside.
    pub raw_len: u64,
    /// How the content is stored.
    pub codec: Codec,
    /// What the entry is.
    pub kind: EntryKind,
}

impl Location {
    /// Whether the content itself lies here, as it is or compressed.
    #[must_use]
    pub const fn is_here(&self) -> bool {
        matches!(self.codec, Codec::Raw | Codec::Zstd)
    }

    /// The byte range within the pack.
    #[must_use]
    pub const fn range(&self) -> std::ops::Range<u64> {
        self.offset..self.offset.saturating_add(self.stored_len)
    }
}

/// The hash that names content of a kind.
pub(crate) fn entry_hash(kind: EntryKind, raw: &[u8]) -> Hash {
    match kind {
        EntryKind::Blob => Hash::of(raw),
        EntryKind::Node => node::hash_of_stored(raw),
        EntryKind::Value => held::row_hash(raw),
        EntryKind::Chunk => Hash::derive(CHUNK_CONTEXT, raw),
        EntryKind::ChunkList => Hash::derive(CHUNK_LIST_CONTEXT, raw),
    }
}

/// Unpacks and checks the stored bytes of `hash`.
///
/// # Errors
/// [`Error::Damaged`] unless the bytes are exactly those that the hash names.
pub(crate) fn decode_entry(hash: &Hash, location: &Location, stored: Bytes) -> Result<Bytes> {
    let raw = unpack_entry(hash, location, stored)?;
    if entry_hash(location.kind, &raw) != *hash {
        return Err(Error::damaged(
            entry_name(hash, location),
            "its bytes are not those that its hash names",
        ));
    }
    Ok(raw)
}

/// Unpacks one compressed entry into `out`, which it fills; unchecked.
///
/// # Errors
/// [`Error::Damaged`] when it is no frame, or one of another length.
pub(crate) fn unpack_into(stored: &[u8], out: &mut [u8]) -> Result<()> {
    let damaged = |detail: String| Error::damaged("a compressed entry", detail);
    let length = super::compress::decompress_into(stored, out);
    match length.map_err(|error| damaged(error.to_string()))? {
        length if length == out.len() => Ok(()),
        _ => Err(damaged("its length is not the one recorded".to_owned())),
    }
}

fn entry_name(hash: &Hash, location: &Location) -> String {
    format!("{} {hash} in pack {}", location.kind.name(), location.pack)
}

/// Unpacks the stored bytes of `hash` without looking at what they say: for nodes, which are
/// checked as they are decoded.
///
/// # Errors
/// [`Error::Damaged`] when they are not as long as the location says.
pub(crate) fn unpack_entry(hash: &Hash, location: &Location, stored: Bytes) -> Result<Bytes> {
    let what = || entry_name(hash, location);
    if stored.len() as u64 != location.stored_len || location.raw_len > MAX_RAW_BYTES {
        return Err(Error::damaged(what(), "its length is not the one recorded"));
    }
    let raw = match location.codec {
        Codec::Raw => stored,
        Codec::Zstd => {
            let capacity = usize::try_from(location.raw_len).unwrap_or(usize::MAX);
            // The frame names its own length; one that disagrees is not given that much memory.
            match zstd::zstd_safe::get_frame_content_size(&stored) {
                Ok(Some(length)) if length == location.raw_len => {}
                _ => {
                    return Err(Error::damaged(
                        what(),
                        "its compressed length is not the one recorded",
                    ));
                }
            }
            let raw = super::compress::decompress(&stored, capacity);
            Bytes::from(raw.map_err(|error| Error::damaged(what(), error.to_string()))?)
        }
        Codec::External | Codec::Cut => {
            return Err(Error::damaged(what(), "it does not lie there in one piece"));
        }
    };
    if raw.len() as u64 != location.raw_len {
        return Err(Error::damaged(what(), "its length is not the one recorded"));
    }
    Ok(raw)
}
