//! Location indexes: immutable sorted files that say in which pack each hash lies.
//!
//! ```text
//! header 64 bytes: "STRATAIX", u32 version, u32 0, u64 packs, u64 rows, 32 bytes hash of the rest
//! packs  32 bytes each
//! rows   64 bytes each, sorted by hash: hash, u64 offset, u64 stored, u64 raw, u32 pack, u8 codec, u8 kind, u16 0
//! ```
//! They can always be made again from the footers of the packs.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use ids::Hash;

use crate::codec::{Decoded, Reader};
use crate::pack::{Codec, EntryKind, Location};
use crate::{Error, Result};

pub(crate) const VERSION: u32 = 1;
const MAGIC: &[u8; 8] = b"STRATAIX";
const HEADER_BYTES: usize = 64;
const ROW_BYTES: usize = 64;

/// Where index files lie within the store.
pub(crate) const PREFIX: &str = "index";

/// Path of an index file within the store.
pub(crate) fn path(file: &Hash) -> String {
    format!("{PREFIX}/{file}.idx")
}

/// One index file, checked and held as it lies.
#[derive(Debug)]
pub(crate) struct IndexFile {
    pub(crate) name: Hash,
    packs: Vec<Hash>,
    rows: Bytes,
}

/// Writes the entries as an index file; also gives its name, the plain hash of its bytes.
pub(crate) fn build(mut entries: Vec<(Hash, Location)>) -> (Hash, Bytes) {
    entries.sort_unstable_by_key(|(hash, location)| (*hash, location.pack));
    entries.dedup_by_key(|(hash, _)| *hash);
    let mut packs: Vec<Hash> = entries.iter().map(|(_, location)| location.pack).collect();
    packs.sort_unstable();
    packs.dedup();
    let numbers: HashMap<Hash, u32> = packs.iter().copied().zip(0..).collect();

    let mut out = vec![0; HEADER_BYTES];
    for pack in &packs {
        out.extend_from_slice(pack.as_bytes());
    }
    for (hash, location) in &entries {
        out.extend_from_slice(hash.as_bytes());
        for number in [location.offset, location.stored_len, location.raw_len] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&numbers[&location.pack].to_le_bytes());
        out.extend_from_slice(&[location.codec.to_byte(), location.kind.to_byte(), 0, 0]);
    }
    let rest = Hash::of(&out[HEADER_BYTES..]);
    let mut header = Vec::with_capacity(HEADER_BYTES);
    header.extend_from_slice(MAGIC);
    header.extend_from_slice(&VERSION.to_le_bytes());
    header.extend_from_slice(&0_u32.to_le_bytes());
    header.extend_from_slice(&(packs.len() as u64).to_le_bytes());
    header.extend_from_slice(&(entries.len() as u64).to_le_bytes());
    header.extend_from_slice(rest.as_bytes());
    out[..HEADER_BYTES].copy_from_slice(&header);
    (Hash::of(&out), out.into())
}

impl IndexFile {
    /// Checks and takes an index file.
    pub(crate) fn parse(name: Hash, bytes: &Bytes) -> Result<Self> {
        let damaged = |detail: &str| Error::damaged(format!("index {name}"), detail);
        let mut reader = Reader::new(bytes);
        let magic: [u8; 8] = reader.array().map_err(damaged)?;
        let version = u32::from_le_bytes(reader.array().map_err(damaged)?);
        if magic != *MAGIC {
            return Err(damaged("it does not begin as an index does"));
        }
        if version != VERSION {
            let (found, supported) = (u64::from(version), u64::from(VERSION));
            return Err(Error::NewerFormat {
                what: format!("index {name}"),
                found,
                supported,
            });
        }
        let (packs, rows) = Self::body(bytes, reader).map_err(damaged)?;
        Ok(Self { name, packs, rows })
    }

    fn body(bytes: &Bytes, mut reader: Reader<'_>) -> Decoded<(Vec<Hash>, Bytes)> {
        reader.take(4)?;
        let packs = u64::from_le_bytes(reader.array()?);
        let rows = u64::from_le_bytes(reader.array()?);
        let rest = Hash::from_bytes(reader.array()?);
        let pack_bytes = packs.checked_mul(Hash::LEN as u64);
        let row_bytes = rows.checked_mul(ROW_BYTES as u64);
        let expected = pack_bytes
            .zip(row_bytes)
            .and_then(|(packs, rows)| packs.checked_add(rows));
        if expected != Some(reader.rest().len() as u64) {
            return Err("its length is not the one recorded");
        }
        if Hash::of(reader.rest()) != rest {
            return Err("its rows are not those recorded");
        }
        let mut names = Vec::new();
        for _ in 0..packs {
            names.push(Hash::from_bytes(reader.array()?));
        }
        let rows = bytes.slice(bytes.len() - reader.rest().len()..);
        Ok((names, rows))
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len() / ROW_BYTES
    }

    fn hash_at(&self, row: usize) -> &[u8] {
        &self.rows[row * ROW_BYTES..row * ROW_BYTES + Hash::LEN]
    }

    fn entry_at(&self, row: usize) -> Decoded<(Hash, Location)> {
        let mut reader = Reader::new(&self.rows[row * ROW_BYTES..(row + 1) * ROW_BYTES]);
        let hash = Hash::from_bytes(reader.array()?);
        let offset = u64::from_le_bytes(reader.array()?);
        let stored_len = u64::from_le_bytes(reader.array()?);
        let raw_len = u64::from_le_bytes(reader.array()?);
        let pack = u32::from_le_bytes(reader.array()?) as usize;
        let pack = *self.packs.get(pack).ok_or("a row names an unknown pack")?;
        let codec = Codec::from_byte(reader.byte()?).ok_or("a row has an unknown codec")?;
        let kind = EntryKind::from_byte(reader.byte()?).ok_or("a row has an unknown kind")?;
        Ok((
            hash,
            Location {
                pack,
                offset,
                stored_len,
                raw_len,
                codec,
                kind,
            },
        ))
    }

    /// Where `hash` lies, if this file knows.
    pub(crate) fn lookup(&self, hash: &Hash) -> Option<Location> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.hash_at(middle).cmp(hash.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                // A row that can't be read is a row that is not there; fsck names it.
                std::cmp::Ordering::Equal => return self.entry_at(middle).ok().map(|(_, at)| at),
            }
        }
        None
    }

    /// All rows, in the order of their hashes.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Result<(Hash, Location)>> + '_ {
        (0..self.len()).map(|row| {
            self.entry_at(row)
                .map_err(|detail| Error::damaged(format!("index {}", self.name), detail))
        })
    }
}

/// All index files that were seen, newest last. Cheap to clone and to extend.
#[derive(Debug, Clone, Default)]
pub(crate) struct IndexSet {
    pub(crate) files: Vec<Arc<IndexFile>>,
}

impl IndexSet {
    pub(crate) fn lookup(&self, hash: &Hash) -> Option<Location> {
        self.files.iter().rev().find_map(|file| file.lookup(hash))
    }

    pub(crate) fn has_file(&self, name: &Hash) -> bool {
        self.files.iter().any(|file| file.name == *name)
    }
}
