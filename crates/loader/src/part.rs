//! Samples of one version that were chosen, and how they come out.

use std::sync::Arc;

use ids::Hash;
use streaming::{LoaderState, OrderSpec, STATE_FORMAT};

use crate::batch::{Batch, Making, Values};
use crate::columns::{BlobOutput, Column, ColumnKind};
use crate::plan::OnError;
use crate::reader::Reader;
use crate::selection::Selection;
use crate::table::Table;
use crate::{LoaderOptions, Result};

/// A batch weighs at least this, so that small ones don't pile up by the thousand.
const BATCH_BYTES: u64 = 16 * 1024;
/// What a value that isn't a blob weighs, about.
const VALUE_BYTES: u64 = 32;

/// What is needed of an opened version.
pub(crate) struct Opened {
    pub commit: Hash,
    pub table: Arc<Table>,
    pub reader: Reader,
}

/// Samples of one version. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub commit: Hash,
    pub table: Arc<Table>,
    pub selection: Arc<Selection>,
    pub columns: Arc<[Column]>,
    pub reader: Reader,
    /// Whether an epoch reads most of what the version holds.
    wants_most: bool,
    /// For each column with class ids what they become in a mixture.
    pub renamed: Arc<[Option<Vec<i64>>]>,
}

impl Part {
    pub(crate) fn new(opened: Opened, options: &LoaderOptions) -> Result<Self> {
        let Opened {
            commit,
            table,
            reader,
        } = opened;
        let filter = dataset::Query::parse(options.filter.as_deref().unwrap_or(""))?;
        let selection = Selection::new(&table, options.split.as_deref(), &filter)?;
        let columns = crate::columns::plan(
            &table,
            &selection,
            options.columns.as_deref(),
            options.decode,
        )?;
        let fields = columns.iter().filter_map(Column::blob_field);
        let wanted = table.bytes_of(fields, &selection);
        Ok(Self {
            wants_most: wanted.saturating_mul(3) >= table.bytes(),
            commit,
            table,
            selection: Arc::new(selection),
            columns: columns.into(),
            reader,
            renamed: Arc::default(),
        })
    }

    /// The part for one iteration: its reads can be cancelled apart from others.
    pub(crate) fn for_iteration(&self) -> Self {
        Self {
            reader: self.reader.for_iteration(self.wants_most),
            ..self.clone()
        }
    }

    /// Number of chosen samples.
    pub(crate) fn len(&self) -> u64 {
        self.selection.len()
    }

    /// What a state says about the part at a place in an order.
    pub(crate) fn state(&self, order: OrderSpec, position: u64) -> LoaderState {
        LoaderState {
            format: STATE_FORMAT,
            commit: self.commit,
            query: self.selection.hash,
            samples: self.len(),
            shuffle: order.shuffle,
            seed: order.seed,
            lanes: order.lanes,
            window: order.window,
            epoch: order.epoch,
            position,
        }
    }

    /// Roughly how many bytes the samples in `rows` hold while they are made and when they are done.
    pub(crate) fn weight(&self, rows: impl Iterator<Item = usize> + Clone) -> u64 {
        let samples = rows.clone().count() as u64;
        let mut bytes = BATCH_BYTES;
        for column in self.columns.iter() {
            bytes += VALUE_BYTES * samples;
            let ColumnKind::Blob { field, output } = &column.kind else {
                continue;
            };
            let Some(blobs) = self.table.blobs(field) else {
                continue;
            };
            let encoded = || rows.clone().map(|row| blobs.bytes(row)).sum::<u64>();
            bytes += match output {
                // Copied to where they are handed out, and held nowhere else.
                BlobOutput::Raw { length } => length * samples,
                BlobOutput::Pixels { channels, size, .. } => {
                    let area = |row: usize| {
                        size.or_else(|| blobs.size(row))
                            .map_or(0, |(w, h)| u64::from(w) * u64::from(h))
                    };
                    encoded() + channels.count() as u64 * rows.clone().map(area).sum::<u64>()
                }
                BlobOutput::Bytes | BlobOutput::Text => encoded(),
            };
        }
        bytes
    }

    /// Reads and decodes `rows`, as in this epoch. Blocks.
    pub(crate) fn load(
        &self,
        rows: &[usize],
        (seed, epoch): (u64, u64),
        on_error: OnError,
    ) -> Result<Batch> {
        let making = Making {
            table: &self.table,
            reader: &self.reader,
            on_error,
            seed,
            epoch,
        };
        let mut batch = making.batch(&self.columns, rows)?;
        for ((_, values), renamed) in batch.columns.iter_mut().zip(self.renamed.iter()) {
            let Some(renamed) = renamed else { continue };
            if let Values::Ints(classes) | Values::Ragged { classes, .. } = values {
                for class in classes {
                    // -1, no label, stays what it is.
                    let new = usize::try_from(*class).ok().and_then(|at| renamed.get(at));
                    *class = new.copied().unwrap_or(*class);
                }
            }
        }
        Ok(batch)
    }
}
