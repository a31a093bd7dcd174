//! Puts a batch together: labels and scalars from the table, blobs as `blobs` makes them.

use super::{Batch, Skipped, Values};
use crate::columns::{BlobOutput, Column, ColumnKind};
use crate::plan::OnError;
use crate::reader::{Reader, Wanted};
use crate::regions::Regions;
use crate::table::{LayerKind, Scalar, ScalarType, Scalars, Table};
use crate::{Error, Result};

/// What every batch of an iteration is made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Making<'a> {
    pub table: &'a Table,
    pub reader: &'a Reader,
    pub on_error: OnError,
    /// For what is done to samples at random.
    pub seed: u64,
    pub epoch: u64,
}

/// Samples that can't be shown, by their place in the batch.
#[derive(Debug, Default)]
pub(super) struct Bad(std::collections::BTreeMap<usize, String>);

impl Making<'_> {
    /// Reads and decodes `rows`. Blocks.
    pub(crate) fn batch(&self, columns: &[Column], rows: &[usize]) -> Result<Batch> {
        let mut bad = Bad::default();
        let is_stacked = |output: &BlobOutput| {
            self.reader.can_stack() && matches!(output, BlobOutput::Raw { .. })
        };
        // All that is read is read together: one way to the store and back.
        let together: Vec<Wanted<'_>> = columns
            .iter()
            .filter_map(|column| match &column.kind {
                ColumnKind::Blob { field, output } if !is_stacked(output) => {
                    Some(Wanted::new(self.table, field, rows))
                }
                _ => None,
            })
            .collect();
        let mut read = self.reader.read(&together)?.into_iter();
        let mut named = Vec::with_capacity(columns.len());
        for column in columns {
            let values = match &column.kind {
                ColumnKind::Blob { field, output } => {
                    let wanted = Wanted::new(self.table, field, rows);
                    let read = if is_stacked(output) {
                        None
                    } else {
                        read.next()
                    };
                    self.blobs(&wanted, *output, read, &mut bad)?
                }
                other => self.values(other, rows),
            };
            named.push((column.name.clone(), values));
        }
        let mut batch = Batch {
            len: rows.len(),
            columns: named,
            skipped: Vec::new(),
        };
        if !bad.0.is_empty() {
            let places: Vec<usize> = bad.0.keys().copied().collect();
            for (_, values) in &mut batch.columns {
                values.leave_out(&places);
            }
            batch.len -= places.len();
            let told = bad.0.into_iter().map(|(place, reason)| Skipped {
                key: self.table.key(rows[place]).to_owned(),
                reason,
                place,
            });
            batch.skipped = told.collect();
        }
        Ok(batch)
    }

    /// Passes an error on, or notes it where bad samples are skipped.
    pub(super) fn note(&self, place: usize, error: Error, bad: &mut Bad) -> Result<()> {
        let is_of_sample = matches!(error, Error::Decode { .. } | Error::FieldMissing { .. });
        if self.on_error == OnError::Fail || !is_of_sample {
            return Err(error);
        }
        bad.0.entry(place).or_insert_with(|| error.to_string());
        Ok(())
    }

    fn values(&self, kind: &ColumnKind, rows: &[usize]) -> Values {
        let table = self.table;
        match kind {
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
            ColumnKind::Inline(name) | ColumnKind::Blob { field: name, .. } => table
                .fields
                .get(name)
                .map_or_else(empty, |c| scalars(&c.inline, rows)),
            ColumnKind::Layer(name, kind) => labels(table, name, *kind, rows),
        }
    }
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
    let mut regions = match kind {
        LayerKind::Regions(kind) => Some(Regions::new(kind)),
        LayerKind::Single | LayerKind::Multiple => None,
    };
    let mut offsets = vec![0];
    for row in rows {
        classes.extend(ids(*row).iter().map(|id| i64::from(*id)));
        if let (Some(regions), Some(layer)) = (&mut regions, layer) {
            layer.add_regions(*row, regions);
        }
        offsets.push(classes.len() as i64);
    }
    Values::Ragged {
        classes,
        regions,
        offsets,
    }
}
