//! Which samples of a version take part: a split, a where-expression, or all of them.

use dataset::Query;
use ids::Hash;
use streaming::Row;

use crate::table::Table;
use crate::{Error, Result};

/// The samples that take part, shard by shard.
#[derive(Debug)]
pub(crate) struct Selection {
    /// Selected rows in ascending order; `None` when all are.
    rows: Option<Vec<u32>>,
    /// Selected samples in each shard.
    pub shard_rows: Vec<u32>,
    /// Where each shard's samples start among the selected.
    starts: Vec<u32>,
    len: u64,
    /// Identifies the question, not the answer.
    pub hash: Hash,
}

impl Selection {
    pub(crate) fn new(table: &Table, split: Option<&str>, filter: &Query) -> Result<Self> {
        if let Some(split) = split {
            let known = table.split_names();
            if !known.iter().any(|name| name == split) {
                return Err(Error::UnknownSplit {
                    split: split.to_owned(),
                    known,
                });
            }
        }
        let question = serde_json::json!([split, filter.as_str()]).to_string();
        let hash = Hash::derive("strata 2026 loader selection", question.as_bytes());
        let takes_all = split.is_none() && filter.takes_all();
        let takes = |row: usize| {
            split.is_none_or(|split| table.split(row) == Some(split))
                && (filter.takes_all()
                    || table
                        .sample(row)
                        .is_some_and(|(sample, labels)| filter.matches(&sample, &labels)))
        };
        let rows = (!takes_all).then(|| {
            (0..table.len())
                .filter(|row| takes(*row))
                .map(|row| row as u32)
                .collect::<Vec<_>>()
        });
        let shard_rows = count_by_shard(&table.shards, rows.as_deref());
        let mut starts = Vec::with_capacity(shard_rows.len());
        let mut total = 0;
        for count in &shard_rows {
            starts.push(total);
            total += count;
        }
        Ok(Self {
            rows,
            shard_rows,
            starts,
            len: u64::from(total),
            hash,
        })
    }

    /// Some rows, whatever their order; only for planning columns.
    pub(crate) fn of_rows(rows: &[usize]) -> Self {
        let rows: Vec<u32> = rows.iter().map(|row| *row as u32).collect();
        let len = rows.len() as u32;
        Self {
            rows: Some(rows),
            shard_rows: vec![len],
            starts: vec![0],
            len: u64::from(len),
            hash: Hash::from_bytes([0; 32]),
        }
    }

    /// Number of selected samples.
    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    /// The table's row of a place in the order.
    pub(crate) fn row(&self, place: Row) -> usize {
        self.nth((self.starts[place.shard as usize] + place.row) as usize)
    }

    /// The table's row of the `index`-th selected sample in key order.
    pub(crate) fn nth(&self, index: usize) -> usize {
        self.rows
            .as_ref()
            .map_or(index, |rows| rows[index] as usize)
    }

    /// All selected rows in key order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len as usize).map(|index| self.nth(index))
    }
}

fn count_by_shard(shards: &[u32], rows: Option<&[u32]>) -> Vec<u32> {
    let Some(mut rows) = rows else {
        return shards.to_vec();
    };
    let mut end = 0;
    let mut counts = Vec::with_capacity(shards.len());
    for shard in shards {
        end += shard;
        let inside = rows.partition_point(|row| *row < end);
        counts.push(inside as u32);
        rows = &rows[inside..];
    }
    counts
}
