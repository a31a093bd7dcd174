//! Reading what a pack says about itself.

use ids::Hash;

use super::{
    ALIGNMENT, Codec, EntryKind, FOOTER_ENTRY_BYTES, Location, TAIL_MAGIC, VERSION, pack_name,
};
use crate::codec::{Decoded, Reader};
use crate::{Error, Result};

/// Bytes of the tail.
pub(crate) const TAIL_BYTES: u64 = 64;

/// One entry of a pack, as the footer has it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FooterEntry {
    pub(crate) hash: Hash,
    pub(crate) location: Location,
    /// Of the stored bytes; see [`check_of`](super::check_of).
    pub(crate) check: [u8; 6],
}

fn damaged(pack: &Hash, detail: &str) -> Error {
    Error::damaged(format!("pack {pack}"), detail)
}

/// Where the footer of a pack of `total` bytes begins, by its last 64 bytes.
pub(crate) fn footer_offset(pack: &Hash, total: u64, tail: &[u8]) -> Result<u64> {
    let (offset, entries, version, magic) =
        tail_parts(tail).map_err(|detail| damaged(pack, detail))?;
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
    let footer_bytes = entries.checked_mul(FOOTER_ENTRY_BYTES as u64);
    let end = footer_bytes.and_then(|bytes| bytes.checked_add(offset)?.checked_add(TAIL_BYTES));
    if end != Some(total) {
        return Err(damaged(pack, "its length is not the one recorded"));
    }
    Ok(offset)
}

fn tail_parts(bytes: &[u8]) -> Decoded<(u64, u64, u32, [u8; 8])> {
    let mut reader = Reader::new(bytes);
    let offset = u64::from_le_bytes(reader.array()?);
    let entries = u64::from_le_bytes(reader.array()?);
    reader.take(36)?;
    let version = u32::from_le_bytes(reader.array()?);
    Ok((offset, entries, version, reader.array()?))
}

/// Reads footer and tail, which begin at `offset` of the pack: every entry, in order.
pub(crate) fn parse_footer(pack: &Hash, offset: u64, bytes: &[u8]) -> Result<Vec<FooterEntry>> {
    if pack_name(bytes) != *pack {
        return Err(damaged(pack, "its footer is not the one that names it"));
    }
    let rows = bytes.len().saturating_sub(TAIL_BYTES as usize);
    let mut reader = Reader::new(&bytes[..rows]);
    let mut entries = Vec::with_capacity(rows / FOOTER_ENTRY_BYTES);
    let mut end = ALIGNMENT;
    while !reader.rest().is_empty() {
        let entry = entry_parts(pack, &mut reader).map_err(|detail| damaged(pack, detail))?;
        let range = entry.location.range();
        if range.start != end || range.end > offset {
            return Err(damaged(pack, "its entries overlap or leave gaps"));
        }
        end = range.end.next_multiple_of(ALIGNMENT);
        entries.push(entry);
    }
    if end != offset {
        return Err(damaged(pack, "its entries overlap or leave gaps"));
    }
    Ok(entries)
}

fn entry_parts(pack: &Hash, reader: &mut Reader<'_>) -> Decoded<FooterEntry> {
    let hash = Hash::from_bytes(reader.array()?);
    let location = Location {
        pack: *pack,
        offset: u64::from_le_bytes(reader.array()?),
        stored_len: u64::from_le_bytes(reader.array()?),
        raw_len: u64::from_le_bytes(reader.array()?),
        codec: Codec::from_byte(reader.byte()?).ok_or("an entry has an unknown codec")?,
        kind: EntryKind::from_byte(reader.byte()?).ok_or("an entry has an unknown kind")?,
    };
    Ok(FooterEntry {
        hash,
        location,
        check: reader.array()?,
    })
}
