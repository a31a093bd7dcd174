//! What one iteration will do: which rows each step holds, what they weigh, and how they become a batch.

use std::sync::Arc;

use streaming::{BatchPlan, BlockCache, EpochOrder};

use crate::Result;
use crate::batch::{Batch, assemble};
use crate::columns::{BlobOutput, Column, ColumnKind};
use crate::reader::{Reader, Want};
use crate::selection::Selection;
use crate::table::Table;

/// A batch weighs at least this, so that small ones don't pile up by the thousand.
const BATCH_BYTES: u64 = 16 * 1024;
/// What a value that isn't a blob weighs, about.
const VALUE_BYTES: u64 = 32;

/// A consumer among several in one process or machine that share one rank's batches (torch's workers):
/// worker `w` of `W` takes the steps `w`, `w + W`, …
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worker {
    /// This worker, from 0.
    pub index: u64,
    /// Number of workers, at least 1.
    pub count: u64,
}

impl Default for Worker {
    fn default() -> Self {
        Self { index: 0, count: 1 }
    }
}

/// Everything that the threads of one iteration share and never change.
#[derive(Debug)]
pub(crate) struct Plan {
    pub table: Arc<Table>,
    pub selection: Arc<Selection>,
    pub columns: Arc<[Column]>,
    pub reader: Reader,
    pub order: EpochOrder,
    pub batches: BatchPlan,
    pub worker: Worker,
}

impl Plan {
    /// How many batches this worker yields.
    pub(crate) fn len(&self) -> u64 {
        let steps = self.batches.steps();
        steps
            .saturating_sub(self.worker.index)
            .div_ceil(self.worker.count)
    }

    /// The rows of this worker's `index`-th batch.
    pub(crate) fn rows(&self, index: u64, cache: &mut BlockCache) -> Vec<usize> {
        let step = self.worker.index + index * self.worker.count;
        self.batches
            .positions(step)
            .map(|position| self.selection.row(self.order.at(position, cache)))
            .collect()
    }

    /// The position to resume from when this worker has yielded `batches`.
    pub(crate) fn position_after(&self, batches: u64) -> u64 {
        self.batches.position_after(batches * self.worker.count)
    }

    /// Roughly how many bytes the batch of `rows` will hold while it is made and when it is done.
    pub(crate) fn weight(&self, rows: &[usize]) -> u64 {
        let mut bytes = BATCH_BYTES;
        for column in self.columns.iter() {
            bytes += VALUE_BYTES * rows.len() as u64;
            let ColumnKind::Blob { field, output } = &column.kind else {
                continue;
            };
            let Some(blobs) = self
                .table
                .fields
                .get(field)
                .and_then(|column| column.blobs.as_ref())
            else {
                continue;
            };
            bytes += rows.iter().map(|row| blobs.bytes(*row)).sum::<u64>();
            if let BlobOutput::Pixels { channels, size, .. } = output {
                let area = |row: usize| {
                    size.or_else(|| blobs.size(row))
                        .map_or(0, |(w, h)| u64::from(w) * u64::from(h))
                };
                bytes += channels.count() as u64 * rows.iter().map(|row| area(*row)).sum::<u64>();
            }
        }
        bytes
    }

    /// Reads and decodes the batch of `rows`. Blocks.
    pub(crate) fn load(&self, rows: &[usize]) -> Result<Batch> {
        load(&self.table, &self.columns, &self.reader, rows)
    }
}

/// Reads and decodes `rows`. Blocks.
pub(crate) fn load(
    table: &Table,
    columns: &[Column],
    reader: &Reader,
    rows: &[usize],
) -> Result<Batch> {
    let mut wants = Vec::new();
    let mut present = Vec::new();
    for field in columns.iter().filter_map(Column::blob_field) {
        let blobs = table
            .fields
            .get(field)
            .and_then(|column| column.blobs.as_ref());
        for row in rows {
            let hash = blobs.and_then(|blobs| blobs.hash(*row));
            present.push(hash.is_some());
            wants.extend(hash.map(|hash| Want {
                hash,
                key: table.key(*row),
                field,
                row: *row,
            }));
        }
    }
    let mut read = reader.read(&wants)?.into_iter();
    let mut bytes = present
        .into_iter()
        .map(|there| if there { read.next() } else { None });
    let blobs = columns
        .iter()
        .filter_map(Column::blob_field)
        .map(|_| bytes.by_ref().take(rows.len()).collect())
        .collect();
    assemble(table, columns, rows, blobs)
}
