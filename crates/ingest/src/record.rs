//! What an import knows of one sample or one refused file, and how that is written down meanwhile.
use annotation::Item;
use bytes::Bytes;
use ids::Hash;
use interchange::{FileStamp, Refusal};

use crate::source::Stamp;

/// The labels that a sample came with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Labels {
    /// None: what is there stays.
    None,
    /// One class.
    Class(String),
    /// All labels of the sample.
    Items(Vec<Item>),
}

/// What became of a file or row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fate {
    Sample {
        /// The sample as it is stored.
        value: Bytes,
        /// The blobs that it names.
        blobs: Vec<Hash>,
        labels: Labels,
    },
    Refused {
        code: String,
        message: String,
    },
}

/// A line of the journal of an import.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    /// The sample's key, or the path of the file that is refused.
    pub key: String,
    /// The file's state, where it may be trusted the next time.
    pub stamp: Option<Stamp>,
    pub fate: Fate,
}

impl Record {
    /// A file that is refused as a whole.
    pub fn refused(refusal: Refusal, stamp: Option<Stamp>) -> Self {
        Self {
            key: refusal.path,
            stamp,
            fate: Fate::Refused {
                code: refusal.code,
                message: refusal.message,
            },
        }
    }

    /// The blobs that it names.
    pub fn blobs(&self) -> &[Hash] {
        match &self.fate {
            Fate::Sample { blobs, .. } => blobs,
            Fate::Refused { .. } => &[],
        }
    }

    /// Appends the record: its key first, so that records can be compared as they lie.
    pub fn write(&self, out: &mut Vec<u8>) {
        put(out, self.key.as_bytes());
        match &self.stamp {
            None => out.push(0),
            Some(Stamp::Object { bytes, etag }) => {
                out.push(2);
                out.extend_from_slice(&bytes.to_le_bytes());
                out.extend_from_slice(etag.as_bytes());
            }
            Some(Stamp::File(stamp)) => {
                out.push(1);
                out.extend_from_slice(&stamp.bytes.to_le_bytes());
                out.extend_from_slice(&stamp.modified_ns.to_le_bytes());
                out.extend_from_slice(&stamp.changed_ns.to_le_bytes());
                out.extend_from_slice(&stamp.inode.to_le_bytes());
                out.extend_from_slice(&stamp.device.to_le_bytes());
            }
        }
        match &self.fate {
            Fate::Sample {
                value,
                blobs,
                labels,
            } => {
                match labels {
                    Labels::None => out.push(0),
                    Labels::Class(class) => {
                        out.push(1);
                        put(out, class.as_bytes());
                    }
                    Labels::Items(items) => {
                        out.push(2);
                        // Items are plain values: they can always be written.
                        put(out, &serde_json::to_vec(items).unwrap_or_default());
                    }
                }
                put(out, value);
                put_length(out, blobs.len());
                for blob in blobs {
                    out.extend_from_slice(blob.as_bytes());
                }
            }
            Fate::Refused { code, message } => {
                out.push(3);
                put(out, code.as_bytes());
                put(out, message.as_bytes());
            }
        }
    }

    /// Reads a record from the start of `bytes`, and says what follows it; `None` if none is there.
    pub fn read(bytes: &mut &[u8]) -> Option<Self> {
        let key = text(bytes)?;
        let stamp = match byte(bytes)? {
            0 => None,
            1 => Some(Stamp::File(FileStamp {
                bytes: u64::from_le_bytes(array(bytes)?),
                modified_ns: i64::from_le_bytes(array(bytes)?),
                changed_ns: i64::from_le_bytes(array(bytes)?),
                inode: u64::from_le_bytes(array(bytes)?),
                device: u64::from_le_bytes(array(bytes)?),
            })),
            2 => Some(Stamp::Object {
                bytes: u64::from_le_bytes(array(bytes)?),
                etag: Hash::from_bytes(array(bytes)?),
            }),
            _ => return None,
        };
        let labels = match byte(bytes)? {
            0 => Labels::None,
            1 => Labels::Class(text(bytes)?),
            2 => Labels::Items(serde_json::from_slice(take(bytes)?).ok()?),
            3 => {
                let (code, message) = (text(bytes)?, text(bytes)?);
                let fate = Fate::Refused { code, message };
                return Some(Self { key, stamp, fate });
            }
            _ => return None,
        };
        let value = Bytes::copy_from_slice(take(bytes)?);
        let count = length(bytes)?;
        let mut blobs = Vec::with_capacity(count.min(64));
        for _ in 0..count {
            blobs.push(Hash::from_bytes(array(bytes)?));
        }
        let fate = Fate::Sample {
            value,
            blobs,
            labels,
        };
        Some(Self { key, stamp, fate })
    }
}

/// The key of the record that `bytes` begin with.
pub(crate) fn key_of(mut bytes: &[u8]) -> &[u8] {
    take(&mut bytes).unwrap_or_default()
}

fn put_length(out: &mut Vec<u8>, length: usize) {
    // No part of a record has 4 GiB: samples are far smaller.
    out.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    put_length(out, bytes.len());
    out.extend_from_slice(bytes);
}

fn array<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*first)
}

fn byte(bytes: &mut &[u8]) -> Option<u8> {
    array::<1>(bytes).map(|[byte]| byte)
}

fn length(bytes: &mut &[u8]) -> Option<usize> {
    usize::try_from(u32::from_le_bytes(array(bytes)?)).ok()
}

fn take<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = length(bytes)?;
    let (first, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(first)
}

fn text(bytes: &mut &[u8]) -> Option<String> {
    String::from_utf8(take(bytes)?.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_and_truncations_do_not() {
        let stamp = FileStamp {
            bytes: 1,
            modified_ns: -2,
            changed_ns: 3,
            inode: 4,
            device: 5,
        };
        let object = Stamp::Object {
            bytes: 6,
            etag: Hash::of(b"tag"),
        };
        let sample = |labels| Record {
            key: "a/b.png".into(),
            stamp: Some(Stamp::File(stamp)),
            fate: Fate::Sample {
                value: Bytes::from_static(b"value"),
                blobs: vec![Hash::of(b"x")],
                labels,
            },
        };
        let items = vec![Item::classification("c", "label", "cat")];
        for record in [
            sample(Labels::None),
            sample(Labels::Class("cat".into())),
            sample(Labels::Items(items)),
            Record::refused(Refusal::file("b", "code", "words"), None),
            Record::refused(Refusal::file("b", "code", "words"), Some(object)),
        ] {
            let mut bytes = Vec::new();
            record.write(&mut bytes);
            assert_eq!(key_of(&bytes), record.key.as_bytes());
            assert_eq!(Record::read(&mut &bytes[..]), Some(record));
            for cut in 0..bytes.len() {
                assert_eq!(Record::read(&mut &bytes[..cut]), None, "{cut}");
            }
        }
    }
}
