//! Change segments: the rows that a commit sets and removes against its first parent.
//!
//! ```text
//! stored     "STRATASG", u32 version, u8 codec, 3 zeros, u64 raw bytes, then the body, raw or as one zstd frame
//! body       varint moves; each: text from, text to
//!            for samples, labels, provenance: varint rows, keys as in nodes, what each row holds
//! canonical  the same body, but for each row 0 (removed), or 1 and the hash of its value
//! ```
//! A segment is named by its canonical form, so that a value can be erased from it too.

use bytes::Bytes;
use ids::Hash;

use crate::codec::{Decoded, Reader, put_bytes, put_varint};
use crate::held::{Held, HeldAt, HeldBuilder};
use crate::node::{decode_keys, put_key};
use crate::tree::Edit;
use crate::{Error, Result};

const VERSION: u32 = 1;
const MAGIC: &[u8; 8] = b"STRATASG";
const CONTEXT: &str = "strata 2026 change segment v1";
const HEADER_BYTES: usize = 24;
/// More than the rows of a segment can take; a damaged length must not exhaust memory.
const MAX_BODY_BYTES: u64 = 64 * 1024 * 1024;
/// More rows than a writer puts there; else a few bytes each, sharing all with the key before, could stand for gigabytes.
const MAX_ROWS: usize = 1 << 16;
/// Fast, and small enough: most of a segment is hashes and keys that share what they can.
const ZSTD_LEVEL: i32 = 3;

/// Where segments lie within the store.
pub(crate) const PREFIX: &str = "segments";

/// Path of a segment within the store.
pub(crate) fn path(segment: &Hash) -> String {
    let name = segment.to_string();
    format!("{PREFIX}/{}/{name}", &name[..2])
}

/// A folder that got another name: each key that begins with `from` begins with `to` instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FolderMove {
    pub(crate) from: String,
    pub(crate) to: String,
}

/// Rows to set and to remove, sorted by key and one per key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RowEdits {
    pub(crate) samples: Vec<Edit>,
    pub(crate) labels: Vec<Edit>,
    pub(crate) provenance: Vec<Edit>,
}

impl RowEdits {
    pub(crate) fn len(&self) -> usize {
        self.samples.len() + self.labels.len() + self.provenance.len()
    }

    pub(crate) fn trees_mut(&mut self) -> [&mut Vec<Edit>; 3] {
        [&mut self.samples, &mut self.labels, &mut self.provenance]
    }

    fn trees(&self) -> [&[Edit]; 3] {
        [&self.samples, &self.labels, &self.provenance]
    }
}

/// What a commit changes: first folders move, then rows are set and removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) moves: Vec<FolderMove>,
    pub(crate) rows: RowEdits,
}

impl Segment {
    /// The name and the stored bytes. Long values are stored apart already.
    pub(crate) fn encode(&self) -> (Hash, Bytes) {
        let mut body = Vec::new();
        put_varint(&mut body, self.moves.len() as u64);
        for folder in &self.moves {
            put_bytes(&mut body, folder.from.as_bytes());
            put_bytes(&mut body, folder.to.as_bytes());
        }
        for edits in self.rows.trees() {
            put_keys(&mut body, edits);
            let mut held = HeldBuilder::default();
            for edit in edits {
                held.push(edit.value.as_ref());
            }
            held.finish(&mut body);
        }
        let packed = zstd::bulk::compress(&body, ZSTD_LEVEL).unwrap_or_default();
        let is_smaller = !packed.is_empty() && packed.len() < body.len();
        let mut stored = Vec::with_capacity(HEADER_BYTES + body.len());
        stored.extend_from_slice(MAGIC);
        stored.extend_from_slice(&VERSION.to_le_bytes());
        stored.extend_from_slice(&[u8::from(is_smaller), 0, 0, 0]);
        stored.extend_from_slice(&(body.len() as u64).to_le_bytes());
        stored.extend_from_slice(if is_smaller { &packed } else { &body });
        (self.name(), stored.into())
    }

    fn name(&self) -> Hash {
        let mut canonical = Vec::new();
        put_varint(&mut canonical, self.moves.len() as u64);
        for folder in &self.moves {
            put_bytes(&mut canonical, folder.from.as_bytes());
            put_bytes(&mut canonical, folder.to.as_bytes());
        }
        for edits in self.rows.trees() {
            put_keys(&mut canonical, edits);
            for edit in edits {
                match &edit.value {
                    None => canonical.push(0),
                    Some(held) => {
                        canonical.push(1);
                        canonical.extend_from_slice(held.hash().as_bytes());
                    }
                }
            }
        }
        Hash::derive(CONTEXT, &canonical)
    }

    /// The rows that it sets, with what they hold.
    pub(crate) fn set_rows(&self) -> impl Iterator<Item = (&[u8], &Held)> {
        let edits = self.rows.trees().into_iter().flatten();
        edits.filter_map(|edit| Some((edit.key.as_slice(), edit.value.as_ref()?)))
    }

    /// Reads a segment and checks it against its name.
    pub(crate) fn decode(name: &Hash, stored: &[u8]) -> Result<Self> {
        let what = format!("segment {name}");
        let segment = Self::read(&what, stored)?;
        if segment.name() != *name {
            return Err(Error::damaged(
                what,
                "its bytes are not those that its hash names",
            ));
        }
        Ok(segment)
    }

    /// Reads a segment whatever its name is; `what` is for errors.
    pub(crate) fn read(what: &str, stored: &[u8]) -> Result<Self> {
        let damaged = |detail: &str| Error::damaged(what, detail);
        let mut reader = Reader::new(stored);
        let magic: [u8; 8] = reader.array().map_err(damaged)?;
        let version = u32::from_le_bytes(reader.array().map_err(damaged)?);
        if magic != *MAGIC {
            return Err(damaged("it does not begin as a segment does"));
        }
        if version > VERSION {
            return Err(Error::NewerFormat {
                what: what.to_owned(),
                found: u64::from(version),
                supported: u64::from(VERSION),
            });
        }
        let body = body(version, reader).map_err(damaged)?;
        Self::parts(&body).map_err(damaged)
    }

    fn parts(body: &Bytes) -> Decoded<Self> {
        let mut reader = Reader::new(body);
        let mut moves = Vec::new();
        for _ in 0..reader.length()? {
            let from = reader.text()?.to_owned();
            let to = reader.text()?.to_owned();
            moves.push(FolderMove { from, to });
        }
        let rows = RowEdits {
            samples: read_edits(body, &mut reader)?,
            labels: read_edits(body, &mut reader)?,
            provenance: read_edits(body, &mut reader)?,
        };
        reader.end()?;
        Ok(Self { moves, rows })
    }

    /// The stored form without the values of these rows, and how many it had. The segment keeps its name.
    pub(crate) fn erase_values(&self, is_erased: impl Fn(&[u8]) -> bool) -> (Bytes, usize) {
        let mut erased = 0;
        let mut without = self.clone();
        for edits in without.rows.trees_mut() {
            for edit in edits.iter_mut().filter(|edit| is_erased(&edit.key)) {
                if let Some(held @ (Held::Value(_) | Held::Apart(_))) = &mut edit.value {
                    *held = Held::Erased(held.hash());
                    erased += 1;
                }
            }
        }
        (without.encode().1, erased)
    }
}

/// Unpacks one frame. Its header must be as ours are: others may say the same, and then a flipped bit would be
/// no damage that anybody sees.
fn unpack(frame: &[u8], length: u64) -> Decoded<Vec<u8>> {
    /// Of the byte after the magic number, a bit that decoders pass over.
    const UNUSED: u8 = 1 << 4;
    let stated = zstd::zstd_safe::get_frame_content_size(frame)
        .ok()
        .flatten();
    let is_plain = frame.get(4).is_some_and(|flags| flags & UNUSED == 0);
    if stated != Some(length) || !is_plain {
        return Err("its frame is not one that is written here");
    }
    zstd::bulk::decompress(frame, length as usize).map_err(|_| "it can't be unpacked")
}

fn body(version: u32, mut reader: Reader<'_>) -> Decoded<Bytes> {
    let [codec, zeros @ ..]: [u8; 4] = reader.array()?;
    let length = u64::from_le_bytes(reader.array()?);
    if version != VERSION || zeros != [0; 3] {
        return Err("it has an unknown version");
    }
    if length > MAX_BODY_BYTES {
        return Err("it is too long");
    }
    let body = match codec {
        0 => Bytes::copy_from_slice(reader.rest()),
        1 => unpack(reader.rest(), length)?.into(),
        _ => return Err("it has an unknown codec"),
    };
    if body.len() as u64 != length {
        return Err("its length is not the one recorded");
    }
    Ok(body)
}

fn put_keys(out: &mut Vec<u8>, edits: &[Edit]) {
    put_varint(out, edits.len() as u64);
    let mut previous: &[u8] = &[];
    for edit in edits {
        put_key(out, previous, &edit.key);
        previous = &edit.key;
    }
}

fn read_edits(body: &Bytes, reader: &mut Reader<'_>) -> Decoded<Vec<Edit>> {
    let count = reader.length()?;
    if count > MAX_ROWS {
        return Err("it has more rows than a segment can have");
    }
    let (keys, ends) = decode_keys(reader, count)?;
    let mut held = Vec::with_capacity(count);
    for _ in 0..count {
        held.push(HeldAt::read(reader)?);
    }
    let mut edits = Vec::with_capacity(count);
    let mut key_start = 0;
    for (at, key_end) in held.into_iter().zip(ends) {
        let start = body.len() - reader.rest().len();
        let length = reader.take(at.stored_len())?.len();
        edits.push(Edit {
            key: keys[key_start..key_end as usize].to_vec(),
            value: at.take(body.slice(start..start + length))?,
        });
        key_start = key_end as usize;
    }
    Ok(edits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held::row_hash;

    fn edit(key: &str, value: Option<Held>) -> Edit {
        Edit {
            key: key.into(),
            value,
        }
    }

    fn segment() -> Segment {
        let value = |text: &'static str| Some(Held::Value(Bytes::from_static(text.as_bytes())));
        Segment {
            moves: vec![FolderMove {
                from: "a/".into(),
                to: "b/".into(),
            }],
            rows: RowEdits {
                samples: vec![edit("b/1", value("secret")), edit("b/2", None)],
                labels: vec![edit("b/1\0l\0i", Some(Held::Apart(row_hash(b"long"))))],
                provenance: (0..40)
                    .map(|number| edit(&format!("k{number:02}"), value("the same for all of them")))
                    .collect(),
            },
        }
    }

    #[test]
    fn segments_come_back_and_every_truncation_and_changed_bit_is_seen() {
        let segment = segment();
        let (name, stored) = segment.encode();
        assert_eq!(Segment::decode(&name, &stored).unwrap(), segment);
        for length in 0..stored.len() {
            assert!(
                Segment::decode(&name, &stored[..length]).is_err(),
                "{length}"
            );
        }
        for bit in 0..stored.len() * 8 {
            let mut changed = stored.to_vec();
            changed[bit / 8] ^= 1 << (bit % 8);
            // A frame can be written in several ways; what it says must be the same.
            if let Ok(read) = Segment::decode(&name, &changed) {
                assert_eq!(read.name(), name, "{bit}");
            }
        }
        let mut newer = stored.to_vec();
        newer[8] = 9;
        let error = Segment::decode(&name, &newer).unwrap_err();
        assert_eq!(error.code(), "store_format_newer");
    }

    #[test]
    fn a_segment_without_a_value_keeps_its_name() {
        let (name, stored) = segment().encode();
        let segment = Segment::decode(&name, &stored).unwrap();
        let (without, erased) = segment.erase_values(|key| key.starts_with(b"b/1"));
        assert_eq!(erased, 2);
        let without = Segment::decode(&name, &without).unwrap();
        let erased = Some(Held::Erased(row_hash(b"secret")));
        assert_eq!(without.rows.samples[0].value, erased);
    }
}
