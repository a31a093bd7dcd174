//! A loader: a selection of a version in an order, and where it stands in it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ids::Hash;
use streaming::{
    BatchPlan, EpochEnd, EpochOrder, LoaderState, OrderSpec, STATE_FORMAT, Share, Shuffle,
};

use crate::columns::Column;
use crate::plan::{Plan, Worker};
use crate::reader::Reader;
use crate::selection::Selection;
use crate::stream::{Next, Prefetch, Stream};
use crate::table::Table;
use crate::{Batch, DecodeOptions, Error, Result};

/// What a trainer asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoaderOptions {
    /// Only samples of this split.
    pub split: Option<String>,
    /// Only samples that match; see [`dataset::query`].
    pub filter: Option<String>,
    /// Names of columns; all fields and layers when absent.
    pub columns: Option<Vec<String>>,
    /// How fields come out.
    pub decode: DecodeOptions,
    /// The order of epochs; `epoch` is the first.
    pub order: OrderSpec,
    /// Batch size and rank.
    pub share: Share,
    /// What happens to the last batch.
    pub end: EpochEnd,
    /// Threads and bytes ahead.
    pub prefetch: Prefetch,
}

impl LoaderOptions {
    /// Everything, in key order, in batches of `batch_size`, for one rank.
    #[must_use]
    pub fn new(batch_size: u64) -> Self {
        Self {
            split: None,
            filter: None,
            columns: None,
            decode: DecodeOptions::default(),
            order: OrderSpec {
                shuffle: Shuffle::None,
                seed: 0,
                epoch: 0,
                lanes: OrderSpec::DEFAULT_LANES,
                window: OrderSpec::DEFAULT_WINDOW,
            },
            share: Share {
                global_batch: batch_size,
                rank: 0,
                world_size: 1,
            },
            end: EpochEnd::Partial,
            prefetch: Prefetch {
                threads: 2,
                bytes: Prefetch::DEFAULT_BYTES,
            },
        }
    }
}

/// Yields the batches of epochs. Cheap to clone; clones share the place where they stand.
#[derive(Debug, Clone)]
pub struct Loader(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    commit: Hash,
    table: Arc<Table>,
    selection: Arc<Selection>,
    columns: Arc<[Column]>,
    reader: Reader,
    share: Share,
    end: EpochEnd,
    prefetch: Prefetch,
    cursor: Mutex<Cursor>,
}

#[derive(Debug)]
struct Cursor {
    order: OrderSpec,
    /// Samples of the epoch that were handed out.
    position: u64,
    /// Whether the next iteration starts at `position`: a state was loaded and not yet used.
    loaded: bool,
    /// Which iteration may move the cursor: the latest.
    iteration: u64,
}

/// What [`Loader::new`] needs of an opened version.
pub(crate) struct Opened {
    pub commit: Hash,
    pub table: Arc<Table>,
    pub reader: Reader,
}

impl Loader {
    pub(crate) fn new(opened: Opened, options: LoaderOptions) -> Result<Self> {
        let Opened {
            commit,
            table,
            reader,
        } = opened;
        if options.order.lanes == 0 || options.order.window == 0 {
            return Err(Error::Invalid("lanes and window are at least 1".to_owned()));
        }
        let filter = dataset::Query::parse(options.filter.as_deref().unwrap_or(""))?;
        let selection = Selection::new(&table, options.split.as_deref(), &filter)?;
        let columns = crate::columns::plan(
            &table,
            &selection,
            options.columns.as_deref(),
            options.decode,
        )?;
        // Says now what is wrong with the share, not at the first batch.
        BatchPlan::new(selection.len(), 0, options.share, options.end)?;
        let cursor = Cursor {
            order: options.order,
            position: 0,
            loaded: false,
            iteration: 0,
        };
        Ok(Self(Arc::new(Inner {
            commit,
            table,
            selection: Arc::new(selection),
            columns: columns.into(),
            reader,
            share: options.share,
            end: options.end,
            prefetch: options.prefetch,
            cursor: Mutex::new(cursor),
        })))
    }

    /// Number of batches that each rank gets in a whole epoch.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.plan_from(0).map_or(0, |plan| plan.steps())
    }

    /// Whether an epoch has no batch.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of samples in an epoch, over all ranks.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.0.selection.len()
    }

    /// The epoch that the next iteration yields.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.lock().order.epoch
    }

    /// Goes to the beginning of an epoch.
    pub fn set_epoch(&self, epoch: u64) {
        let mut cursor = self.lock();
        cursor.order.epoch = epoch;
        cursor.position = 0;
        cursor.loaded = false;
        cursor.iteration += 1;
    }

    /// Where the latest iteration stands, after the batches that were handed out.
    #[must_use]
    pub fn state(&self) -> LoaderState {
        let cursor = self.lock();
        LoaderState {
            format: STATE_FORMAT,
            commit: self.0.commit,
            query: self.0.selection.hash,
            samples: self.0.selection.len(),
            shuffle: cursor.order.shuffle,
            seed: cursor.order.seed,
            lanes: cursor.order.lanes,
            window: cursor.order.window,
            epoch: cursor.order.epoch,
            position: cursor.position,
        }
    }

    /// Takes over a state: the next iteration yields exactly what was left, on any number of ranks.
    ///
    /// # Errors
    /// [`Error::State`] when the state counts in another order.
    pub fn load_state(&self, state: &LoaderState) -> Result<()> {
        self.state().check(state)?;
        let mut cursor = self.lock();
        cursor.order.epoch = state.epoch;
        cursor.order.lanes = state.lanes;
        cursor.order.window = state.window;
        cursor.position = state.position;
        cursor.loaded = true;
        cursor.iteration += 1;
        Ok(())
    }

    /// Begins an iteration: from a loaded state if there is one that was not used, else from the beginning of
    /// the epoch. When an iteration has yielded everything, the loader moves on to the next epoch. Threads
    /// start here, and not before.
    ///
    /// # Errors
    /// [`Error::Start`] when there are no threads to be had; [`Error::Invalid`] for a worker that is none.
    pub fn iterate(&self, worker: Worker) -> Result<Batches> {
        if worker.index >= worker.count {
            return Err(Error::Invalid(format!(
                "worker {} is not below {}",
                worker.index, worker.count
            )));
        }
        let inner = &self.0;
        let (order, start, iteration) = {
            let mut cursor = self.lock();
            if !std::mem::take(&mut cursor.loaded) {
                cursor.position = 0;
            }
            cursor.iteration += 1;
            (cursor.order, cursor.position, cursor.iteration)
        };
        let plan = Plan {
            table: Arc::clone(&inner.table),
            selection: Arc::clone(&inner.selection),
            columns: Arc::clone(&inner.columns),
            reader: inner.reader.for_iteration(),
            order: EpochOrder::new(order, &inner.selection.shard_rows),
            batches: self.plan_from(start)?,
            worker,
        };
        Ok(Batches {
            loader: self.clone(),
            stream: Stream::start(plan, inner.prefetch)?,
            iteration,
        })
    }

    fn plan_from(&self, start: u64) -> Result<BatchPlan> {
        Ok(BatchPlan::new(
            self.0.selection.len(),
            start,
            self.0.share,
            self.0.end,
        )?)
    }

    fn lock(&self) -> MutexGuard<'_, Cursor> {
        self.0.cursor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One iteration over a loader. Dropping it stops its threads.
#[derive(Debug)]
pub struct Batches {
    loader: Loader,
    stream: Stream,
    iteration: u64,
}

impl Batches {
    /// The next batch, waiting at most `patience` for it.
    ///
    /// # Errors
    /// What went wrong with the next batch; the iteration is over then, and the loader's state still stands
    /// before that batch.
    pub fn next_within(&mut self, patience: Duration) -> Result<Next> {
        let next = self.stream.next(patience);
        let mut cursor = self.loader.lock();
        if cursor.iteration == self.iteration {
            match next {
                Ok(Next::Batch(_)) => cursor.position = self.stream.position(),
                Ok(Next::Pending) => {}
                Ok(Next::End) => {
                    cursor.order.epoch += 1;
                    cursor.position = 0;
                    cursor.iteration += 1;
                }
                // The end that follows an error is not the end of the epoch.
                Err(_) => cursor.iteration += 1,
            }
        }
        next
    }
}

impl Iterator for Batches {
    type Item = Result<Batch>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.next_within(Duration::from_secs(60)) {
                Ok(Next::Batch(batch)) => return Some(Ok(batch)),
                Ok(Next::Pending) => {}
                Ok(Next::End) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
