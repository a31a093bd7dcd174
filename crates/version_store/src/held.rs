//! What a leaf or a change segment holds for a row: the value, its name, or the trace of an erased one.
//!
//! Whatever is held, the row has the same hash: that of its value. Trees are hashed by these, so a
//! value can go and every name above it stays.

use std::sync::LazyLock;

use bytes::Bytes;
use ids::{Context, Hash};

use crate::codec::{Decoded, Reader, put_varint};

/// A longer value is stored by itself and named in the row.
pub(crate) const MAX_INLINE_BYTES: usize = 1024;

static ROW_CONTEXT: LazyLock<Context> = LazyLock::new(|| Context::new("strata 2026 row value v1"));

const REMOVED: u64 = 0;
const ERASED: u64 = 1;
const APART: u64 = 2;
const INLINE: u64 = 3;

/// The hash of a row's value.
pub(crate) fn row_hash(value: &[u8]) -> Hash {
    ROW_CONTEXT.hash(value)
}

/// The value of a row, as far as the row itself has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Held {
    /// The value.
    Value(Bytes),
    /// The name of the value, which is stored by itself.
    Apart(Hash),
    /// The hash of a value that was erased.
    Erased(Hash),
}

impl From<Bytes> for Held {
    fn from(value: Bytes) -> Self {
        Self::Value(value)
    }
}

impl Held {
    /// The hash of the value, there or not.
    pub(crate) fn hash(&self) -> Hash {
        match self {
            Self::Value(value) => row_hash(value),
            Self::Apart(hash) | Self::Erased(hash) => *hash,
        }
    }
}

/// The bytes of rows under construction: what each holds, then the values and hashes.
#[derive(Debug, Default)]
pub(crate) struct HeldBuilder {
    codes: Vec<u8>,
    bytes: Vec<u8>,
}

impl HeldBuilder {
    /// With room for so many rows that hold so many bytes.
    pub(crate) fn with_capacity(rows: usize, bytes: usize) -> Self {
        Self {
            codes: Vec::with_capacity(rows * 2),
            bytes: Vec::with_capacity(bytes),
        }
    }

    /// The next row; `None`: it is removed. The caller stored long values by themselves.
    pub(crate) fn push(&mut self, held: Option<&Held>) -> HeldAt {
        let (at, bytes): (_, &[u8]) = match held {
            None => (HeldAt::Removed, &[]),
            Some(Held::Erased(hash)) => (HeldAt::Erased, hash.as_bytes()),
            Some(Held::Apart(hash)) => (HeldAt::Apart, hash.as_bytes()),
            Some(Held::Value(value)) => (HeldAt::Inline(value.len() as u32), value),
        };
        self.push_stored(at, bytes);
        at
    }

    /// The next row, as it is stored elsewhere.
    pub(crate) fn push_stored(&mut self, at: HeldAt, bytes: &[u8]) {
        let code = match at {
            HeldAt::Removed => REMOVED,
            HeldAt::Erased => ERASED,
            HeldAt::Apart => APART,
            HeldAt::Inline(length) => INLINE + u64::from(length),
        };
        put_varint(&mut self.codes, code);
        self.bytes.extend_from_slice(bytes);
    }

    /// How many bytes there are so far.
    pub(crate) fn len(&self) -> usize {
        self.codes.len() + self.bytes.len()
    }

    pub(crate) fn finish(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.codes);
        out.extend_from_slice(&self.bytes);
    }
}

/// What one row holds, by its place among the bytes that follow the codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeldAt {
    Removed,
    Erased,
    Apart,
    Inline(u32),
}

impl HeldAt {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Decoded<Self> {
        Ok(match reader.varint()? {
            REMOVED => Self::Removed,
            ERASED => Self::Erased,
            APART => Self::Apart,
            inline => {
                let length = u32::try_from(inline - INLINE).map_err(|_| "a value is too long")?;
                if length as usize > MAX_INLINE_BYTES {
                    return Err("a value is too long for its row");
                }
                Self::Inline(length)
            }
        })
    }

    /// How many bytes it has among those that follow the codes.
    pub(crate) const fn stored_len(self) -> usize {
        match self {
            Self::Removed => 0,
            Self::Erased | Self::Apart => Hash::LEN,
            Self::Inline(length) => length as usize,
        }
    }

    /// What is held, given these bytes; `None`: the row is removed.
    pub(crate) fn take(self, bytes: Bytes) -> Decoded<Option<Held>> {
        let hash = || {
            let bytes: [u8; Hash::LEN] =
                bytes.as_ref().try_into().map_err(|_| "it ends too early")?;
            Ok::<_, &'static str>(Hash::from_bytes(bytes))
        };
        Ok(match self {
            Self::Removed => None,
            Self::Erased => Some(Held::Erased(hash()?)),
            Self::Apart => Some(Held::Apart(hash()?)),
            Self::Inline(_) => Some(Held::Value(bytes)),
        })
    }
}
