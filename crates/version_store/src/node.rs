//! Tree nodes: sorted keys and their values, as bytes and in memory.
//!
//! ```text
//! u8 version, u8 level, varint rows
//! keys:   for each row: varint bytes shared with the key before, varint rest, the rest
//! values: level 0: varint length of each value, then the values;
//!         above:   for each row 32 bytes child hash, u64 rows beneath it (little-endian)
//! ```
//! The row of an inner node has the last key beneath its child. A value of a leaf begins with 0
//! (the value follows) or 1 (32 bytes: the hash of a value stored by itself).

use bytes::Bytes;
use ids::Hash;

use crate::codec::{Decoded, Reader, put_varint};
use crate::{Error, Result};

pub(crate) const VERSION: u8 = 1;
/// Bytes of a value above the leaves.
pub(crate) const CHILD_BYTES: usize = 40;
/// No tree of 2^64 rows is higher than this.
const MAX_LEVEL: u8 = 24;
/// A longer key is refused before memory is spent on it.
pub(crate) const MAX_KEY_BYTES: usize = 4096;

/// A node in memory.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) level: u8,
    keys: Vec<u8>,
    key_ends: Vec<u32>,
    values: Bytes,
    value_ends: Vec<u32>,
}

/// What an inner row points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Child {
    pub(crate) hash: Hash,
    /// Leaf rows beneath.
    pub(crate) rows: u64,
}

impl Child {
    pub(crate) fn to_value(self) -> Bytes {
        let mut out = Vec::with_capacity(CHILD_BYTES);
        out.extend_from_slice(self.hash.as_bytes());
        out.extend_from_slice(&self.rows.to_le_bytes());
        out.into()
    }
}

impl Node {
    pub(crate) fn len(&self) -> usize {
        self.key_ends.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.key_ends.is_empty()
    }

    pub(crate) fn key(&self, row: usize) -> &[u8] {
        let start = if row == 0 {
            0
        } else {
            self.key_ends[row - 1] as usize
        };
        &self.keys[start..self.key_ends[row] as usize]
    }

    pub(crate) fn last_key(&self) -> Option<&[u8]> {
        self.len().checked_sub(1).map(|row| self.key(row))
    }

    pub(crate) fn value(&self, row: usize) -> Bytes {
        let start = if row == 0 {
            0
        } else {
            self.value_ends[row - 1] as usize
        };
        self.values.slice(start..self.value_ends[row] as usize)
    }

    /// The child of a row of an inner node.
    pub(crate) fn child(&self, row: usize) -> Child {
        let mut hash = [0; 32];
        let mut rows = [0; 8];
        // The decoder checked that each value of an inner node has exactly these bytes.
        let start = row * CHILD_BYTES;
        hash.copy_from_slice(&self.values[start..start + 32]);
        rows.copy_from_slice(&self.values[start + 32..start + CHILD_BYTES]);
        Child {
            hash: Hash::from_bytes(hash),
            rows: u64::from_le_bytes(rows),
        }
    }

    /// The first row whose key is at or after `key`; `len()` if there is none.
    pub(crate) fn lower_bound(&self, key: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.key(middle) < key {
                low = middle + 1
            } else {
                high = middle
            }
        }
        low
    }

    /// Leaf rows in and beneath the node.
    pub(crate) fn total_rows(&self) -> u64 {
        if self.level == 0 {
            self.len() as u64
        } else {
            (0..self.len()).fold(0, |sum: u64, row| sum.saturating_add(self.child(row).rows))
        }
    }

    /// Memory taken, about.
    pub(crate) fn weight(&self) -> u32 {
        let bytes = self.keys.len() + self.values.len() + self.len() * 8 + 128;
        u32::try_from(bytes).unwrap_or(u32::MAX)
    }

    /// Reads a node; `name` is for the error only, the hash was checked by whoever read the bytes.
    pub(crate) fn decode(name: &Hash, raw: &Bytes) -> Result<Self> {
        if raw.first().is_some_and(|version| *version > VERSION) {
            let (found, supported) = (u64::from(raw[0]), u64::from(VERSION));
            return Err(Error::NewerFormat {
                what: format!("node {name}"),
                found,
                supported,
            });
        }
        Self::parts(raw).map_err(|detail| Error::damaged(format!("node {name}"), detail))
    }

    fn parts(raw: &Bytes) -> Decoded<Self> {
        let mut reader = Reader::new(raw);
        if reader.byte()? != VERSION {
            return Err("it has an unknown version");
        }
        let level = reader.byte()?;
        if level > MAX_LEVEL {
            return Err("it has an impossible level");
        }
        let rows = reader.length()?;
        if rows > crate::tree::MAX_ROWS {
            return Err("it has too many rows");
        }
        let (keys, key_ends) = decode_keys(&mut reader, rows)?;
        let mut value_ends = Vec::with_capacity(rows);
        let mut end = 0_usize;
        for _ in 0..rows {
            let length = if level == 0 {
                reader.length()?
            } else {
                CHILD_BYTES
            };
            end = end.checked_add(length).ok_or("a value is too long")?;
            value_ends.push(u32::try_from(end).map_err(|_| "it is too long")?);
        }
        if reader.rest().len() != end {
            return Err("its values do not fill it");
        }
        let values = raw.slice(raw.len() - end..);
        Ok(Self {
            level,
            keys,
            key_ends,
            values,
            value_ends,
        })
    }
}

fn decode_keys(reader: &mut Reader<'_>, rows: usize) -> Decoded<(Vec<u8>, Vec<u32>)> {
    let mut keys = Vec::new();
    let mut key_ends = Vec::with_capacity(rows);
    let mut previous = 0..0;
    for _ in 0..rows {
        let shared = usize::try_from(reader.varint()?).map_err(|_| "a key is too long")?;
        let rest = reader.bytes()?;
        if shared > previous.len() {
            return Err("a key shares more than there is");
        }
        // Each key must be after the one before, and share with it all that it can.
        let next_of_previous = keys
            .get(previous.start + shared..previous.end)
            .and_then(<[u8]>::first);
        let in_order = match (next_of_previous, rest.first()) {
            (None, Some(_)) => true,
            (Some(before), Some(after)) => before < after,
            (_, None) => false,
        };
        if !in_order && !key_ends.is_empty() {
            return Err("its keys are not in order");
        }
        if shared + rest.len() > MAX_KEY_BYTES {
            return Err("a key is too long");
        }
        let start = keys.len();
        keys.extend_from_within(previous.start..previous.start + shared);
        keys.extend_from_slice(rest);
        previous = start..keys.len();
        key_ends.push(u32::try_from(keys.len()).map_err(|_| "it is too long")?);
    }
    Ok((keys, key_ends))
}

/// Collects rows in order and writes them as a node.
#[derive(Debug, Default)]
pub(crate) struct NodeBuilder {
    keys: Vec<u8>,
    last_key: Vec<u8>,
    lengths: Vec<u8>,
    values: Vec<u8>,
    rows: usize,
    rows_beneath: u64,
}

impl NodeBuilder {
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn push(&mut self, level: u8, key: &[u8], value: &[u8]) {
        let shared = self
            .last_key
            .iter()
            .zip(key)
            .take_while(|(a, b)| a == b)
            .count();
        put_varint(&mut self.keys, shared as u64);
        put_varint(&mut self.keys, (key.len() - shared) as u64);
        self.keys.extend_from_slice(&key[shared..]);
        if level == 0 {
            put_varint(&mut self.lengths, value.len() as u64);
            self.rows_beneath += 1;
        } else if let Some(rows) = value.last_chunk() {
            self.rows_beneath = self.rows_beneath.saturating_add(u64::from_le_bytes(*rows));
        }
        self.values.extend_from_slice(value);
        self.rows += 1;
        self.last_key.clear();
        self.last_key.extend_from_slice(key);
    }

    /// The bytes of the node, its last key, and how many leaf rows it stands for. Empties the builder.
    pub(crate) fn finish(&mut self, level: u8) -> (Bytes, Vec<u8>, u64) {
        let built = std::mem::take(self);
        let mut raw =
            Vec::with_capacity(16 + built.keys.len() + built.lengths.len() + built.values.len());
        raw.extend_from_slice(&[VERSION, level]);
        put_varint(&mut raw, built.rows as u64);
        raw.extend_from_slice(&built.keys);
        raw.extend_from_slice(&built.lengths);
        raw.extend_from_slice(&built.values);
        (raw.into(), built.last_key, built.rows_beneath)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_come_back_and_every_truncation_is_refused() {
        let mut builder = NodeBuilder::default();
        for (key, value) in [("a", "1"), ("ab", ""), ("b", "333")] {
            builder.push(0, key.as_bytes(), value.as_bytes());
        }
        let (raw, last_key, rows) = builder.finish(0);
        let node = Node::decode(&Hash::of(&raw), &raw).unwrap();
        assert_eq!(
            (last_key.as_slice(), rows, node.total_rows()),
            (b"b".as_slice(), 3, 3)
        );
        assert_eq!(
            (node.key(1), node.value(2)),
            (b"ab".as_slice(), Bytes::from("333"))
        );
        assert_eq!((node.lower_bound(b"aa"), node.lower_bound(b"z")), (1, 3));
        for length in 0..raw.len() {
            assert!(
                Node::decode(&Hash::of(b""), &raw.slice(..length)).is_err(),
                "{length}"
            );
        }
    }

    #[test]
    fn keys_out_of_order_are_refused() {
        for keys in [[b"b", b"a"], [b"a", b"a"]] {
            let mut raw = vec![VERSION, 0, 2];
            for key in keys {
                raw.extend_from_slice(&[0, 1, key[0]]);
            }
            raw.extend_from_slice(&[0, 0]);
            assert!(Node::decode(&Hash::of(b""), &raw.into()).is_err());
        }
    }
}
