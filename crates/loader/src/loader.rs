//! A loader: a selection of a version in an order, and where it stands in it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use streaming::{BatchPlan, EpochEnd, EpochOrder, LoaderState, OrderSpec, Share, Shuffle};

use crate::batches::Batches;
use crate::cursor::Cursor;
use crate::part::{Opened, Part};
use crate::plan::{Line, OnError, Plan, Worker};
use crate::stream::{Prefetch, Stream};
use crate::{DecodeOptions, Error, Result, Skipped};

/// What a trainer asks for.
#[derive(Debug, Clone, PartialEq)]
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
    /// What becomes of samples that can't be shown.
    pub on_error: OnError,
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
            on_error: OnError::Fail,
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
    part: Part,
    share: Share,
    end: EpochEnd,
    on_error: OnError,
    prefetch: Prefetch,
    /// All but the epoch, which the cursor has.
    order: Mutex<OrderSpec>,
    cursor: Cursor,
}

impl Loader {
    pub(crate) fn new(opened: Opened, options: LoaderOptions) -> Result<Self> {
        if options.order.lanes == 0 || options.order.window == 0 {
            return Err(Error::Invalid("lanes and window are at least 1".to_owned()));
        }
        let part = Part::new(opened, &options)?;
        // Says now what is wrong with the share, not at the first batch.
        BatchPlan::new(part.len(), 0, options.share, options.end)?;
        Ok(Self(Arc::new(Inner {
            part,
            share: options.share,
            end: options.end,
            on_error: options.on_error,
            prefetch: options.prefetch,
            order: Mutex::new(options.order),
            cursor: Cursor::new(options.order.epoch),
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
        self.0.part.len()
    }

    /// The epoch that the next iteration yields.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.0.cursor.epoch()
    }

    /// Goes to the beginning of an epoch.
    pub fn set_epoch(&self, epoch: u64) {
        self.0.cursor.set_epoch(epoch);
    }

    /// Where the latest iteration stands, after the batches that were handed out.
    #[must_use]
    pub fn state(&self) -> LoaderState {
        let order = self.order_of(self.epoch());
        self.0.part.state(order, self.0.cursor.position())
    }

    /// Takes over a state: the next iteration yields exactly what was left, on any number of ranks.
    ///
    /// # Errors
    /// [`Error::State`] when the state counts in another order.
    pub fn load_state(&self, state: &LoaderState) -> Result<()> {
        self.state().check(state)?;
        let mut order = self.order();
        order.lanes = state.lanes;
        order.window = state.window;
        self.0.cursor.load(state.epoch, state.position);
        Ok(())
    }

    /// How many samples were left out of the batches that were handed out, and the first of them by name.
    #[must_use]
    pub fn skipped(&self) -> (u64, Vec<Skipped>) {
        self.0.cursor.skipped()
    }

    /// Begins an iteration: from a loaded state if there is one that was not used, else from the beginning of
    /// the epoch. When an iteration has yielded everything, the loader moves on to the next epoch. Threads
    /// start here, and not before.
    ///
    /// # Errors
    /// [`Error::Start`] when there are no threads to be had; [`Error::Invalid`] for a worker that is none.
    pub fn iterate(&self, worker: Worker) -> Result<Batches> {
        worker.check()?;
        let inner = &self.0;
        let begun = inner.cursor.begin();
        let order = EpochOrder::new(self.order_of(begun.epoch), &inner.part.selection.shard_rows);
        let plan = Plan {
            parts: vec![inner.part.for_iteration()],
            line: Line::One(order),
            batches: self.plan_from(begun.start)?,
            worker,
            on_error: inner.on_error,
        };
        let stream = Stream::start(plan, inner.prefetch)?;
        Ok(Batches::new(inner.cursor.clone(), begun, stream))
    }

    /// What is mixed with others.
    pub(crate) fn part(&self) -> (&Part, OrderSpec) {
        (&self.0.part, self.order_of(self.epoch()))
    }

    fn plan_from(&self, start: u64) -> Result<BatchPlan> {
        Ok(BatchPlan::new(
            self.samples(),
            start,
            self.0.share,
            self.0.end,
        )?)
    }

    fn order_of(&self, epoch: u64) -> OrderSpec {
        OrderSpec {
            epoch,
            ..*self.order()
        }
    }

    fn order(&self) -> MutexGuard<'_, OrderSpec> {
        self.0.order.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
