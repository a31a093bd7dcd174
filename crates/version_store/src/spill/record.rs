//! What can be spilled: edits of rows, of labels, key prefixes and names of blobs.

use bytes::Bytes;
use ids::Hash;

use crate::changes::LabelEdit;
use crate::codec::{Decoded, Reader, put_bytes};
use crate::held::Held;
use crate::tree::Edit;

/// About what the allocator adds to two pieces of memory.
const ALLOCATED_BYTES: usize = 32;

/// A row with a key.
pub(crate) trait Spilled: Sized {
    /// By which it is sorted.
    fn key(&self) -> &[u8];

    /// About how much memory it takes.
    fn bytes(&self) -> usize;

    /// Appends what [`Spilled::read`] reads.
    fn write(&self, out: &mut Vec<u8>);

    /// The row that the bytes begin with.
    fn read(reader: &mut Reader<'_>) -> Decoded<Self>;
}

impl Spilled for Edit {
    fn key(&self) -> &[u8] {
        &self.key
    }

    fn bytes(&self) -> usize {
        let value = match &self.value {
            Some(Held::Value(value)) => value.len(),
            _ => 0,
        };
        size_of::<Self>() + ALLOCATED_BYTES + self.key.len() + value
    }

    fn write(&self, out: &mut Vec<u8>) {
        put_bytes(out, &self.key);
        match &self.value {
            None => out.push(0),
            Some(Held::Erased(hash)) => put_hash(out, 1, hash),
            Some(Held::Apart(hash)) => put_hash(out, 2, hash),
            Some(Held::Value(value)) => {
                out.push(3);
                put_bytes(out, value);
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Decoded<Self> {
        let key = reader.bytes()?.to_vec();
        let value = match reader.byte()? {
            0 => None,
            1 => Some(Held::Erased(Hash::from_bytes(reader.array()?))),
            2 => Some(Held::Apart(Hash::from_bytes(reader.array()?))),
            _ => Some(Held::Value(Bytes::copy_from_slice(reader.bytes()?))),
        };
        Ok(Self { key, value })
    }
}

impl Spilled for LabelEdit {
    fn key(&self) -> &[u8] {
        &self.edit.key
    }

    fn bytes(&self) -> usize {
        // Provenance is mostly shared with the label before.
        size_of::<Self>() - size_of::<Edit>() + self.edit.bytes()
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.edit.write(out);
        out.push(u8::from(self.confirmed) << 1 | u8::from(self.provenance.is_some()));
        if let Some(provenance) = &self.provenance {
            put_bytes(out, provenance);
        }
    }

    fn read(reader: &mut Reader<'_>) -> Decoded<Self> {
        let edit = Edit::read(reader)?;
        let flags = reader.byte()?;
        let provenance = match flags & 1 {
            0 => None,
            _ => Some(Bytes::copy_from_slice(reader.bytes()?)),
        };
        Ok(Self {
            edit,
            provenance,
            confirmed: flags & 2 != 0,
        })
    }
}

impl Spilled for Vec<u8> {
    fn key(&self) -> &[u8] {
        self
    }

    fn bytes(&self) -> usize {
        size_of::<Self>() + ALLOCATED_BYTES / 2 + self.len()
    }

    fn write(&self, out: &mut Vec<u8>) {
        put_bytes(out, self);
    }

    fn read(reader: &mut Reader<'_>) -> Decoded<Self> {
        reader.bytes().map(<[u8]>::to_vec)
    }
}

impl Spilled for Hash {
    fn key(&self) -> &[u8] {
        self.as_bytes()
    }

    fn bytes(&self) -> usize {
        Self::LEN
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.as_bytes());
    }

    fn read(reader: &mut Reader<'_>) -> Decoded<Self> {
        reader.array().map(Self::from_bytes)
    }
}

fn put_hash(out: &mut Vec<u8>, tag: u8, hash: &Hash) {
    out.push(tag);
    out.extend_from_slice(hash.as_bytes());
}
