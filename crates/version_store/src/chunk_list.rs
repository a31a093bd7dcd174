//! Lists of the chunks that a large blob is cut into.
//!
//! ```text
//! list    u8 version = 1, u8 depth (0: rows are chunks, 1: rows are lists of chunks), u16 0, u32 rows
//! rows    40 bytes each: hash, u64 bytes of the blob
//! ```
//! A blob of few chunks has one list. One of many has a list of lists, which end where the hash of
//! a chunk says so, so that most of them are shared by blobs that are alike. The topmost list is
//! stored under the name of the blob, behind its own derived hash.

use bytes::Bytes;
use ids::Hash;

use crate::codec::{Decoded, Reader};
use crate::objects::Objects;
use crate::pack::location::CHUNK_LIST_CONTEXT;
use crate::pack::{Codec, EntryKind, Location, Prepared};
use crate::{Error, Result};

const VERSION: u8 = 1;
/// A blob of more chunks has a list of lists.
const MAX_FLAT_ROWS: usize = 512;
/// No list of chunks beneath another ends before it has so many rows (the last excepted) …
const MIN_ROWS: usize = 64;
/// … each ends at so many …
const MAX_ROWS: usize = 1024;
/// … and in between one hash in so many ends one.
const BORDER_EVERY: u16 = 256;

/// A chunk or a list of chunks, and how many bytes of the blob it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListRow {
    pub(crate) hash: Hash,
    pub(crate) bytes: u64,
}

#[derive(Debug, PartialEq, Eq)]
struct List {
    depth: u8,
    rows: Vec<ListRow>,
}

/// What is stored for a blob of these chunks: lists beneath the topmost one, and that one.
pub(crate) fn entries_of(blob: Hash, chunks: Vec<ListRow>) -> (Vec<Prepared>, Prepared) {
    let raw_len = chunks.iter().map(|chunk| chunk.bytes).sum();
    let mut beneath = Vec::new();
    let top = if chunks.len() <= MAX_FLAT_ROWS {
        encode(0, &chunks)
    } else {
        let mut rows = Vec::new();
        for part in parts_of(&chunks) {
            let entry = Prepared::new(EntryKind::ChunkList, encode(0, part).into());
            let bytes = part.iter().map(|chunk| chunk.bytes).sum();
            rows.push(ListRow {
                hash: entry.hash,
                bytes,
            });
            beneath.push(entry);
        }
        encode(1, &rows)
    };
    let mut stored = Hash::derive(CHUNK_LIST_CONTEXT, &top).as_bytes().to_vec();
    stored.extend_from_slice(&top);
    let top = Prepared {
        hash: blob,
        kind: EntryKind::Blob,
        codec: Codec::Cut,
        raw_len,
        stored: stored.into(),
    };
    (beneath, top)
}

fn parts_of(chunks: &[ListRow]) -> Vec<&[ListRow]> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, chunk) in chunks.iter().enumerate() {
        let rows = at + 1 - start;
        let [first, second, ..] = *chunk.hash.as_bytes();
        let is_border = u16::from_le_bytes([first, second]).is_multiple_of(BORDER_EVERY);
        if rows >= MAX_ROWS || (rows >= MIN_ROWS && is_border) {
            parts.push(&chunks[start..=at]);
            start = at + 1;
        }
    }
    if start < chunks.len() {
        parts.push(&chunks[start..]);
    }
    parts
}

fn encode(depth: u8, rows: &[ListRow]) -> Vec<u8> {
    let mut out = vec![VERSION, depth, 0, 0];
    out.extend_from_slice(&(rows.len() as u32).to_le_bytes());
    for row in rows {
        out.extend_from_slice(row.hash.as_bytes());
        out.extend_from_slice(&row.bytes.to_le_bytes());
    }
    out
}

fn decode(bytes: &[u8]) -> Decoded<List> {
    let mut reader = Reader::new(bytes);
    if reader.byte()? != VERSION {
        return Err("its list of chunks has an unknown version");
    }
    let depth = reader.byte()?;
    if depth > 1 || reader.array()? != [0, 0] {
        return Err("its list of chunks has an unknown form");
    }
    let count = u32::from_le_bytes(reader.array()?) as usize;
    if count.checked_mul(40) != Some(reader.rest().len()) {
        return Err("its list of chunks has another length than it says");
    }
    let mut rows = Vec::with_capacity(count);
    for _ in 0..count {
        rows.push(ListRow {
            hash: Hash::from_bytes(reader.array()?),
            bytes: u64::from_le_bytes(reader.array()?),
        });
    }
    Ok(List { depth, rows })
}

/// Reads and checks the topmost list of a blob, as stored.
fn decode_top(stored: &[u8], raw_len: u64) -> Decoded<List> {
    let (name, list) = stored
        .split_at_checked(Hash::LEN)
        .ok_or("its list of chunks is too short")?;
    if Hash::derive(CHUNK_LIST_CONTEXT, list).as_bytes() != name {
        return Err("its list of chunks is not the one recorded");
    }
    let list = decode(list)?;
    check_sum(&list, raw_len)?;
    Ok(list)
}

/// Whether these bytes are a list that can be read; then they are spelled as it is written. For `fuzzing`.
pub(crate) fn accepts(bytes: &[u8]) -> bool {
    decode(bytes).is_ok_and(|list| {
        assert_eq!(encode(list.depth, &list.rows), bytes);
        let sum = list
            .rows
            .iter()
            .try_fold(0_u64, |sum, row| sum.checked_add(row.bytes));
        sum.is_some_and(|sum| {
            assert!(check_sum(&list, sum).is_ok());
            within(&list.rows, 0, &(sum / 2..sum)).len() <= list.rows.len()
        })
    })
}

/// A list of these hashes and lengths. For `fuzzing`.
pub(crate) fn example(depth: u8, rows: &[(Hash, u64)]) -> Vec<u8> {
    let row = |(hash, bytes): &(Hash, u64)| ListRow {
        hash: *hash,
        bytes: *bytes,
    };
    encode(depth, &rows.iter().map(row).collect::<Vec<_>>())
}

fn check_sum(list: &List, bytes: u64) -> Decoded<()> {
    let mut sum = 0_u64;
    for row in &list.rows {
        sum = sum
            .checked_add(row.bytes)
            .ok_or("its chunks are too long")?;
    }
    if sum != bytes {
        return Err("its chunks are not as long as the whole");
    }
    Ok(())
}

fn damaged(blob: &Hash, detail: &str) -> Error {
    Error::damaged(format!("blob {blob}"), detail)
}

/// Checks the stored bytes of a cut blob as far as they go.
pub(crate) fn check_top(blob: &Hash, location: &Location, stored: &[u8]) -> Result<()> {
    decode_top(stored, location.raw_len)
        .map(|_| ())
        .map_err(|detail| damaged(blob, detail))
}

/// The lists of a cut blob.
#[derive(Debug)]
pub(crate) struct Lists {
    blob: Hash,
    top: List,
}

impl Lists {
    /// Reads the topmost list of the blob that lies at `location`.
    pub(crate) async fn read(objects: &Objects, blob: &Hash, location: &Location) -> Result<Self> {
        let mut parts = objects
            .pack_ranges(&location.pack, &[location.range()])
            .await?;
        let stored = parts.pop().unwrap_or_default();
        let top = decode_top(&stored, location.raw_len).map_err(|detail| damaged(blob, detail))?;
        Ok(Self { blob: *blob, top })
    }

    /// Names of the lists beneath the topmost one.
    pub(crate) fn beneath(&self) -> &[ListRow] {
        match self.top.depth {
            0 => &[],
            _ => &self.top.rows,
        }
    }

    /// The chunks that hold some of the bytes `range` of the blob, each with where it begins.
    pub(crate) async fn chunks(
        &self,
        objects: &Objects,
        range: std::ops::Range<u64>,
    ) -> Result<Vec<(u64, ListRow)>> {
        let rows = within(&self.top.rows, 0, &range);
        if self.top.depth == 0 {
            return Ok(rows);
        }
        let names: Vec<Hash> = rows.iter().map(|(_, row)| row.hash).collect();
        let lists = objects.entries(EntryKind::ChunkList, &names).await?;
        let mut chunks = Vec::new();
        for ((start, row), bytes) in rows.iter().zip(&lists) {
            let list = self
                .list(bytes, row)
                .map_err(|detail| damaged(&self.blob, detail))?;
            chunks.extend(within(&list.rows, *start, &range));
        }
        Ok(chunks)
    }

    fn list(&self, bytes: &Bytes, row: &ListRow) -> Decoded<List> {
        let list = decode(bytes)?;
        if list.depth != 0 {
            return Err("its lists of chunks are too deep");
        }
        check_sum(&list, row.bytes)?;
        Ok(list)
    }
}

fn within(rows: &[ListRow], start: u64, range: &std::ops::Range<u64>) -> Vec<(u64, ListRow)> {
    let mut found = Vec::new();
    let mut at = start;
    for row in rows {
        let end = at + row.bytes;
        if at < range.end && end > range.start {
            found.push((at, *row));
        }
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunks(count: u32) -> Vec<ListRow> {
        let row = |number: u32| ListRow {
            hash: Hash::of(&number.to_le_bytes()),
            bytes: 1000,
        };
        (0..count).map(row).collect()
    }

    #[test]
    fn lists_are_shared_by_blobs_that_are_alike() {
        let blob = Hash::of(b"blob");
        let (beneath, top) = entries_of(blob, chunks(10_000));
        assert!(
            beneath.len() > 20 && beneath.len() < 80,
            "{}",
            beneath.len()
        );
        assert_eq!((top.hash, top.raw_len), (blob, 10_000_000));
        let list = decode_top(&top.stored, top.raw_len).unwrap();
        assert_eq!((list.depth, list.rows.len()), (1, beneath.len()));
        let mut other = chunks(10_000);
        other[0].hash = blob;
        let (changed, _) = entries_of(blob, other);
        let new = changed
            .iter()
            .filter(|new| beneath.iter().all(|old| old.hash != new.hash));
        assert_eq!(new.count(), 1);
    }

    #[test]
    fn a_damaged_list_is_refused() {
        let (beneath, top) = entries_of(Hash::of(b"blob"), chunks(3));
        assert!(beneath.is_empty() && decode_top(&top.stored, 3000).is_ok());
        assert!(decode_top(&top.stored, 2999).is_err());
        for at in 0..top.stored.len() {
            let mut bad = top.stored.to_vec();
            bad[at] ^= 1;
            assert!(decode_top(&bad, 3000).is_err(), "{at}");
            assert!(decode_top(&bad[..at], 3000).is_err(), "{at}");
        }
    }

    #[test]
    fn ranges_find_their_chunks() {
        let rows = chunks(4);
        let starts = |range| {
            within(&rows, 0, &range)
                .into_iter()
                .map(|(at, _)| at)
                .collect::<Vec<_>>()
        };
        assert_eq!(starts(0..4000), [0, 1000, 2000, 3000]);
        assert_eq!(starts(999..1001), [0, 1000]);
        assert_eq!(starts(1000..2000), [1000]);
        assert!(starts(500..500).is_empty() || starts(500..500) == [0]);
    }
}
