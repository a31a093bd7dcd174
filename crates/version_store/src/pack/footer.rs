//! Reading what a pack says about itself.

use ids::Hash;

use super::{ALIGNMENT, Codec, EntryKind, FOOTER_ENTRY_BYTES, Location, TAIL_MAGIC, VERSION};
use crate::codec::{Decoded, Reader};
use crate::{Error, Result};

/// Bytes of the tail.
pub(crate) const TAIL_BYTES: u64 = 64;

/// Where the footer of a pack lies, and its hash.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tail {
    pub(crate) footer_offset: u64,
    pub(crate) entries: u64,
    pub(crate) footer_hash: Hash,
}

fn damaged(pack: &Hash, detail: &str) -> Error {
    Error::damaged(format!("pack {pack}"), detail)
}

/// Reads the last 64 bytes of a pack of `total` bytes.
pub(crate) fn parse_tail(pack: &Hash, total: u64, bytes: &[u8]) -> Result<Tail> {
    let (tail, version, magic) = tail_parts(bytes).map_err(|detail| damaged(pack, detail))?;
    if magic != *TAIL_MAGIC {
        return Err(damaged(pack, "it does not end as a pack does"));
    }
    if version != VERSION {
        let (found, supported) = (u64::from(version), u64::from(VERSION));
        return Err(Error::NewerFormat {
            what: format!("pack {pack}"),
            found,
            supported,
        });
    }
    let footer_bytes = tail.entries.checked_mul(FOOTER_ENTRY_BYTES as u64);
    let end = footer_bytes.and_then(|bytes| {
        bytes
            .checked_add(tail.footer_offset)?
            .checked_add(TAIL_BYTES)
    });
    if end != Some(total) {
        return Err(damaged(pack, "its length is not the one recorded"));
    }
    Ok(tail)
}

fn tail_parts(bytes: &[u8]) -> Decoded<(Tail, u32, [u8; 8])> {
    let mut reader = Reader::new(bytes);
    let tail = Tail {
        footer_offset: u64::from_le_bytes(reader.array()?),
        entries: u64::from_le_bytes(reader.array()?),
        footer_hash: Hash::from_bytes(reader.array()?),
    };
    let version = u32::from_le_bytes(reader.array()?);
    reader.take(4)?;
    Ok((tail, version, reader.array()?))
}

/// Reads the footer: every entry of the pack, in order.
pub(crate) fn parse_footer(
    pack: &Hash,
    tail: &Tail,
    bytes: &[u8],
) -> Result<Vec<(Hash, Location)>> {
    if Hash::of(bytes) != tail.footer_hash {
        return Err(damaged(pack, "its footer is not the one recorded"));
    }
    let mut reader = Reader::new(bytes);
    let mut entries = Vec::new();
    let mut end = ALIGNMENT;
    for _ in 0..tail.entries {
        let (hash, location) =
            entry_parts(pack, &mut reader).map_err(|detail| damaged(pack, detail))?;
        if location.offset != end || location.range().end > tail.footer_offset {
            return Err(damaged(pack, "its entries overlap or leave gaps"));
        }
        end = location.range().end.next_multiple_of(ALIGNMENT);
        entries.push((hash, location));
    }
    reader.end().map_err(|detail| damaged(pack, detail))?;
    Ok(entries)
}

fn entry_parts(pack: &Hash, reader: &mut Reader<'_>) -> Decoded<(Hash, Location)> {
    let hash = Hash::from_bytes(reader.array()?);
    let location = Location {
        pack: *pack,
        offset: u64::from_le_bytes(reader.array()?),
        stored_len: u64::from_le_bytes(reader.array()?),
        raw_len: u64::from_le_bytes(reader.array()?),
        codec: Codec::from_byte(reader.byte()?).ok_or("an entry has an unknown codec")?,
        kind: EntryKind::from_byte(reader.byte()?).ok_or("an entry has an unknown kind")?,
    };
    reader.take(6)?;
    Ok((hash, location))
}
