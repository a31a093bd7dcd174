//! What one iteration will do: which rows each step holds, what they weigh, and how they become a batch.

use std::collections::BTreeMap;

use streaming::{BatchPlan, BlockCache, EpochOrder, Mixture, MixtureCache, OrderSpec};

use crate::batch::{Batch, Strand, weave};
use crate::part::Part;
use crate::{Error, Result};

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

impl Worker {
    pub(crate) fn check(self) -> Result<()> {
        if self.index < self.count {
            return Ok(());
        }
        Err(Error::Invalid(format!(
            "worker {} is not below {}",
            self.index, self.count
        )))
    }
}

/// What becomes of a sample that can't be shown: one that does not decode, or lacks a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// The iteration ends with an error that names the sample.
    #[default]
    Fail,
    /// The batch comes without the sample, and the loader counts it. Bytes that are not those that were
    /// written are an error all the same.
    Skip,
}

/// The samples of an epoch in their order.
#[derive(Debug)]
pub(crate) enum Line {
    /// Of one version, which is the only part.
    One(EpochOrder),
    /// Of several, each of which goes through its own epochs.
    Mixed {
        mixture: Mixture,
        /// The order of each part; `epoch` is its first.
        orders: Vec<OrderSpec>,
        /// Where in the mixture this epoch begins.
        first: u64,
    },
}

/// Everything that the threads of one iteration share and never change.
#[derive(Debug)]
pub(crate) struct Plan {
    pub parts: Vec<Part>,
    pub line: Line,
    pub batches: BatchPlan,
    pub worker: Worker,
    pub on_error: OnError,
}

/// Samples of one part in one of its epochs.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rows {
    part: usize,
    epoch: u64,
    rows: Vec<usize>,
    /// Where each of them stands in the batch, ascending; empty where the batch has nothing else.
    places: Vec<usize>,
}

/// The samples of one batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picked(Vec<Rows>);

/// What was found out about the order on the way: belongs to one plan.
#[derive(Debug, Default)]
pub(crate) struct Places {
    block: BlockCache,
    mixture: MixtureCache,
    /// For each part the epoch that it is in.
    orders: BTreeMap<usize, (EpochOrder, BlockCache)>,
}

impl Plan {
    /// How many batches this worker yields.
    pub(crate) fn len(&self) -> u64 {
        let steps = self.batches.steps();
        steps
            .saturating_sub(self.worker.index)
            .div_ceil(self.worker.count)
    }

    /// The samples of this worker's `index`-th batch.
    pub(crate) fn pick(&self, index: u64, places: &mut Places) -> Picked {
        let step = self.worker.index + index * self.worker.count;
        let positions = self.batches.positions(step);
        match &self.line {
            Line::One(order) => {
                let selection = &self.parts[0].selection;
                Picked(vec![Rows {
                    part: 0,
                    epoch: order.spec().epoch,
                    rows: positions
                        .map(|position| selection.row(order.at(position, &mut places.block)))
                        .collect(),
                    places: Vec::new(),
                }])
            }
            Line::Mixed {
                mixture,
                orders,
                first,
            } => {
                let mut picked: Vec<Rows> = Vec::new();
                for (place, position) in positions.enumerate() {
                    let drawn = mixture.at(first.saturating_add(position), &mut places.mixture);
                    let part = drawn.source as usize;
                    let samples = self.parts[part].len().max(1);
                    let epoch = orders[part].epoch + drawn.nth / samples;
                    let row = self.row(
                        part,
                        OrderSpec {
                            epoch,
                            ..orders[part]
                        },
                        drawn.nth % samples,
                        places,
                    );
                    let known = picked
                        .iter_mut()
                        .find(|rows| (rows.part, rows.epoch) == (part, epoch));
                    match known {
                        Some(rows) => {
                            rows.rows.push(row);
                            rows.places.push(place);
                        }
                        None => picked.push(Rows {
                            part,
                            epoch,
                            rows: vec![row],
                            places: vec![place],
                        }),
                    }
                }
                Picked(picked)
            }
        }
    }

    /// The row at a position of one part's epoch.
    fn row(&self, part: usize, spec: OrderSpec, position: u64, places: &mut Places) -> usize {
        let selection = &self.parts[part].selection;
        let made = || {
            (
                EpochOrder::new(spec, &selection.shard_rows),
                BlockCache::default(),
            )
        };
        let known = places.orders.entry(part).or_insert_with(made);
        if *known.0.spec() != spec {
            *known = made();
        }
        selection.row(known.0.at(position, &mut known.1))
    }

    /// The position to resume from when this worker has yielded `batches`.
    pub(crate) fn position_after(&self, batches: u64) -> u64 {
        self.batches.position_after(batches * self.worker.count)
    }

    /// Roughly how many bytes the batch will hold while it is made and when it is done.
    pub(crate) fn weight(&self, picked: &Picked) -> u64 {
        let weights = picked.0.iter().map(|rows| {
            let part = &self.parts[rows.part];
            part.weight(rows.rows.iter().copied())
        });
        weights.sum()
    }

    /// Reads and decodes a batch. Blocks.
    pub(crate) fn load(&self, picked: &Picked) -> Result<Batch> {
        let load = |rows: &Rows| {
            let seed = match &self.line {
                Line::One(order) => order.spec().seed,
                Line::Mixed { orders, .. } => orders[rows.part].seed,
            };
            self.parts[rows.part].load(&rows.rows, (seed, rows.epoch), self.on_error)
        };
        if let Line::One(_) = &self.line {
            return picked
                .0
                .iter()
                .map(load)
                .next()
                .unwrap_or_else(|| Ok(Batch::default()));
        }
        if picked.0.is_empty() {
            // A rank without samples at the end of an epoch: an empty batch with all columns.
            let none = Rows {
                part: 0,
                epoch: 0,
                rows: Vec::new(),
                places: Vec::new(),
            };
            return load(&none);
        }
        let mut strands = Vec::with_capacity(picked.0.len());
        for rows in &picked.0 {
            let batch = load(rows)?;
            let is_left = |at: &usize| batch.skipped.iter().all(|skipped| skipped.place != *at);
            let left = (0..rows.places.len()).filter(is_left);
            let places = left.map(|at| rows.places[at]).collect();
            strands.push(Strand { batch, places });
        }
        weave(strands)
    }

    /// Makes reads that are under way fail soon.
    pub(crate) fn cancel(&self) {
        self.parts.iter().for_each(|part| part.reader.cancel());
    }
}
