//! The blobs of one field: hash, length, media type and picture size of every row.

use dataset::BlobField;
use ids::Hash;

use super::texts::Interner;

const MISSING: u16 = u16::MAX;

/// The blobs of one field. A row without a blob has a filler.
#[derive(Debug, Clone, Default)]
pub(crate) struct Blobs {
    hashes: Vec<Hash>,
    bytes: Vec<u64>,
    /// Width and height in pixels, 0 when not known.
    sizes: Vec<[u32; 2]>,
    types: Vec<u16>,
    type_names: Vec<String>,
    interner: Interner,
}

impl Blobs {
    pub(crate) fn pad(&mut self, rows: usize) {
        self.hashes.resize(rows, Hash::from_bytes([0; 32]));
        self.bytes.resize(rows, 0);
        self.sizes.resize(rows, [0; 2]);
        self.types.resize(rows, MISSING);
    }

    /// Sets the blob of `row`; rows come in ascending order.
    pub(crate) fn push(&mut self, row: usize, blob: &BlobField) {
        self.pad(row);
        let number = self.interner.intern(&blob.media_type);
        if number as usize == self.type_names.len() {
            self.type_names.push(blob.media_type.clone());
        }
        self.hashes.push(blob.hash);
        self.bytes.push(blob.bytes);
        self.sizes
            .push([blob.width.unwrap_or(0), blob.height.unwrap_or(0)]);
        // 65,535 media types in one field are not a dataset; the last number stands for all that follow.
        self.types.push(number.min(u32::from(MISSING) - 1) as u16);
    }

    pub(crate) fn is_present(&self, row: usize) -> bool {
        self.types[row] != MISSING
    }

    pub(crate) fn hash(&self, row: usize) -> Option<Hash> {
        self.is_present(row).then(|| self.hashes[row])
    }

    /// Length in bytes; 0 for a missing blob.
    pub(crate) fn bytes(&self, row: usize) -> u64 {
        self.bytes[row]
    }

    /// Length of all blobs together, in bytes.
    pub(crate) fn total_bytes(&self) -> u64 {
        self.bytes.iter().sum()
    }

    /// Width and height in pixels, when they are known.
    pub(crate) fn size(&self, row: usize) -> Option<(u32, u32)> {
        let [width, height] = self.sizes[row];
        (width > 0 && height > 0).then_some((width, height))
    }

    pub(crate) fn media_types(&self) -> &[String] {
        &self.type_names
    }

    /// The blob as the version names it.
    pub(crate) fn field(&self, row: usize) -> Option<BlobField> {
        let size = self.size(row);
        Some(BlobField {
            hash: self.hash(row)?,
            media_type: self.type_names[usize::from(self.types[row])].clone(),
            bytes: self.bytes[row],
            width: size.map(|(width, _)| width),
            height: size.map(|(_, height)| height),
        })
    }

    /// The picture size that all of `rows` share, if they do.
    pub(crate) fn common_size(&self, mut rows: impl Iterator<Item = usize>) -> Option<(u32, u32)> {
        let first = self.size(rows.next()?)?;
        rows.all(|row| self.size(row) == Some(first))
            .then_some(first)
    }

    /// The length that all of `rows` share, if they do.
    pub(crate) fn common_bytes(&self, mut rows: impl Iterator<Item = usize>) -> Option<u64> {
        let first = rows
            .next()
            .filter(|row| self.is_present(*row))
            .map(|row| self.bytes[row])?;
        rows.all(|row| self.is_present(row) && self.bytes[row] == first)
            .then_some(first)
    }
}
