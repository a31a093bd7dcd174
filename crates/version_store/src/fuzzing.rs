//! The decoders of stored bytes, for programs that feed them anything (`fuzz/`, `tests/it/decoders.rs`).
//!
//! Decoders are private; this is the one door to them. It is no feature, because then what is fuzzed would be
//! another build than what is shipped, and CI would compile the crate twice. Each function takes any bytes and
//! must return: `true` when they were accepted. What is accepted is spelled as this crate writes it.

use bytes::Bytes;
use ids::Hash;

use crate::codec::Reader;
use crate::external::Record;
use crate::index::{Class, IndexFile};
use crate::meta::Meta;
use crate::node::Node;
use crate::pack::{
    Codec, EntryKind, FooterEntry, Location, TAIL_BYTES, check_frame, check_stored, decode_entry,
    footer_offset, pack_name, parse_footer,
};
use crate::ref_moves::RefLogEntry;
use crate::refs::{self, StoredRef, parse_formatted, with_check};
use crate::segment::Segment;
use crate::tombstones::{self, Tombstone};
use crate::views::{VIEW_FORMAT, ViewManifest};
use crate::{Commit, gate_reports, rows};

/// A decoder over any bytes.
pub type Decoder = fn(&[u8]) -> bool;

/// Every decoder, by the name of its fuzz target and the folder of its corpus.
pub const DECODERS: &[(&str, Decoder)] = &[
    ("pack", pack),
    ("index", index),
    ("entry", entry),
    ("node", node),
    ("segment", segment),
    ("commit", commit),
    ("ref", reference),
    ("ref_log", ref_log),
    ("sample", sample),
    ("label", label),
    ("provenance", provenance),
    ("chunk_list", chunk_list),
    ("external", external),
    ("meta", meta),
    ("protection", protection),
    ("gate_report", gate_report),
    ("tombstone", tombstone),
    ("view", view),
    ("overlay", overlay),
];

const NAME: Hash = Hash::from_bytes([7; 32]);

/// A whole pack: tail, then footer, then the header, every entry and what lies between them.
#[must_use]
pub fn pack(bytes: &[u8]) -> bool {
    let total = bytes.len() as u64;
    let Some(tail) = total.checked_sub(TAIL_BYTES) else {
        return footer_offset(&NAME, total, bytes).is_ok();
    };
    let Ok(offset) = footer_offset(&NAME, total, &bytes[tail as usize..]) else {
        return false;
    };
    let footer = &bytes[offset as usize..];
    // Under the name that these bytes have, so that more than the name is looked at.
    let name = pack_name(footer);
    let Ok(entries) = parse_footer(&name, offset, footer) else {
        return false;
    };
    let whole = Bytes::copy_from_slice(bytes);
    let stored = |entry: &FooterEntry| {
        let range = entry.location.range();
        whole.slice(range.start as usize..range.end as usize)
    };
    let checked = entries
        .iter()
        .map(|entry| check_stored(entry, &stored(entry)));
    let is_whole = checked.fold(true, |is_whole, checked| is_whole & checked.is_ok());
    check_frame(bytes, offset, &entries).is_ok() && is_whole
}

/// An index file, all rows of it.
#[must_use]
pub fn index(bytes: &[u8]) -> bool {
    let bytes = Bytes::copy_from_slice(bytes);
    Class::ALL.into_iter().any(|class| {
        let Ok(file) = IndexFile::of_bytes(class, NAME, &bytes) else {
            return false;
        };
        let Some(held) = file.held() else {
            return false;
        };
        held.lookup_many([NAME].iter());
        (0..held.len()).all(|row| match held.entry_at(row) {
            Ok((hash, _)) => held.row_of(&hash).is_some() || held.len() > 1,
            Err(_) => false,
        })
    })
}

/// The stored bytes of an entry under each codec and kind.
#[must_use]
pub fn entry(bytes: &[u8]) -> bool {
    let stored = Bytes::copy_from_slice(bytes);
    let mut accepted = false;
    for codec in (0..=u8::MAX).map_while(Codec::from_byte) {
        for kind in (0..=u8::MAX).map_while(EntryKind::from_byte) {
            let location = Location {
                pack: NAME,
                offset: 64,
                stored_len: stored.len() as u64,
                raw_len: stored.len() as u64 * 2,
                codec,
                kind,
            };
            accepted |= decode_entry(&NAME, &location, stored.clone()).is_ok();
        }
    }
    accepted
}

/// The stored form of a tree node.
#[must_use]
pub fn node(bytes: &[u8]) -> bool {
    Node::decode_any(&Bytes::copy_from_slice(bytes)).is_ok_and(|node| {
        for row in 0..node.len() {
            let _ = (node.key(row), node.total_rows());
            if node.level == 0 {
                let _ = node.held(row);
            }
        }
        true
    })
}

/// A change segment, whatever its name would be.
#[must_use]
pub fn segment(bytes: &[u8]) -> bool {
    Segment::read("a segment", bytes).is_ok_and(|segment| {
        let (name, written) = segment.encode();
        assert!(Segment::decode(&name, &written).is_ok_and(|again| again == segment));
        true
    })
}

/// A commit.
#[must_use]
pub fn commit(bytes: &[u8]) -> bool {
    let name = Commit::name_of(bytes);
    Commit::decode(&name, bytes).is_ok_and(|commit| {
        let written = commit.encode();
        assert!(written.is_ok_and(|(_, written)| written == bytes));
        true
    })
}

/// A ref.
#[must_use]
pub fn reference(bytes: &[u8]) -> bool {
    parse_formatted::<StoredRef>("a ref", bytes, refs::VERSION).is_ok()
}

/// An entry of a ref's log.
#[must_use]
pub fn ref_log(bytes: &[u8]) -> bool {
    parse_formatted::<RefLogEntry>("a log entry", bytes, refs::VERSION).is_ok()
}

/// A row: a key, its length before it as a varint, and a value.
fn key_and_value(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut reader = Reader::new(bytes);
    let length = reader.length().ok()?;
    let key = reader.take(length).ok()?;
    Some((key, reader.rest()))
}

/// A row of samples.
#[must_use]
pub fn sample(bytes: &[u8]) -> bool {
    key_and_value(bytes).is_some_and(|(key, value)| {
        rows::decode_sample(key, value).is_ok_and(|sample| {
            assert!(rows::encode_sample(&sample).is_ok_and(|written| written == value));
            true
        })
    })
}

/// A row of labels.
#[must_use]
pub fn label(bytes: &[u8]) -> bool {
    key_and_value(bytes).is_some_and(|(key, value)| {
        rows::decode_label(key, value).is_ok_and(|label| {
            assert!(rows::encode_label(&label).is_ok_and(|written| written == value));
            true
        })
    })
}

/// A row of provenance.
#[must_use]
pub fn provenance(bytes: &[u8]) -> bool {
    key_and_value(bytes).is_some_and(|(key, value)| rows::decode_provenance(key, value).is_ok())
}

/// The list of chunks of a cut blob, without the hash before it.
#[must_use]
pub fn chunk_list(bytes: &[u8]) -> bool {
    crate::chunk_list::accepts(bytes)
}

/// The record of a blob that lies outside.
#[must_use]
pub fn external(bytes: &[u8]) -> bool {
    let location = Location {
        pack: NAME,
        offset: 64,
        stored_len: bytes.len() as u64,
        raw_len: 1,
        codec: Codec::External,
        kind: EntryKind::Blob,
    };
    Record::decode(&NAME, &location, bytes).is_ok()
}

/// What holds for a version as a whole: its rule for splits.
#[must_use]
pub fn meta(bytes: &[u8]) -> bool {
    Meta::decode(&NAME, bytes).is_ok_and(|meta| {
        assert!(meta.encode().is_ok_and(|(_, written)| written == bytes));
        true
    })
}

/// Bytes as they are, or with the check that a mutation does not find by itself.
fn checked(bytes: &[u8], is_read: impl Fn(&[u8]) -> bool) -> bool {
    is_read(bytes) || is_read(&with_check(bytes.to_vec()))
}

/// The rules for a dataset's branches.
#[must_use]
pub fn protection(bytes: &[u8]) -> bool {
    checked(bytes, |bytes| {
        crate::protection::parse("rules", bytes).is_ok()
    })
}

/// What gates said about a commit.
#[must_use]
pub fn gate_report(bytes: &[u8]) -> bool {
    checked(bytes, |bytes| gate_reports::read("a report", bytes).is_ok())
}

/// What was erased under a key.
#[must_use]
pub fn tombstone(bytes: &[u8]) -> bool {
    checked(bytes, |bytes| {
        tombstones::read("a tombstone", bytes).is_ok()
    })
}

/// The manifest of a version's views.
#[must_use]
pub fn view(bytes: &[u8]) -> bool {
    parse_formatted::<ViewManifest>("a view", bytes, VIEW_FORMAT).is_ok()
}

/// A change segment, applied to a small version in memory: the tree that comes of it is that of its rows.
#[must_use]
pub fn overlay(bytes: &[u8]) -> bool {
    Segment::read("a segment", bytes).is_ok_and(crate::fuzzing_overlay::applies)
}

/// Bytes that their decoders accept, to begin a corpus with.
#[must_use]
pub fn examples() -> Vec<(&'static str, Vec<u8>)> {
    use crate::codec::{put_bytes, put_value};
    use crate::node::{Child, NodeBuilder};

    let mut found = Vec::new();
    let mut row = |target: &'static str, key: &[u8], value: &[u8]| {
        let mut bytes = Vec::new();
        put_bytes(&mut bytes, key);
        bytes.extend_from_slice(value);
        found.push((target, bytes));
    };
    let mut metadata = Vec::new();
    let _ = put_value(
        &mut metadata,
        &serde_json::json!({"a": [1, -2, 0.5, null, "b"]}),
    );
    // Split "train"; no fields; one entry of metadata.
    let sample = [b"\x01\x05train\x00\x01\x04data".as_slice(), &metadata].concat();
    row("sample", b"a.png", &sample);
    let mut shape = vec![1];
    for number in [1.0_f64, 2.0, 3.5, 4.0] {
        shape.extend_from_slice(&number.to_le_bytes());
    }
    shape.extend_from_slice(b"\x03car\x00");
    row("label", b"a.png\0objects\0b1", &shape);
    row("label", b"a.png\0label\0c", b"\x00\x03cat\x00");
    let provenance = br#"{"made_by":{"kind":"import","source":"x"},"standard":null,"at":"2026-01-01T00:00:00Z","annotation_id":null,"prelabel":null,"accepted_by":null}"#;
    row("provenance", b"a.png\0label\0c", provenance);
    let mut inner = NodeBuilder::default();
    for number in 0..5_u8 {
        inner.push_child(
            &[b'a', number],
            Child {
                hash: NAME,
                rows: 7,
            },
        );
    }
    found.push(("node", inner.finish(1).node.stored().to_vec()));
    found.extend(more_examples());
    found
}

/// Of the formats that few stores have.
fn more_examples() -> Vec<(&'static str, Vec<u8>)> {
    let rows = |count| (0..count).map(|bytes| (NAME, bytes)).collect::<Vec<_>>();
    let record = Record::new("s3://bucket/key".to_owned(), Some("e".to_owned()));
    let mut found = vec![
        ("chunk_list", crate::chunk_list::example(0, &rows(5))),
        ("chunk_list", crate::chunk_list::example(1, &rows(2))),
        ("external", serde_json::to_vec(&record).unwrap_or_default()),
        ("external", br#"{"format":1,"url":"file:///a"}"#.to_vec()),
        (
            "overlay",
            crate::fuzzing_overlay::example().encode().1.to_vec(),
        ),
    ];
    let rule = dataset::SplitRule::from_shares(
        "salt",
        &[("train".to_owned(), 8), ("test".to_owned(), 2)],
        Some("patient".to_owned()),
    );
    for split_rule in [None, rule.ok()] {
        let meta = Meta { split_rule }.encode();
        found.extend(meta.map(|(_, bytes)| ("meta", bytes.to_vec())));
    }
    let tombstone = Tombstone::new(b"a.png", "ann", "asked for it", 5);
    found.extend(serde_json::to_vec(&tombstone).map(|bytes| ("tombstone", bytes)));
    found
}
