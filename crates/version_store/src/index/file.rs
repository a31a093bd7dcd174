//! One index file: where its rows are, and reading them.

use blob_store::ObjectRoot;
use bytes::Bytes;
use ids::Hash;
use tokio::sync::OnceCell;

use super::ranged::{Blocks, Ranged};
use super::row::{find, find_many, pack_number, read_row, row_at};
use super::{Class, HEADER_BYTES, MAGIC, ROW_BYTES, VERSION, path};
use crate::codec::{Decoded, Reader};
use crate::pack::Location;
use crate::{Error, Result};

/// Index files of other machines up to this length are loaded whole.
const LOADED_BYTES: u64 = 4 * 1024 * 1024;

/// An index file that is in the store. It is opened when it is first needed.
#[derive(Debug)]
pub(crate) struct IndexFile {
    pub(crate) class: Class,
    pub(crate) name: Hash,
    /// Length of the file.
    pub(crate) bytes: u64,
    body: OnceCell<Body>,
}

/// What was opened.
#[derive(Debug)]
pub(super) enum Body {
    /// All rows are in memory or mapped.
    Held(Held),
    /// Rows are read as they are needed.
    Ranged(Ranged),
}

/// An index file of which all rows can be seen.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) packs: Vec<Hash>,
    rows: Bytes,
}

/// What the header says.
pub(super) struct Header {
    packs: u64,
    rows: u64,
    hash_of_packs: Hash,
}

impl IndexFile {
    pub(crate) fn new(class: Class, name: Hash, bytes: u64) -> Self {
        Self {
            class,
            name,
            bytes,
            body: OnceCell::new(),
        }
    }

    /// A file whose bytes are at hand.
    pub(crate) fn of_bytes(class: Class, name: Hash, bytes: &Bytes) -> Result<Self> {
        let held = Held::parse(class, &name, bytes)?;
        Ok(Self {
            body: OnceCell::new_with(Some(Body::Held(held))),
            ..Self::new(class, name, bytes.len() as u64)
        })
    }

    /// The rows, if they are at hand.
    pub(crate) fn held(&self) -> Option<&Held> {
        match self.body.get() {
            Some(Body::Held(held)) => Some(held),
            Some(Body::Ranged(_)) | None => None,
        }
    }

    /// Opens the file: maps it, loads it, or reads its header.
    pub(super) async fn body(&self, root: &ObjectRoot, blocks: &Blocks) -> Result<&Body> {
        let open = || async {
            let path = path(self.class, &self.name);
            if let Some(bytes) = root.map(&path)? {
                return Held::parse(self.class, &self.name, &bytes).map(Body::Held);
            }
            if self.bytes <= LOADED_BYTES {
                let bytes = self.loaded(root).await?;
                return Held::parse(self.class, &self.name, &bytes).map(Body::Held);
            }
            let ranged = Ranged::open(self, root.clone(), blocks.clone()).await?;
            Ok(Body::Ranged(ranged))
        };
        self.body.get_or_try_init(open).await
    }

    /// All rows, however many they are.
    pub(crate) async fn whole(&self, root: &ObjectRoot) -> Result<Held> {
        if let Some(held) = self.held() {
            return Ok(held.clone());
        }
        let path = path(self.class, &self.name);
        let bytes = match root.map(&path)? {
            Some(bytes) => bytes,
            None => self.loaded(root).await?,
        };
        Held::parse(self.class, &self.name, &bytes)
    }

    /// All bytes, checked: what a torn answer lacks would else be merged into another file and stay.
    async fn loaded(&self, root: &ObjectRoot) -> Result<Bytes> {
        let bytes = root.get(&path(self.class, &self.name)).await?;
        if Hash::of(&bytes) != self.name {
            return Err(self.damaged("its bytes are not those that its hash names"));
        }
        Ok(bytes)
    }

    pub(super) fn damaged(&self, detail: &str) -> Error {
        damaged(&self.name, detail)
    }
}

fn damaged(name: &Hash, detail: &str) -> Error {
    Error::damaged(format!("index {name}"), detail)
}

impl Header {
    /// Reads the header of a file of `total` bytes.
    pub(super) fn parse(class: Class, name: &Hash, total: u64, bytes: &[u8]) -> Result<Self> {
        let damaged = |detail: &str| damaged(name, detail);
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
        let (found, header) = Self::rest(&mut reader).map_err(damaged)?;
        if found != class.to_u32() {
            return Err(damaged("it is of another class than its place says"));
        }
        let pack_bytes = header.packs.checked_mul(Hash::LEN as u64);
        let row_bytes = header.rows.checked_mul(ROW_BYTES as u64);
        let rest = pack_bytes
            .zip(row_bytes)
            .and_then(|(packs, rows)| packs.checked_add(rows));
        if rest.and_then(|rest| rest.checked_add(HEADER_BYTES as u64)) != Some(total) {
            return Err(damaged("its length is not the one recorded"));
        }
        Ok(header)
    }

    fn rest(reader: &mut Reader<'_>) -> Decoded<(u32, Self)> {
        let class = u32::from_le_bytes(reader.array()?);
        let header = Self {
            packs: u64::from_le_bytes(reader.array()?),
            rows: u64::from_le_bytes(reader.array()?),
            hash_of_packs: Hash::from_bytes(reader.array()?),
        };
        Ok((class, header))
    }

    pub(super) fn write(class: Class, packs: &[u8], rows: u64) -> Vec<u8> {
        let mut header = Vec::with_capacity(HEADER_BYTES);
        header.extend_from_slice(MAGIC);
        header.extend_from_slice(&VERSION.to_le_bytes());
        header.extend_from_slice(&class.to_u32().to_le_bytes());
        header.extend_from_slice(&((packs.len() / Hash::LEN) as u64).to_le_bytes());
        header.extend_from_slice(&rows.to_le_bytes());
        header.extend_from_slice(Hash::of(packs).as_bytes());
        header
    }

    /// Where the rows begin.
    pub(super) const fn rows_at(&self) -> u64 {
        HEADER_BYTES as u64 + self.packs * Hash::LEN as u64
    }

    pub(super) const fn rows(&self) -> u64 {
        self.rows
    }

    /// The list of packs, which lies between the header and the rows.
    pub(super) fn packs(&self, name: &Hash, bytes: &[u8]) -> Result<Vec<Hash>> {
        if Hash::of(bytes) != self.hash_of_packs {
            return Err(damaged(name, "its packs are not those recorded"));
        }
        let hash = |bytes: &[u8]| {
            let mut hash = [0; Hash::LEN];
            hash.copy_from_slice(bytes);
            Hash::from_bytes(hash)
        };
        Ok(bytes.chunks_exact(Hash::LEN).map(hash).collect())
    }
}

impl Held {
    pub(crate) fn parse(class: Class, name: &Hash, bytes: &Bytes) -> Result<Self> {
        let header = Header::parse(class, name, bytes.len() as u64, bytes)?;
        let rows_at = header.rows_at() as usize;
        Ok(Self {
            packs: header.packs(name, &bytes[HEADER_BYTES..rows_at])?,
            rows: bytes.slice(rows_at..),
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len() / ROW_BYTES
    }

    pub(crate) fn rows(&self) -> &[u8] {
        &self.rows
    }

    /// The number of the row of `hash`.
    pub(crate) fn row_of(&self, hash: &Hash) -> Option<usize> {
        find(&self.rows, hash)
    }

    /// Hash and place of a row.
    pub(crate) fn entry_at(&self, row: usize) -> Decoded<(Hash, Location)> {
        read_row(row_at(&self.rows, row), &self.packs)
    }

    /// The number, in the list of packs, of the pack that a row names.
    pub(crate) fn pack_number(&self, row: usize) -> usize {
        pack_number(row_at(&self.rows, row))
    }

    /// Where hashes lie, as far as this file knows, in the order asked for.
    pub(crate) fn lookup_many<'a>(
        &self,
        hashes: impl Iterator<Item = &'a Hash>,
    ) -> Vec<Option<Location>> {
        let rows = find_many(&self.rows, hashes).into_iter();
        // A row that can't be read is a row that is not there; fsck names it.
        rows.map(|row| Some(self.entry_at(row?).ok()?.1)).collect()
    }
}
