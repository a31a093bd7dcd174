//! Puts a batch together: labels and scalars from the table, blobs from bytes that were read.

use bytes::Bytes;
use media::{Channels, Limits, Pixels};

use super::{Batch, Picture, Values};
use crate::columns::{BlobOutput, Column, ColumnKind};
use crate::table::{LayerKind, Scalar, ScalarType, Scalars, Table};
use crate::{Error, Result};

/// The batch of `rows`. `blobs` holds for each column with blobs, in order, the bytes of each row.
pub(crate) fn assemble(
    table: &Table,
    columns: &[Column],
    rows: &[usize],
    blobs: Vec<Vec<Option<Bytes>>>,
) -> Result<Batch> {
    let mut blobs = blobs.into_iter();
    let mut named = Vec::with_capacity(columns.len());
    for column in columns {
        let values = match &column.kind {
            ColumnKind::Key => Values::Texts(
                rows.iter()
                    .map(|row| Some(table.key(*row).to_owned()))
                    .collect(),
            ),
            ColumnKind::Split => Values::Texts(
                rows.iter()
                    .map(|row| table.split(*row).map(str::to_owned))
                    .collect(),
            ),
            ColumnKind::Metadata(name) => table
                .metadata
                .get(name)
                .map_or_else(empty, |c| scalars(c, rows)),
            ColumnKind::Inline(name) => table
                .fields
                .get(name)
                .map_or_else(empty, |c| scalars(&c.inline, rows)),
            ColumnKind::Layer(name, kind) => labels(table, name, *kind, rows),
            ColumnKind::Blob { field, output } => {
                let bytes = blobs.next().unwrap_or_default();
                field_values(&Source { table, field, rows }, *output, bytes)?
            }
        };
        named.push((column.name.clone(), values));
    }
    Ok(Batch {
        len: rows.len(),
        columns: named,
    })
}

fn empty() -> Values {
    Values::Json(Vec::new())
}

fn scalars(column: &Scalars, rows: &[usize]) -> Values {
    let each = rows.iter().map(|row| column.get(*row));
    // The type depends on the whole version, so that it never changes from batch to batch.
    match (column.scalar_type(), column.has_missing()) {
        (ScalarType::Text, _) => Values::Texts(
            each.map(|value| match value {
                Some(Scalar::Text(text)) => Some(text.to_owned()),
                _ => None,
            })
            .collect(),
        ),
        (ScalarType::Int, false) => Values::Ints(
            each.map(|value| {
                if let Some(Scalar::Int(value)) = value {
                    value
                } else {
                    0
                }
            })
            .collect(),
        ),
        (ScalarType::Int | ScalarType::Float, _) => Values::Floats(
            each.map(|value| match value {
                Some(Scalar::Int(value)) => value as f64,
                Some(Scalar::Float(value)) => value,
                _ => f64::NAN,
            })
            .collect(),
        ),
        (ScalarType::Bool, false) => Values::Bools(
            each.map(|value| value == Some(Scalar::Bool(true)))
                .collect(),
        ),
        (ScalarType::Bool | ScalarType::Json | ScalarType::Empty, _) => {
            Values::Json(rows.iter().map(|row| column.json(*row)).collect())
        }
    }
}

fn labels(table: &Table, name: &str, kind: LayerKind, rows: &[usize]) -> Values {
    let layer = table.layers.get(name);
    let ids = |row: usize| layer.map_or(&[][..], |layer| layer.class_ids(row));
    if kind == LayerKind::Single {
        return Values::Ints(
            rows.iter()
                .map(|row| ids(*row).first().map_or(-1, |id| i64::from(*id)))
                .collect(),
        );
    }
    let mut classes = Vec::new();
    let mut boxes = (kind == LayerKind::Boxes).then(Vec::new);
    let mut offsets = vec![0];
    for row in rows {
        classes.extend(ids(*row).iter().map(|id| i64::from(*id)));
        if let (Some(boxes), Some(layer)) = (&mut boxes, layer) {
            boxes.extend_from_slice(layer.boxes(*row));
        }
        offsets.push(classes.len() as i64);
    }
    Values::Ragged {
        classes,
        boxes,
        offsets,
    }
}

/// Which samples the bytes belong to, to name them in errors.
struct Source<'a> {
    table: &'a Table,
    field: &'a str,
    rows: &'a [usize],
}

impl Source<'_> {
    fn key(&self, index: usize) -> String {
        self.table.key(self.rows[index]).to_owned()
    }

    fn missing(&self, index: usize) -> Error {
        Error::FieldMissing {
            key: self.key(index),
            field: self.field.to_owned(),
        }
    }

    fn undecoded(&self, index: usize, detail: impl ToString) -> Error {
        Error::Decode {
            key: self.key(index),
            field: self.field.to_owned(),
            detail: detail.to_string(),
        }
    }

    /// The inline value of a sample that holds this field without a blob.
    fn inline(&self, index: usize) -> Option<serde_json::Value> {
        let value = self
            .table
            .fields
            .get(self.field)?
            .inline
            .json(self.rows[index]);
        (!value.is_null()).then_some(value)
    }
}

fn field_values(
    source: &Source<'_>,
    output: BlobOutput,
    bytes: Vec<Option<Bytes>>,
) -> Result<Values> {
    match output {
        BlobOutput::Bytes => Ok(Values::Bytes(
            bytes
                .into_iter()
                .enumerate()
                .map(|(index, bytes)| {
                    bytes.or_else(|| source.inline(index).map(|value| as_text(value).into()))
                })
                .collect(),
        )),
        BlobOutput::Text => {
            let text = |(index, bytes): (usize, Option<Bytes>)| match bytes {
                Some(bytes) => match String::from_utf8(bytes.into()) {
                    Ok(text) => Ok(Some(text)),
                    Err(error) => Err(source.undecoded(index, error)),
                },
                None => Ok(source.inline(index).map(as_text)),
            };
            Ok(Values::Texts(
                bytes
                    .into_iter()
                    .enumerate()
                    .map(text)
                    .collect::<Result<_>>()?,
            ))
        }
        BlobOutput::Raw { length } => raw(source, length as usize, &bytes),
        BlobOutput::Pixels {
            channels,
            resize,
            size,
        } => {
            let decoded = bytes.into_iter().enumerate().map(|(index, bytes)| {
                let bytes = bytes.ok_or_else(|| source.missing(index))?;
                let pixels = media::decode(&bytes, channels, resize, &Limits::default())
                    .map_err(|error| source.undecoded(index, error))?;
                match size {
                    Some(size) if size != (pixels.width, pixels.height) => {
                        let (width, height) = (pixels.width, pixels.height);
                        let detail = format!(
                            "it is {width} x {height} pixels, the version says {} x {}",
                            size.0, size.1
                        );
                        Err(source.undecoded(index, detail))
                    }
                    _ => Ok(pixels),
                }
            });
            match size {
                Some((width, height)) => {
                    stack(decoded, source.rows.len(), channels, (width, height))
                }
                None => Ok(Values::Pictures(
                    decoded
                        .map(|pixels| pixels.map(picture))
                        .collect::<Result<_>>()?,
                )),
            }
        }
    }
}

fn as_text(value: serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

fn raw(source: &Source<'_>, length: usize, bytes: &[Option<Bytes>]) -> Result<Values> {
    let mut data = Vec::with_capacity(length * bytes.len());
    for (index, bytes) in bytes.iter().enumerate() {
        let bytes = bytes.as_ref().ok_or_else(|| source.missing(index))?;
        if bytes.len() != length {
            return Err(
                source.undecoded(index, format!("it has {} bytes, not {length}", bytes.len()))
            );
        }
        data.extend_from_slice(bytes);
    }
    Ok(Values::Pixels {
        data,
        shape: vec![bytes.len(), length],
    })
}

fn stack(
    decoded: impl Iterator<Item = Result<Pixels>>,
    samples: usize,
    channels: Channels,
    (width, height): (u32, u32),
) -> Result<Values> {
    let shape = shape(channels, width, height);
    let mut data = Vec::with_capacity(samples * shape.iter().product::<usize>());
    for pixels in decoded {
        data.extend_from_slice(&pixels?.data);
    }
    Ok(Values::Pixels {
        data,
        shape: [&[samples][..], &shape].concat(),
    })
}

fn picture(pixels: Pixels) -> Picture {
    Picture {
        shape: shape(pixels.channels, pixels.width, pixels.height),
        data: pixels.data,
    }
}

fn shape(channels: Channels, width: u32, height: u32) -> Vec<usize> {
    let (width, height) = (width as usize, height as usize);
    match channels {
        Channels::Grey => vec![height, width],
        Channels::Rgb => vec![height, width, 3],
    }
}
