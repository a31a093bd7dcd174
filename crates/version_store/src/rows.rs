//! Rows of the three trees: how samples, labels and provenance become bytes and come back.

use annotation::{Item, Provenance};
use dataset::{BlobField, Field, LabelKey, LabelRow, Sample, SampleKey};
use ids::Hash;

use crate::codec::{Decoded, Reader, put_bytes, put_value, put_varint};
use crate::node::MAX_KEY_BYTES;
use crate::shapes::{NEWEST_SHAPE, put_shape, read_shape};
use crate::{Error, Result};

/// What a label takes at most: rows travel in nodes, and a node is read whole.
const MAX_LABEL_BYTES: usize = 256 * 1024;
/// Separates the parts of a label key; no part can hold it, and it sorts before all others.
const SEPARATOR: u8 = 0;

fn refuse(key: &SampleKey, reason: impl Into<String>) -> Error {
    Error::InvalidChange {
        key: key.as_str().to_owned(),
        reason: reason.into(),
    }
}

pub(crate) fn encode_sample(sample: &Sample) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(96);
    put_optional_text(&mut out, sample.split.as_deref());
    put_varint(&mut out, sample.fields.len() as u64);
    for (name, field) in &sample.fields {
        put_bytes(&mut out, name.as_bytes());
        match field {
            Field::Inline(value) => {
                out.push(0);
                put_value(&mut out, value).map_err(|reason| refuse(&sample.key, reason))?;
            }
            Field::Blob(blob) => {
                out.push(1);
                out.extend_from_slice(blob.hash.as_bytes());
                put_bytes(&mut out, blob.media_type.as_bytes());
                put_varint(&mut out, blob.bytes);
                put_varint(&mut out, blob.width.map_or(0, |width| u64::from(width) + 1));
                put_varint(
                    &mut out,
                    blob.height.map_or(0, |height| u64::from(height) + 1),
                );
            }
        }
    }
    put_varint(&mut out, sample.metadata.len() as u64);
    for (name, value) in &sample.metadata {
        put_bytes(&mut out, name.as_bytes());
        put_value(&mut out, value).map_err(|reason| refuse(&sample.key, reason))?;
    }
    Ok(out)
}

pub(crate) fn decode_sample(key: &[u8], value: &[u8]) -> Result<Sample> {
    sample_parts(key, value).map_err(|detail| damaged_row("sample", key, detail))
}

fn sample_parts(key: &[u8], value: &[u8]) -> Decoded<Sample> {
    let key = sample_key(key)?;
    let mut reader = Reader::new(value);
    let split = optional_text(&mut reader)?;
    let mut sample = Sample {
        key,
        fields: Default::default(),
        metadata: Default::default(),
        split,
    };
    for _ in 0..reader.length()? {
        let name = next_name(
            &mut reader,
            sample.fields.last_key_value().map(|(name, _)| name),
        )?;
        let field = match reader.byte()? {
            0 => Field::Inline(reader.value()?),
            1 => Field::Blob(BlobField {
                hash: Hash::from_bytes(reader.array()?),
                media_type: reader.text()?.to_owned(),
                bytes: reader.varint()?,
                width: optional_extent(&mut reader)?,
                height: optional_extent(&mut reader)?,
            }),
            _ => return Err("a field has an unknown tag"),
        };
        sample.fields.insert(name, field);
    }
    for _ in 0..reader.length()? {
        let name = next_name(
            &mut reader,
            sample.metadata.last_key_value().map(|(name, _)| name),
        )?;
        sample.metadata.insert(name, reader.value()?);
    }
    reader.end()?;
    Ok(sample)
}

/// `sample NUL layer NUL item`: sorts by sample, then layer, then item.
pub(crate) fn encode_label_key(key: &LabelKey) -> Result<Vec<u8>> {
    for part in [&key.layer, &key.item] {
        if part.is_empty() || part.chars().any(char::is_control) {
            return Err(refuse(
                &key.sample,
                "the layer and id of a label are text without control characters",
            ));
        }
    }
    let mut out = label_prefix(key.sample.as_str());
    out.extend_from_slice(key.layer.as_bytes());
    out.push(SEPARATOR);
    out.extend_from_slice(key.item.as_bytes());
    if out.len() > MAX_KEY_BYTES {
        return Err(refuse(
            &key.sample,
            "the names of its layer and item are too long",
        ));
    }
    Ok(out)
}

/// What the keys of all labels of a sample begin with, and no other key does.
pub(crate) fn label_prefix(sample: &str) -> Vec<u8> {
    label_prefix_of(sample.as_bytes())
}

/// [`label_prefix`] of a key of the tree of samples.
pub(crate) fn label_prefix_of(sample: &[u8]) -> Vec<u8> {
    [sample, &[SEPARATOR]].concat()
}

/// The sample's part of a label key.
pub(crate) fn sample_of_label(key: &[u8]) -> &[u8] {
    let end = key
        .iter()
        .position(|byte| *byte == SEPARATOR)
        .unwrap_or(key.len());
    &key[..end]
}

pub(crate) fn decode_label_key(key: &[u8]) -> Result<LabelKey> {
    label_key_parts(key).map_err(|detail| damaged_row("label", key, detail))
}

fn label_key_parts(key: &[u8]) -> Decoded<LabelKey> {
    let mut parts = key.split(|byte| *byte == SEPARATOR);
    let (Some(sample), Some(layer), Some(item), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err("its key has not three parts");
    };
    let text = |part: &[u8]| String::from_utf8(part.to_vec()).map_err(|_| "its key is not UTF-8");
    Ok(LabelKey {
        sample: sample_key(sample)?,
        layer: text(layer)?,
        item: text(item)?,
    })
}

pub(crate) fn encode_label(row: &LabelRow) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(16);
    put_shape(&mut out, &row.item.shape).map_err(|reason| refuse(&row.sample, reason))?;
    put_bytes(&mut out, row.item.class.as_bytes());
    put_varint(&mut out, row.item.attributes.len() as u64);
    for (name, value) in &row.item.attributes {
        put_bytes(&mut out, name.as_bytes());
        put_value(&mut out, value).map_err(|reason| refuse(&row.sample, reason))?;
    }
    if out.len() > MAX_LABEL_BYTES {
        let reason = format!(
            "label `{}` takes {} bytes, at most {MAX_LABEL_BYTES} are kept in a row; simplify its shape",
            row.item.id,
            out.len()
        );
        return Err(refuse(&row.sample, reason));
    }
    Ok(out)
}

pub(crate) fn decode_label(key: &[u8], value: &[u8]) -> Result<LabelRow> {
    if let Some(&found) = value.first()
        && found > NEWEST_SHAPE
    {
        return Err(Error::NewerFormat {
            what: format!("the shape of {}", row_name("label", key)),
            found: found.into(),
            supported: NEWEST_SHAPE.into(),
        });
    }
    label_parts(key, value).map_err(|detail| damaged_row("label", key, detail))
}

fn label_parts(key: &[u8], value: &[u8]) -> Decoded<LabelRow> {
    let LabelKey {
        sample,
        layer,
        item: id,
    } = label_key_parts(key)?;
    let mut reader = Reader::new(value);
    let shape = read_shape(&mut reader)?;
    let class = reader.text()?.to_owned();
    let mut item = Item {
        id,
        layer,
        shape,
        class,
        attributes: Default::default(),
        score: None,
    };
    for _ in 0..reader.length()? {
        let name = next_name(
            &mut reader,
            item.attributes.last_key_value().map(|(name, _)| name),
        )?;
        item.attributes.insert(name, reader.value()?);
    }
    reader.end()?;
    Ok(LabelRow { sample, item })
}

pub(crate) fn encode_provenance(provenance: &Provenance) -> Result<Vec<u8>> {
    serde_json::to_vec(provenance).map_err(|error| Error::InvalidChange {
        key: String::new(),
        reason: format!("its provenance can't be written: {error}"),
    })
}

pub(crate) fn decode_provenance(key: &[u8], value: &[u8]) -> Result<Provenance> {
    serde_json::from_slice(value)
        .map_err(|error| Error::damaged(row_name("provenance", key), error.to_string()))
}

fn sample_key(key: &[u8]) -> Decoded<SampleKey> {
    let text = std::str::from_utf8(key).map_err(|_| "its key is not UTF-8")?;
    SampleKey::new(text).map_err(|_| "its key is not a sample key")
}

fn next_name(reader: &mut Reader<'_>, previous: Option<&String>) -> Decoded<String> {
    let name = reader.text()?;
    if previous.is_some_and(|previous| previous.as_bytes() >= name.as_bytes()) {
        return Err("its names are not in order");
    }
    Ok(name.to_owned())
}

fn put_optional_text(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        None => out.push(0),
        Some(text) => {
            out.push(1);
            put_bytes(out, text.as_bytes());
        }
    }
}

fn optional_text(reader: &mut Reader<'_>) -> Decoded<Option<String>> {
    match reader.byte()? {
        0 => Ok(None),
        1 => Ok(Some(reader.text()?.to_owned())),
        _ => Err("an optional text has an unknown tag"),
    }
}

fn optional_extent(reader: &mut Reader<'_>) -> Decoded<Option<u32>> {
    match reader.varint()? {
        0 => Ok(None),
        extent => u32::try_from(extent - 1)
            .map(Some)
            .map_err(|_| "an image extent is out of range"),
    }
}

fn row_name(what: &str, key: &[u8]) -> String {
    format!("{what} row {:?}", String::from_utf8_lossy(key))
}

fn damaged_row(what: &str, key: &[u8], detail: &str) -> Error {
    Error::damaged(row_name(what, key), detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use annotation::Shape;
    use serde_json::json;

    fn sample() -> Sample {
        let blob = BlobField {
            hash: Hash::of(b"x"),
            media_type: "image/png".into(),
            bytes: 1,
            width: Some(8),
            height: Some(9),
        };
        Sample {
            key: SampleKey::new("train/1.png").unwrap(),
            fields: [
                ("image".into(), Field::Blob(blob)),
                ("note".into(), Field::Inline(json!("hi"))),
            ]
            .into(),
            metadata: [("n".into(), json!(3))].into(),
            split: Some("train".into()),
        }
    }

    #[test]
    fn samples_come_back_and_truncations_are_refused() {
        let sample = sample();
        let bytes = encode_sample(&sample).unwrap();
        let key = sample.key.as_str().as_bytes();
        assert_eq!(decode_sample(key, &bytes).unwrap(), sample);
        for length in 0..bytes.len() {
            assert!(decode_sample(key, &bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn labels_come_back_and_sort_with_their_samples() {
        let shape = Shape::Box {
            x: 1.0,
            y: 2.0,
            width: 3.0,
            height: -0.0,
        };
        let item = Item {
            shape,
            ..Item::classification("b1", "objects", "car")
        };
        let row = LabelRow {
            sample: SampleKey::new("a").unwrap(),
            item,
        };
        let key = encode_label_key(&row.key()).unwrap();
        assert_eq!(
            decode_label(&key, &encode_label(&row).unwrap()).unwrap(),
            row
        );
        assert_eq!(decode_label_key(&key).unwrap(), row.key());
        assert!(key < b"a!".to_vec() && sample_of_label(&key) == b"a");
    }
}
